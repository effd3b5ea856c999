"""Monthly targets, from the periods for which a programme states them (S-104)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from .month import month_of, months_through
from .ratio import Ratio
from .tracker import Targets, Vacancies


@dataclass(frozen=True, slots=True)
class TargetPeriod:
    """One provider's monthly targets by row, from a day until another, both included; open without an end."""

    provider_id: str
    from_on: date
    until_on: date | None
    monthly: Mapping[str, int]

    def months(self, month: date) -> Iterable[date]:
        """Its months up to the report month. A month is whole in the period in which its first day lies, so that none
        counts twice."""
        last = month_of(month) if self.until_on is None else min(self.until_on, month_of(month))
        return (first for first in months_through(self.from_on, last) if self.from_on <= first)


Staffing = Mapping[tuple[str, date], Ratio]
"""By provider and month: posts filled, of all that the contract has."""


def targets_by_month(periods: Iterable[TargetPeriod], month: date) -> Targets:
    """The targets of every month up to the report month; those of several providers are added (BR-K10)."""
    targets: dict[str, Counter[date]] = {}
    for period in periods:
        for first in period.months(month):
            for row, target in period.monthly.items():
                targets.setdefault(row, Counter())[first] += target
    return targets


def vacancies_by_month(periods: Iterable[TargetPeriod], month: date, staffing: Staffing) -> Vacancies:
    """What of these targets falls to posts that were not filled, where a provider said so (BR-K14): exact."""
    vacancies: dict[str, defaultdict[date, Fraction]] = {}
    for period in periods:
        for first in period.months(month):
            posts = staffing.get((period.provider_id, first))
            if posts is None or posts.part == posts.whole:
                continue
            for row, target in period.monthly.items():
                vacant = Fraction(target * (posts.whole - posts.part), posts.whole)
                vacancies.setdefault(row, defaultdict(Fraction))[first] += vacant
    return vacancies


@dataclass(frozen=True, slots=True)
class TargetsMissing:
    """Months to date for which a provider should have had targets and has none: there they count as 0."""

    provider_id: str
    months: tuple[date, ...]

    @property
    def says(self) -> str:
        """What is the case, and what to do."""
        which = f"{self.months[0]:%Y-%m}"
        if len(self.months) > 1:
            which = f"{len(self.months)} months, from {which} to {self.months[-1]:%Y-%m}"
        return (
            f"No targets are stated for {self.provider_id} for {which}: they count as 0. "
            "An operator states them in kpi.toml and loads the programme again."
        )


def targets_missing(
    periods: Iterable[TargetPeriod], provider_id: str, joined_on: date, left_on: date | None, month: date
) -> TargetsMissing | None:
    """Whoever delivers from a month's first day has targets in it, or somebody forgot them (S-104)."""
    months = {first for period in periods if period.provider_id == provider_id for first in period.months(month)}
    until = min(month_of(left_on), month_of(month)) if left_on else month_of(month)
    missing = tuple(first for first in months_through(joined_on, until) if first >= joined_on and first not in months)
    return TargetsMissing(provider_id, missing) if missing else None
