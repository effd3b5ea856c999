from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from case_management.domain.dates import months_after


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2021, 1, 15), 3, date(2021, 4, 15)),
        (date(2021, 11, 30), 3, date(2022, 2, 28)),
        (date(2019, 11, 30), 3, date(2020, 2, 29)),
        (date(2020, 2, 29), 12, date(2021, 2, 28)),
        (date(2021, 8, 31), 6, date(2022, 2, 28)),
        (date(2021, 9, 30), 3, date(2021, 12, 30)),
    ],
)
def test_months_are_calendar_months_clamped_at_the_end(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


@settings(max_examples=50, deadline=None, database=None)
@given(st.dates(date(2019, 1, 1), date(2030, 12, 31)), st.integers(0, 36))
def test_months_later_is_in_the_month_meant_and_never_a_later_day(day: date, months: int) -> None:
    later = months_after(day, months)

    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day <= day.day
