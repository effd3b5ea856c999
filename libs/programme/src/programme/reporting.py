"""`kpi.toml`: the tracker's rows and the targets. Reporting's part of a programme."""

from datetime import date
from typing import Literal

from .activities import Activity
from .model import Count, InForce, Line, Model, OutcomeCode, Slug


class TrackerRow(Model):
    """A row of the KPI tracker, in order (Annex B, BR-K2)."""

    row: Slug
    title: Line
    kind: Literal["activity", "outcome", "added-value", "total"]
    counts: Activity | None = None
    """What the row counts, where it counts an activity."""
    outcomes: tuple[OutcomeCode, ...] = ()
    """The outcomes that the row counts, by code, where it counts outcomes."""
    cards: tuple[Slug, ...]
    """The rate cards, by code, whose providers have this row on their tracker."""
    optional: bool = False
    """Whether a programme may do without the row (BR-K9)."""


class Targets(InForce):
    """A provider's targets for each month in a period, by row. None are published."""

    provider_id: Slug
    monthly: dict[Slug, Count]
    illustrative: bool = True


class KpiFile(Model):
    """`kpi.toml`."""

    rows: tuple[TrackerRow, ...]
    targets: tuple[Targets, ...]

    @property
    def rows_that_count_amiss(self) -> tuple[str, ...]:
        """Activity rows that do not say what they count, and other rows that do: either would show 0 for ever."""
        return tuple(each.row for each in self.rows if (each.counts is not None) != (each.kind == "activity"))


class ProviderName(Model):
    """A provider as a report names it."""

    provider_id: Slug
    name: Line
    rate_card: Slug
    joined_on: date
    left_on: date | None


class ReportingPart(KpiFile):
    """What reporting owns of a programme."""

    programme_id: Slug
    name: Line
    starts_on: date
    ends_on: date
    delivery_data_until: date | None
    support_plan_days: Count | None = None
    """The target for days from allocation to the first plan (BR-B3); null for no target."""
    providers: tuple[ProviderName, ...]
