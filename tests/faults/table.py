"""What every fault left behind, as one table at the end of the run, whichever worker played it.

`FAULT_TABLE=docs/faults.json` keeps it, each row in the place of the one before: `make docs` makes the page of it.
"""

import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from tests.parts.shared import run_folder

ROWS = "faults.jsonl"


@dataclass(frozen=True, slots=True)
class Row:
    """One fault, and what became of what was announced while it struck."""

    fault: str
    """Begins with its number in the list of faults that are asked for, where it has one."""
    kills: int
    """How often somebody was killed, stopped, frozen or cut off."""
    announced: int
    applied: int
    lost: int
    twice: int
    out_of_order: int
    forked: int
    seconds: float
    """From the last announcement, or from the mending where that came later, to the last effect."""
    besides: str = ""
    """What else was measured."""


def note(folder: Path, row: Row) -> None:
    """Add a row to the run's table; lines this short are appended whole. A run that is cut off has kept its rows."""
    with (folder / ROWS).open("a") as file:
        file.write(json.dumps(asdict(row)) + "\n")
    if path := os.environ.get("FAULT_TABLE"):
        with FileLock(folder / "kept.lock"):
            keep(Path(path), row)


def as_text(rows: list[Row]) -> str:
    """The table, its columns as wide as what is in them."""
    titles = tuple(name.replace("_", " ") for name in Row.__slots__)
    lines = [titles, *(tuple(map(str, asdict(row).values())) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(titles))]
    return "\n".join(
        "  ".join([fault.ljust(widths[0]), *map(str.rjust, cells, widths[1:]), besides]).rstrip()
        for fault, *cells, besides in lines
    )


def in_order(row: Row) -> tuple[int, str]:
    """By the number it begins with; those without one last."""
    number = re.match(r"R(\d+) ", row.fault)
    return (int(number[1]) if number else 1000, row.fault)


def keep(file: Path, row: Row) -> None:
    """Write a row into a file, in the place of the one before for the same fault."""
    before = [Row(**one) for one in json.loads(file.read_text())] if file.exists() else []
    kept = {one.fault: one for one in [*before, row]}
    file.write_text(json.dumps([asdict(row) for row in sorted(kept.values(), key=in_order)], indent=1) + "\n")


def pytest_terminal_summary(terminalreporter: Any, config: Any) -> None:
    folder = run_folder(config._tmp_path_factory)
    if not (folder / ROWS).exists():
        return
    rows = sorted((Row(**json.loads(line)) for line in (folder / ROWS).read_text().splitlines()), key=in_order)
    terminalreporter.section("faults")
    terminalreporter.write_line(as_text(rows))
