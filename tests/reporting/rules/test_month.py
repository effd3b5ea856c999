from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.domain.month import month_after, month_of, months_between, months_through

months = st.dates(date(2015, 1, 1), date(2035, 12, 31)).map(month_of)


@pytest.mark.parametrize("day", [date(2020, 2, 1), date(2020, 2, 29)])
def test_a_day_lies_in_the_month_named_by_its_first_day(day: date) -> None:
    assert month_of(day) == date(2020, 2, 1)


def test_a_contract_of_55_months_ends_in_march_2024() -> None:
    every = list(months_through(date(2019, 9, 1), date(2024, 3, 31)))

    assert len(every) == 55
    assert every[0] == date(2019, 9, 1)
    assert every[-1] == date(2024, 3, 1)


def test_there_are_no_months_before_the_first() -> None:
    assert list(months_through(date(2019, 9, 1), date(2019, 8, 31))) == []


@settings(max_examples=50, deadline=None, database=None)
@given(months, st.integers(-60, 60))
def test_counting_months_on_and_back_agree(month: date, count: int) -> None:
    later = month_after(month, count)

    assert months_between(month, later) == count
    assert month_after(later, -count) == month
