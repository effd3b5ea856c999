"""Plans, assessments and notes."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime

from case_management.domain.plan import GoalMark
from common.transaction import Answer
from common.web.fields import AnswerBody, one_of
from rulebook.outcome import AssessmentStage, PlanKind

from .base import CreationReceipt, PartLine, RowOut


class GoalOut(AnswerBody):
    goal: str
    own_words: str | None = None
    mark: GoalMark = "open"
    outcome_id: UUID | None = None
    """The outcome that came of it, where one did."""


class PlanOut(RowOut):
    id: UUID
    kind: Annotated[str, one_of(PlanKind)]
    version: int
    agreed_on: date
    goals: list[GoalOut]
    recorded_by: str
    withdrawn_on: date | None


class AssessmentOut(RowOut):
    id: UUID
    instrument: str
    stage: Annotated[str, one_of(AssessmentStage)]
    score: int
    assessed_on: date
    recorded_by: str
    withdrawn_on: date | None


class AssessmentLine(PartLine):
    """An assessment in a list, as it stands."""

    provider_id: str
    """The lead provider of the case, by its code."""
    instrument: str
    stage: Annotated[str, one_of(AssessmentStage)]
    score: int
    assessed_on: date
    recorded_by: str
    withdrawn_on: date | None


class NoteOut(RowOut):
    id: UUID
    case_id: UUID
    words: str
    channel: str | None
    attempt: bool
    tailored_how: str
    noted_on: date
    written_at: AwareDatetime
    author: str
    organisation_id: str
    shareable: bool
    corrects: UUID | None


class PlanReceipt(CreationReceipt):
    """A plan's id and its version among the case's plans."""

    version: int


class AssessmentReceipt(Answer):
    """An assessment's id and the stage it counts for."""

    id: UUID
    stage: AssessmentStage
