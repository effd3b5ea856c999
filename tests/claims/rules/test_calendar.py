from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.domain.calendar import BY_OUTCOME, PaymentWindow, grant_for, months_after, payment_mode_on
from tests.claims.builders import CONTRACT


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
    ],
)
def test_months_are_held_to_the_end_of_a_shorter_month(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


@given(day=st.dates(date(2000, 1, 1), date(2050, 1, 1)), months=st.integers(0, 60))
def test_months_later_is_never_in_another_month_than_asked(day: date, months: int) -> None:
    later = months_after(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day


@pytest.mark.parametrize(
    ("day", "mode"),
    [
        (date(2020, 3, 31), BY_OUTCOME),
        (date(2020, 4, 1), "payment-for-service"),
        (date(2021, 1, 31), "payment-for-service"),
        (date(2021, 2, 1), BY_OUTCOME),
    ],
)
def test_the_window_paid_for_service_includes_its_first_and_its_last_day(day: date, mode: str) -> None:
    assert payment_mode_on(day, CONTRACT.windows) == mode


@pytest.mark.row("S-90")
@pytest.mark.parametrize(
    ("month", "grant"),
    [(date(2020, 3, 1), 0), (date(2020, 4, 1), 500), (date(2020, 5, 1), 500), (date(2020, 6, 1), 0)],
)
def test_a_grant_is_for_every_month_whose_first_day_the_window_covers(month: date, grant: int) -> None:
    windows = [PaymentWindow("payment-for-service", date(2020, 4, 1), date(2020, 5, 31), 500)]

    assert grant_for(month, windows) == grant
    assert grant_for(month, []) == 0
