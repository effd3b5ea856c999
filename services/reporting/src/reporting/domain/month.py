"""Months, each named by its first day."""

from collections.abc import Iterator
from datetime import date


def month_of(day: date) -> date:
    """The month a day lies in."""
    return day.replace(day=1)


def month_after(month: date, count: int = 1) -> date:
    """The month so many later, or earlier when negative."""
    years, index = divmod(month.month - 1 + count, 12)
    return date(month.year + years, index + 1, 1)


def months_between(first: date, last: date) -> int:
    """How many months `last` is after `first`; negative when before."""
    return (last.year - first.year) * 12 + last.month - first.month


def months_through(first: date, last: date) -> Iterator[date]:
    """Every month from the first to the last, both included; none when the last is before the first."""
    start = month_of(first)
    return (month_after(start, count) for count in range(months_between(start, last) + 1))
