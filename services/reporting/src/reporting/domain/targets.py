"""Monthly targets, from the periods for which a programme states them (S-104)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from .month import month_of, months_through
from .tracker import Targets


@dataclass(frozen=True, slots=True)
class Period:
    """One provider's monthly targets by row, from a day until another, both included; open without an end."""

    from_on: date
    until_on: date | None
    monthly: Mapping[str, int]


def targets_by_month(periods: Iterable[Period], month: date) -> Targets:
    """The targets of every month up to the report month; those of several providers are added (BR-K10).

    A month counts whole in the period in which its first day lies, so that none counts twice.
    """
    targets: dict[str, Counter[date]] = {}
    for period in periods:
        last = month_of(month) if period.until_on is None else min(period.until_on, month_of(month))
        for first in months_through(period.from_on, last):
            if period.from_on <= first:
                for row, target in period.monthly.items():
                    targets.setdefault(row, Counter())[first] += target
    return targets
