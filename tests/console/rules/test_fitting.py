import io

import pytest
from rich.console import Console

from console.fitting import FittingTable

SUBJECT = "participant/0197a5c2-7f1e-7b1a-9c55-0a5d7b6f8e01"
NUMBERS = ("streams", "published", "applied", "in flight", "waiting", "parked", "skipped", "missing", "forked")


def drawn(table: FittingTable, width: int) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(table)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.fixture
def wide() -> FittingTable:
    table = FittingTable("stream", *NUMBERS, "why", title="What was heard", caption="All of it.")
    table.add_row(SUBJECT, *("12345" for _ in NUMBERS), "")
    table.add_row("short", *("0" for _ in NUMBERS), "unreadable-body")
    return table


@pytest.mark.parametrize("width", [60, 80])
def test_in_a_narrow_terminal_a_row_is_a_paragraph_and_no_word_is_cut(wide: FittingTable, width: int) -> None:
    shown = drawn(wide, width)

    assert max(len(line) for line in shown.splitlines()) <= width
    assert SUBJECT in shown
    told = " ".join(shown.split())
    assert told.startswith(f"What was heard {SUBJECT} streams 12345, published 12345, applied 12345, in flight 12345")
    assert told.endswith("forked 0, why unreadable-body All of it.")
    assert told.count("why") == 1


def test_where_there_is_room_it_is_a_table(wide: FittingTable) -> None:
    assert "│ short " in drawn(wide, 200)


def test_what_wraps_between_words_stays_a_table() -> None:
    table = FittingTable("day", "what")
    table.add_row("2019-09-02", "a word " * 30)

    assert "│ 2019-09-02 │ a word" in drawn(table, 60)
