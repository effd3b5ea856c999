from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.calendar import months_after


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2020, 11, 30), 3, date(2021, 2, 28)),
        (date(2019, 11, 30), 3, date(2020, 2, 29)),
        (date(2020, 2, 29), 12, date(2021, 2, 28)),
        (date(2020, 2, 29), 48, date(2024, 2, 29)),
        (date(2021, 8, 31), 6, date(2022, 2, 28)),
        (date(2021, 12, 31), 18, date(2023, 6, 30)),
        (date(2021, 12, 1), 1, date(2022, 1, 1)),
        (date(2021, 5, 5), 0, date(2021, 5, 5)),
        (date(2021, 9, 30), 3, date(2021, 12, 30)),
    ],
)
def test_months_are_held_to_the_end_of_a_shorter_month(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


@given(day=st.dates(date(2000, 1, 1), date(2050, 1, 1)), months=st.integers(0, 60))
def test_months_later_is_never_in_another_month_than_asked(day: date, months: int) -> None:
    later = months_after(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
