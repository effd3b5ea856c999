"""How a file is read: strictly, and a part at a time."""

import io
import tracemalloc
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Any

import pytest
from fastapi import APIRouter
from hypothesis import given
from hypothesis import strategies as st

from case_management.routes import outcomes, support
from common.bulk.columns import Column
from common.bulk.kinds import kinds_of
from common.bulk.problems import FileUnreadable
from common.bulk.profiles import Mapped, ProfileIn
from common.bulk.reading import MOST_ROWS, SentRow, read_rows

ROUTERS: list[APIRouter] = [support.router, outcomes.router]
KINDS = kinds_of(ROUTERS, support.write_note, support.record_assessment, outcomes.record_outcome)
NOTES, OUTCOMES = KINDS["notes"], KINDS["outcomes"]
HEADER = b"key,case_id,text\r\n"


def read(content: bytes, profile: ProfileIn | None = None) -> list[SentRow]:
    return list(read_rows(io.BytesIO(content), NOTES, Mapped(profile, NOTES.columns) if profile else None))


def some_rows(count: int, file: IO[bytes]) -> IO[bytes]:
    file.write(HEADER)
    for each in range(count):
        file.write(f"row-{each:08},01a21d46-a3a8-7402-8d64-103846bff13f,{'A word. ' * 40}\r\n".encode())
    file.seek(0)
    return file


def most_memory(count: int) -> int:
    with TemporaryFile() as file:
        some_rows(count, file)
        tracemalloc.start()
        assert sum(1 for _ in read_rows(file, NOTES, None)) == count
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak


def test_a_longer_file_takes_no_more_memory() -> None:
    short, long = most_memory(200), most_memory(4_000)

    assert long < short + 64 * 1024


def test_a_file_has_so_many_rows() -> None:
    class Endless(io.RawIOBase):
        """One row after another, without an end."""

        def __init__(self) -> None:
            self._lines: Iterator[bytes] = iter([HEADER])

        def readline(self, size: int | None = -1, /) -> bytes:
            return next(self._lines, b"row-1234,x,y\r\n")

    with pytest.raises(FileUnreadable, match=f"{MOST_ROWS:,} rows"):
        for _ in read_rows(Endless(), NOTES, None):  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
            pass


def test_cells_of_several_lines_and_quotes_are_as_rfc_4180_has_them() -> None:
    rows = read(HEADER + b'"row-1234",x,"She said ""no"".\r\nThen yes, twice."\r\n\r\nrow-1235,x,y')

    assert [(row.line, row.key) for row in rows] == [(3, "row-1234"), (5, "row-1235")]
    assert rows[0].request.body == {"text": 'She said "no".\r\nThen yes, twice.'}
    assert rows[0].request.path == {"case_id": "x"}


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("quantity", "12", 12),
        ("quantity", "twelve", "twelve"),
        ("quantity", "9" * 5000, "9" * 5000),
        ("evidence", "a| b |", ["a", "b"]),
        ("evidence", "[]", []),
        ("evidence", "[", "["),
        ("facts", "true", True),
        ("facts", "2019-10-01", "2019-10-01"),
        ("facts", "[" * 10_000, "[" * 10_000),
        ("achieved_on", "2019-10-01", "2019-10-01"),
    ],
)
def test_a_cell_says_what_its_column_can_be_told(column: str, cell: str, value: Any) -> None:
    assert OUTCOMES.columns[column].value_of(cell) == value


@pytest.mark.parametrize(("cell", "value"), [("Yes", True), ("FALSE", False), ("maybe", "maybe")])
def test_yes_and_no_are_words(cell: str, value: Any) -> None:
    assert NOTES.columns["attempt"].value_of(cell) == value


def test_another_systems_day_comes_first() -> None:
    profile = ProfileIn(of="notes", columns={"When": "noted_on"}, dates="day-month-year", fixed={"attempt": "yes"})
    rows = read(b"key,case_id,text,When\r\nrow-1234,x,y,7/10/2019\r\nrow-1235,x,y,2019-10-08\r\n", profile)

    assert [row.request.body["noted_on"] for row in rows] == ["2019-10-07", "2019-10-08"]
    assert {row.request.body["attempt"] for row in rows} == {True}


def test_every_column_says_what_it_means() -> None:
    columns: list[Column] = [one for kind in KINDS.values() for one in kind.columns.values()]

    assert [one.name for one in columns if not one.meaning] == []


def fault_in(content: bytes) -> int | None:
    """The line that is refused, if one is."""
    try:
        return None if read(content) else 0
    except FileUnreadable as refused:
        return refused.members["line"]


@given(st.binary(max_size=400))
def test_whatever_is_sent_is_read_or_refused_by_its_line(content: bytes) -> None:
    assert 0 not in [fault_in(start + content) for start in (b"", HEADER, b"{")]
