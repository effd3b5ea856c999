"""Rows as CSV (RFC 4180), safe to open in a spreadsheet: no text of ours is ever taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n")

Cell = str | int


def csv_of(columns: Sequence[str], lines: Iterable[Sequence[Cell]]) -> str:
    """A header and lines. Whole numbers stay numbers, also negative ones; text that could begin a formula is quoted
    with an apostrophe, as spreadsheets do themselves."""
    written = io.StringIO()
    sheet = csv.writer(written, lineterminator="\r\n")
    sheet.writerow(columns)
    sheet.writerows([_safe(cell) for cell in line] for line in lines)
    return written.getvalue()


def _safe(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_BEGINS) else cell
