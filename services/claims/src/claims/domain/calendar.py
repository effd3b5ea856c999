"""Months as the contract counts them, and the periods in which outcomes are paid otherwise."""

from calendar import monthrange
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


def months_after(day: date, months: int) -> date:
    """Calendar months later, held to the end of a shorter month: 30 November + 3 is the last of February (A-13)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def payment_mode_on(day: date, windows: Sequence[PaymentWindow]) -> str:
    """How outcomes achieved on `day` are paid."""
    return next((window.mode for window in windows if window.covers(day)), BY_OUTCOME)


def grant_for(month: date, windows: Sequence[PaymentWindow]) -> int:
    """Pence paid for a month instead of its outcomes; none unless a window covers its first day (S-90, A-37)."""
    return next((window.monthly_grant_pence for window in windows if window.covers(month)), 0)
