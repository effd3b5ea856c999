"""`make demo` as someone at a terminal meets it, and meets it again."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from simulation.kept import Demo
from tests.parts.shared import ROOT

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("town"), pytest.mark.timeout(600)]

POUNDS = re.compile(r"£([\d,]+)\.(\d\d)")
FIRST_TABLE = "Generic: threatened with eviction"


def command(data: Path, seed: int = 7) -> Sequence[str]:
    demo = [sys.executable, "-m", "simulation.demo", "--data", str(data), "--port", "0", "--seed", str(seed)]
    return [*demo, "--participants", "12", "--months", "6"]


def demo_in(data: Path, seed: int = 7) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*command(data, seed), "--exit"], cwd=ROOT, capture_output=True, text=True, check=False)


def interrupted_at(line: str, data: Path, by: signal.Signals = signal.SIGINT) -> tuple[int, str]:
    """Ctrl-C, or worse, as soon as a line is said; the exit code, and the last words."""
    with subprocess.Popen(
        [*command(data), "--exit"], cwd=ROOT, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        assert process.stdout is not None
        last = ""
        for said in process.stdout:
            last = last if said.startswith("Ended; ") else said.strip() or last  # the town's own word may come later
            if said.startswith(line):
                process.send_signal(by)
        return process.wait(), last


def tables_in(said: str) -> list[str]:
    """All that was shown from the first path on, but for counts of requests, of seconds, and of events on each edge:
    among these are checkpoints of the audit, which follow the machine's time.

    Claims are numbered as they are heard; of those that are heard side by side, any may be first.
    """
    lines = re.sub(r"KBOP-\d+", "KBOP-n", said[said.index(FIRST_TABLE) :]).splitlines()
    passing = re.compile(r"requests, \d+ s after|^Ended; |^ +(referrals|cases|claims) → ")
    return [line for line in lines if not passing.search(line)]


def requests_in(said: str) -> int:
    """How many there were in all, as it is said at the end."""
    [asked] = re.findall(r"^([\d,]+) requests, \d+ s after", said, re.MULTILINE)
    return int(asked.replace(",", ""))


def pence_in(line: str) -> list[int]:
    return [int(pounds.replace(",", "")) * 100 + int(pence) for pounds, pence in POUNDS.findall(line)]


@pytest.fixture(scope="module")
def walked(quick_folders: Callable[[], Path]) -> tuple[Path, subprocess.CompletedProcess[str]]:
    data = quick_folders()
    return data, demo_in(data)


def test_the_demo_walks_three_people_and_ends_well(walked: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    _, demo = walked

    assert demo.returncode == 0, demo.stdout + demo.stderr
    for title in (FIRST_TABLE, "Domestic abuse: a restricted record", "Joint work: one outcome, claimed once"):
        assert title in demo.stdout
    assert "missing 0, forked 0" in demo.stdout
    assert "NOT recognised" not in demo.stdout
    assert re.search(r"The council's system was told of [1-9]\d* payments over HTTP", demo.stdout)


@pytest.mark.row("S-86")
def test_the_statement_adds_up_to_the_penny_and_is_split_seventy_thirty(
    walked: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    _, demo = walked
    statement = demo.stdout[demo.stdout.index("Statement 2019-09") :].splitlines()
    lines = [pence_in(line) for line in statement if re.match(r"\s+KBOP-\d+ ", line)]
    total = next(pence_in(line) for line in statement if line.strip().startswith("Total"))

    assert [sum(column) for column in zip(*lines, strict=True)] == total
    assert all(payable == council + fund and council * 10 == payable * 7 for payable, council, fund in lines)
    assert [50_000, 35_000, 15_000] in lines


def test_the_tracker_row_moves(walked: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    _, demo = walked
    row = next(line for line in demo.stdout.splitlines() if "Prevention or relief" in line)

    assert "0 → 1" in row


def test_a_second_start_adds_nothing_shows_the_same_and_names_a_case_to_go_on_with(
    walked: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    data, first = walked
    with subprocess.Popen(command(data), cwd=ROOT, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if "The sandbox" in line:  # its last word while it stays open
                break
        shown, _, invited = said.partition("\nThe town is open")
        about = invited.partition("A case that is open, ")[2].partition("Ask for yourself")[0]
        answers = [pasted_at_once(line) for line in about.splitlines() if line.startswith("  curl ")]
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0

    case, note = answers
    assert "Walked before" in shown
    assert tables_in(shown) == tables_in(first.stdout)
    assert "runs from 2019-09-01 to 2024-09-30" in " ".join(invited.split())
    assert (case["id"], case["state"]) == (about.partition(":")[0], "started")
    assert set(note) == {"id"}


def pasted_at_once(line: str) -> dict[str, Any]:
    """What a line to paste into a shell is answered."""
    answer = subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(answer.stdout)


def test_an_interrupted_demo_goes_on_and_tells_the_same_story(
    walked: tuple[Path, subprocess.CompletedProcess[str]], quick_folder: Path
) -> None:
    """Once with Ctrl-C in the middle of the walk, once killed in the middle of the months; nothing is sent twice."""
    _, whole = walked
    stopped = interrupted_at("Joint path", quick_folder)
    killed = interrupted_at("2019-11", quick_folder, signal.SIGKILL)
    finished = demo_in(quick_folder)

    assert stopped == (0, "Ended. Everything is kept: start again and it is there.")
    assert killed[0] == -signal.SIGKILL
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "Going on with a demo that was interrupted (12 participants, seed 7)." in finished.stdout
    unwrapped = " ".join(finished.stdout.split())
    assert "(illustrative: the programme's, in proportion to the participants simulated)" in unwrapped
    assert tables_in(finished.stdout) == tables_in(whole.stdout)
    assert requests_in(finished.stdout) < 0.7 * requests_in(whole.stdout)


def test_a_folder_keeps_one_demo(quick_folder: Path) -> None:
    Demo(seed=7, participants=200, months=6).keep(quick_folder)
    refused = demo_in(quick_folder)

    assert refused.returncode == 1
    assert "keeps a demo with participants 200, not 12: choose another folder" in refused.stderr
