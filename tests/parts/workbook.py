"""What stands in a workbook (XLSX), read from its parts: no spreadsheet is needed, and nothing in it is run."""

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree as ET

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def is_workbook(content: bytes) -> bool:
    return zipfile.is_zipfile(io.BytesIO(content))


def members(content: bytes) -> Iterator[bytes]:
    """Every part of it, as XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        yield from (book.read(name) for name in book.namelist())


def cells(content: bytes) -> list[list[str | float]]:
    """The first sheet, row by row: text as text and numbers as numbers.

    ValueError when a cell is anything else, a formula above all.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        shared = ET.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314 - our own workbook
        texts = [_text(item) for item in shared.iter(f"{MAIN}si")]
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own workbook
    return [[_value(cell, texts) for cell in row.iter(f"{MAIN}c")] for row in sheet.iter(f"{MAIN}row")]


def _text(item: ET.Element) -> str:
    """A workbook cannot hold a carriage return as it is."""
    return "".join(part.text or "" for part in item.iter(f"{MAIN}t")).replace("_x000D_", "\r")


def _value(cell: ET.Element, texts: list[str]) -> str | float:
    value = cell.find(f"{MAIN}v")
    if cell.find(f"{MAIN}f") is not None or value is None or value.text is None:
        raise ValueError(f"{cell.get('r')} is neither text nor a number")
    return texts[int(value.text)] if cell.get("t") == "s" else float(value.text)
