"""The KPI tracker: what was promised, what was reached, and what still lacks evidence (S-101, BR-K1 to BR-K8)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Literal, TypeVar

from .month import month_of, months_through
from .ratio import Ratio, half_up
from .standing import Counts

RowKind = Literal["activity", "outcome", "added-value"]

TOTAL = "total-outcomes"
TOTAL_LABEL = "Total outcomes"


@dataclass(frozen=True, slots=True)
class TrackerRow:
    """A row of the tracker, as the programme lists it (Annex B). `outcomes` are the codes it counts."""

    code: str
    label: str
    kind: RowKind
    outcomes: frozenset[str] = frozenset()
    counts: str | None = None
    """The activity it counts, on an activity row."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The counted columns of one row. The others follow from them."""

    monthly_target: int = 0
    target_to_date: int = 0
    actuals: int = 0
    outstanding: int = 0
    contributed: int = 0
    """Achieved under another provider's lead: beside the actuals, never in them (BR-D10)."""
    capacity_target: Fraction = Fraction()
    """The target to date in the proportion of posts filled: beside the contract's, never instead (BR-K14).

    Exact, so that months, rows and providers add up; it is rounded once, where it is shown.
    """

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.monthly_target + other.monthly_target,
            self.target_to_date + other.target_to_date,
            self.actuals + other.actuals,
            self.outstanding + other.outstanding,
            self.contributed + other.contributed,
            self.capacity_target + other.capacity_target,
        )

    @property
    def variance(self) -> int:
        """Negative when behind (BR-K6)."""
        return self.actuals - self.target_to_date

    @property
    def percent_of_target(self) -> str:
        """`80.0%`; `n/a` without a target (BR-K7)."""
        return Ratio(self.actuals, self.target_to_date).percent

    @property
    def adjusted_for_capacity(self) -> "Figures":
        """The same with the capacity-adjusted target to date, which no contract knows."""
        whole = half_up(self.capacity_target.numerator, self.capacity_target.denominator)
        return replace(self, target_to_date=whole)


@dataclass(frozen=True, slots=True)
class TrackerLine:
    """One line as it is shown."""

    code: str
    label: str
    kind: RowKind | Literal["total"]
    figures: Figures


@dataclass(frozen=True, slots=True)
class Tracker:
    """A provider's or the partnership's tracker for a month; its last line is the total."""

    month: date
    lines: tuple[TrackerLine, ...]
    total_with_added_value: Figures
    """Beside the total, never in it (BR-K8)."""
    unplaced: frozenset[str]
    """Outcomes counted by no row: shown, so that nothing vanishes (BR-K9)."""

    @property
    def total(self) -> Figures:
        return self.lines[-1].figures


Targets = Mapping[str, Mapping[date, int]]
"""By row code, then by month; a month without a figure has none."""
Vacancies = Mapping[str, Mapping[date, Fraction]]
"""By row code and month, what of the target falls to posts that were not filled."""
Number = TypeVar("Number", int, Fraction)


def target_to_date(monthly: Mapping[date, Number], contract_start: date, month: date) -> Number | int:
    """The sum of monthly targets from the month the contract began to the report month (BR-K3)."""
    return sum(monthly.get(one, 0) for one in months_through(contract_start, month))


@dataclass(frozen=True, slots=True)
class Promised:
    """What was promised from the month the contract began to the report month."""

    targets: Targets
    contract_start: date
    month: date
    vacancies: Vacancies = field(default_factory=dict[str, dict[date, Fraction]])

    def figures(self, row: str) -> Figures:
        """The targets of a row, with nothing reached yet."""
        monthly, month = self.targets.get(row, {}), month_of(self.month)
        to_date = target_to_date(monthly, self.contract_start, month)
        vacant = target_to_date(self.vacancies.get(row, {}), self.contract_start, month)
        return Figures(monthly.get(month, 0), to_date, capacity_target=Fraction(to_date - vacant))


def tracker(rows: Iterable[TrackerRow], targets: Promised, counts: Counts) -> Tracker:
    """The tracker for a month, its rows in the programme's order and the total last."""
    every_row = tuple(rows)
    lines = tuple(_line(row, targets, counts) for row in every_row)
    total = _sum(line for line in lines if line.kind == "outcome")
    extra = _sum(line for line in lines if line.kind == "added-value")
    last = TrackerLine(TOTAL, TOTAL_LABEL, "total", total)
    return Tracker(month_of(targets.month), (*lines, last), total + extra, _unplaced(every_row, counts))


def _line(row: TrackerRow, targets: Promised, counts: Counts) -> TrackerLine:
    actuals, outstanding, contributions = _reached(row, counts)
    figures = Figures(actuals=actuals, outstanding=outstanding, contributed=contributions)
    return TrackerLine(row.code, row.label, row.kind, targets.figures(row.code) + figures)


def _reached(row: TrackerRow, counts: Counts) -> tuple[int, int, int]:
    """Actuals, evidence outstanding, and outcomes contributed to."""
    if row.kind == "activity":
        return counts.activity.get(row.counts or "", 0), 0, 0
    if row.kind == "added-value":
        return counts.added_value.total(), 0, 0
    actuals, outstanding, contributions = (
        sum(counts_of[code] for code in row.outcomes)
        for counts_of in (counts.achieved, counts.outstanding, counts.contributed)
    )
    return actuals, outstanding, contributions


def _sum(lines: Iterable[TrackerLine]) -> Figures:
    return sum((line.figures for line in lines), Figures())


def _unplaced(rows: tuple[TrackerRow, ...], counts: Counts) -> frozenset[str]:
    codes = frozenset[str]().union(*(row.outcomes for row in rows))
    return frozenset(counts.achieved | counts.outstanding) - codes
