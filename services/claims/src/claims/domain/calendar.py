"""The periods in which outcomes are paid otherwise than one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

BY_OUTCOME = "outcome"
"""The payment mode of every day no window names."""


@dataclass(frozen=True, slots=True)
class PaymentWindow:
    """A period paid otherwise than by outcome; both days are included (BR-H7)."""

    mode: str
    from_on: date
    until_on: date
    monthly_grant_pence: int = 0
    """Paid for each month in it, apart from every outcome."""

    def covers(self, day: date) -> bool:
        return self.from_on <= day <= self.until_on


def payment_mode_on(day: date, windows: Sequence[PaymentWindow]) -> str:
    """How outcomes achieved on `day` are paid."""
    return next((window.mode for window in windows if window.covers(day)), BY_OUTCOME)


def grant_for(month: date, windows: Sequence[PaymentWindow]) -> int:
    """Pence paid for a month instead of its outcomes; none unless a window covers its first day (S-90, A-37)."""
    return next((window.monthly_grant_pence for window in windows if window.covers(month)), 0)
