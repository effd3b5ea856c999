"""What a town answers whose ports cannot be had: which, and what to say to `make`."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from embedded import town
from tests.parts.shared import ROOT


def test_a_port_that_is_taken_is_named_with_makes_own_option(tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        taken = held.getsockname()[1]
        with pytest.raises(town.TownFailed) as refused:
            town.plan(tmp_path, taken - 1, simulation=True)

    said = str(refused.value)
    assert said.startswith(f"Port {taken} cannot be had (Address already in use), and the town needs {taken - 1} to ")
    assert "`make demo PORT=8200`" in said


@pytest.mark.parametrize("port", [-1, 65533, 70000])
def test_a_port_that_there_is_not_is_refused(port: int, tmp_path: Path) -> None:
    with pytest.raises(town.TownFailed, match=r"There is no port -?\d+; ports end at 65535: .*`make demo PORT=8200`"):
        town.plan(tmp_path, port, simulation=True)


@pytest.mark.parametrize("told", ["--port=x", "--participants=0", "--participants=many", "--months=-1"])
def test_the_demo_refuses_what_is_no_number_in_a_sentence(told: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "simulation.demo", "--data", str(tmp_path / "none"), told]
    refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (refused.returncode, "Traceback" in refused.stderr) == (2, False)
    assert f"argument {told.partition('=')[0]}" in refused.stderr.splitlines()[-1]
    assert not (tmp_path / "none").exists()
