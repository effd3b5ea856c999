"""The pages of the guide as somebody follows them: every block for the shell, one after another in one shell."""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.parts.shared import ROOT

GUIDE = ROOT / "docs" / "integrators"
INDEX = GUIDE / "README.md"
BLOCK = re.compile(r"^```(bash|text)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
ENDS = "----- end of block {} -----"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that somebody types, and what the page says that they print, if it says so."""

    page: str
    lines: str
    prints: str | None


def pages() -> list[Path]:
    """Every page, in the order of the index."""
    return [
        INDEX,
        *(GUIDE / name for name in re.findall(r"^\d+\. \[[^]]+\]\(([a-z-]+\.md)\)", INDEX.read_text(), re.M)),
    ]


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page; what is printed stands right after what prints it."""
    found = BLOCK.findall(page.read_text())
    for place, (kind, lines) in enumerate(found):
        if kind == "bash":
            after = found[place + 1] if place + 1 < len(found) else ("bash", "")
            yield Block(page.name, lines, after[1] if after[0] == "text" else None)


def walk(environment: Mapping[str, str]) -> list[tuple[Block, str]]:
    """Type all of it into one shell; each block with what it printed.

    Raises:
        AssertionError: a line failed; what was said last.
    """
    typed = [block for page in pages() for block in blocks(page)]
    script = "".join(f"{block.lines}\necho '{ENDS.format(place)}'\n" for place, block in enumerate(typed))
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]
    told, rest = list[tuple[Block, str]](), done.stdout
    for place, block in enumerate(typed):
        printed, _, rest = rest.partition(f"{ENDS.format(place)}\n")
        told.append((block, printed))
    return told


def fits(printed: str, said: str) -> bool:
    """Whether it is what the page says, where `…` is anything."""
    wanted = ".*".join(re.escape(part) for part in said.strip().split("…"))
    return re.fullmatch(wanted, printed.strip(), re.DOTALL) is not None
