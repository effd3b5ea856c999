from datetime import date

import pytest

from claims.domain.calendar import BY_OUTCOME, PaymentWindow, grant_for, payment_mode_on
from tests.claims.builders import CONTRACT


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
