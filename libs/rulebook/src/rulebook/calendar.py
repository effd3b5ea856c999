"""Months as the contract counts them."""

from calendar import monthrange
from datetime import date


def months_after(day: date, months: int) -> date:
    """Calendar months later, held to the end of a shorter month: 30 November + 3 is the last of February (A-13)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
