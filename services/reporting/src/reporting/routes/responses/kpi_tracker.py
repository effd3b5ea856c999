"""The KPI tracker, row by row."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel

from common.web.fields import one_of
from reporting.domain.tracker import Figures, RowKind, TrackerLine


class TrackerFiguresOut(BaseModel):
    """The columns of BR-K1."""

    monthly_target: int
    target_to_date: int
    actuals_to_date: int
    evidence_outstanding: int
    variance: int
    """Actuals less target to date: negative when behind (BR-K6)."""
    percent_of_target: str
    """`80.0%`, or `n/a` without a target (BR-K7)."""
    contributed_to_date: int
    """Achieved under another provider's lead, on joint cases: beside the actuals, never in them (BR-D10, BR-K10)."""

    @classmethod
    def of(cls, figures: Figures) -> Self:
        return cls(
            monthly_target=figures.monthly_target,
            target_to_date=figures.target_to_date,
            actuals_to_date=figures.actuals,
            evidence_outstanding=figures.outstanding,
            variance=figures.variance,
            percent_of_target=figures.percent_of_target,
            contributed_to_date=figures.contributed,
        )


class CapacityAdjustment(BaseModel):
    """A second view, which is not the contract's: each month's target in the proportion of the posts filled (BR-K14).

    Where a provider's monthly report said nothing of vacancies, it is the contract's.
    """

    target_to_date: int
    variance: int
    percent_of_target: str

    @classmethod
    def of(cls, figures: Figures) -> Self:
        return cls(**{name: getattr(figures.adjusted_for_capacity, name) for name in cls.model_fields})


class TrackerRowOut(TrackerFiguresOut):
    """One row, in the programme's order; the last is the total of outcomes."""

    row: str
    title: str
    kind: Annotated[str, one_of(RowKind | Literal["total"])]
    capacity_adjusted: CapacityAdjustment

    @classmethod
    def shown(cls, line: TrackerLine) -> Self:
        return cls(
            row=line.code,
            title=line.label,
            kind=line.kind,
            capacity_adjusted=CapacityAdjustment.of(line.figures),
            **TrackerFiguresOut.of(line.figures).model_dump(),
        )


class TargetsMissingOut(BaseModel):
    """A provider without targets for some months to date, each by its first day."""

    provider_id: str
    months: list[date]
    says: str
    """What is the case, and what to do."""


class TrackerOut(BaseModel):
    """A provider's or, without one, the partnership's tracker for a month."""

    programme_id: str
    provider_id: str | None
    month: date
    """Its first day."""
    rows: list[TrackerRowOut]
    total_with_added_value: TrackerFiguresOut
    """Beside the total, never in it (BR-K8)."""
    outcomes_without_a_row: list[str]
    """Outcomes that happened and that no row counts (BR-K9)."""
    illustrative_targets: bool
    """A target among these is ours: none are published."""
    targets_missing: list[TargetsMissingOut]
    """Months that count a target of 0 because nobody stated one."""
    submitted_on: date | None
    """The day its report was submitted, since when these figures stand (BR-K15); none for what is known now."""
