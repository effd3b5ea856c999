"""What every fault left behind, as one table at the end of the run, whichever worker played it.

`FAULT_TABLE=path` keeps the table in a file.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.parts.shared import run_folder

ROWS = "faults.jsonl"


@dataclass(frozen=True, slots=True)
class Row:
    """One fault, and what became of what was announced while it struck."""

    fault: str
    announced: int
    applied: int
    twice: int
    missing: int
    out_of_order: int
    forked: int
    seconds: float
    """From the last announcement, or from the mending where that came later, to the last effect."""


def note(folder: Path, row: Row) -> None:
    """Add a row to the run's table; lines this short are appended whole."""
    with (folder / ROWS).open("a") as file:
        file.write(json.dumps(asdict(row)) + "\n")


def as_text(rows: list[Row]) -> str:
    """The table, its columns as wide as what is in them."""
    titles = ("fault", "announced", "applied", "twice", "missing", "out of order", "forked", "seconds to recover")
    lines = [titles, *(tuple(map(str, asdict(row).values())) for row in sorted(rows, key=lambda row: row.fault))]
    widths = [max(len(line[column]) for line in lines) for column in range(len(titles))]
    return "\n".join(
        "  ".join([fault.ljust(widths[0]), *map(str.rjust, cells, widths[1:])]).rstrip() for fault, *cells in lines
    )


def pytest_terminal_summary(terminalreporter: Any, config: Any) -> None:
    folder = run_folder(config._tmp_path_factory)
    if not (folder / ROWS).exists():
        return
    table = as_text([Row(**json.loads(line)) for line in (folder / ROWS).read_text().splitlines()])
    terminalreporter.section("faults")
    terminalreporter.write_line(table)
    if path := os.environ.get("FAULT_TABLE"):
        Path(path).write_text(table + "\n")
