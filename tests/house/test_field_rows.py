"""The page of the field's rows says which tests show a row, and which rows no test shows."""

import importlib.util
from typing import Any

import pytest

SPEC = importlib.util.spec_from_file_location("field_rows", "docs/field_rows.py")
assert SPEC is not None
assert SPEC.loader is not None
FIELD_ROWS = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(FIELD_ROWS)


@pytest.mark.parametrize(
    ("row", "tests", "state"),
    [
        ({}, ["one"], "shown"),
        ({"missing": "the rest"}, ["one"], "in part"),
        ({"missing": "all"}, [], "not built"),
        ({}, [], "no test"),
        ({"outside": True}, [], "outside the system"),
    ],
)
def test_a_rows_state_is_what_its_tests_and_its_gap_say(row: dict[str, Any], tests: list[str], state: str) -> None:
    assert FIELD_ROWS.state(row, tests) == state


def test_the_page_has_every_row_of_the_field() -> None:
    numbers = [line.split(" |")[0] for line in FIELD_ROWS.rows_page().splitlines() if line.startswith("| S-")]

    assert numbers == [f"| S-{number:02d}" for number in range(1, 146)]


def test_every_row_that_is_said_to_be_whole_has_a_test() -> None:
    assert [line for line in FIELD_ROWS.rows_page().splitlines() if line.split(" | ")[2:3] == ["no test"]] == []


def test_a_row_that_is_not_in_the_list_is_refused() -> None:
    with pytest.raises(ValueError, match="S-999"):
        FIELD_ROWS.rows_page({"S-999": ["`tests/a.py`: it is so"]})
