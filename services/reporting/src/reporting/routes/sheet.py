"""Rows as CSV (RFC 4180) and as XLSX, safe to open in a spreadsheet: no text of ours is ever taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from xlsxwriter import Workbook

from common.text import in_a_cell

MADE_AT = datetime(2000, 1, 1, tzinfo=UTC)
"""Said of every workbook, so that the same rows are the same bytes."""

Cell = str | int


def csv_of(columns: Sequence[str], lines: Iterable[Sequence[Cell]]) -> str:
    """A header and lines. Whole numbers stay numbers, also negative ones; text that could begin a formula is quoted
    with an apostrophe, as spreadsheets do themselves."""
    buffer = io.StringIO()
    sheet = csv.writer(buffer, lineterminator="\r\n")
    sheet.writerow(columns)
    sheet.writerows([_safe(cell) for cell in line] for line in lines)
    return buffer.getvalue()


def xlsx_of(name: str, columns: Sequence[str], lines: Iterable[Sequence[Cell]]) -> bytes:
    """The same as a workbook of one sheet: whole numbers are numbers, and any text is text, escaped as in the CSV."""
    buffer = io.BytesIO()
    book: Any
    with Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": MADE_AT})
        sheet = book.add_worksheet(name)
        for number, line in enumerate((columns, *lines)):
            for place, cell in enumerate(line):
                if isinstance(cell, str):
                    sheet.write_string(number, place, str(_safe(cell)))
                else:
                    sheet.write_number(number, place, cell)
        sheet.freeze_panes(1, 1)
        sheet.autofit()
    return buffer.getvalue()


def _safe(cell: Cell) -> Cell:
    return in_a_cell(cell) if isinstance(cell, str) else cell
