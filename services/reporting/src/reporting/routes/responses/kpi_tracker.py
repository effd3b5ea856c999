"""The KPI tracker, row by row."""

from datetime import date
from typing import Annotated, Literal, Self

from common.web.fields import AnswerBody, one_of
from reporting.domain.tracker import Figures, RowKind, TrackerLine


class TrackerFiguresOut(AnswerBody):
    """The columns of BR-K1."""

    monthly_target: int
    target_to_date: int
    actuals_to_date: int
    evidence_outstanding: int
    variance: int
    """The actual figure less the target, up to this month: negative when behind (BR-K6)."""
    percent_of_target: str
    """The actual figure in per cent of the target: `80.0%`; `n/a` without a target (BR-K7)."""
    contributed_to_date: int
    """Outcomes of joint cases that another provider leads, up to this month; the actuals do not contain them (BR-D10,
    BR-K10)."""

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


class CapacityAdjustment(AnswerBody):
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


class TargetsMissingOut(AnswerBody):
    """A provider without targets for some months to date, each by its first day."""

    provider_id: str
    months: list[date]
    says: str
    """What is the case, and what to do."""


class TrackerOut(AnswerBody):
    """A provider's or, without one, the partnership's tracker for a month."""

    programme_id: str
    provider_id: str | None
    month: date
    """The month, by its first day."""
    rows: list[TrackerRowOut]
    total_with_added_value: TrackerFiguresOut
    """All rows together with those of added value, which the total leaves out (BR-K8)."""
    outcomes_without_a_row: list[str]
    """Outcomes that were achieved and that no row counts (BR-K9)."""
    illustrative_targets: bool
    """Whether a target among these is made up for illustration, because none was published."""
    targets_missing: list[TargetsMissingOut]
    """The months that count a target of 0 because nobody stated one, and for whom."""
    submitted_on: date | None
    """The day on which the report was submitted, and these figures were fixed (BR-K15); null for figures as they are
    known now."""
