"""What was put right, and how it stands now."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime

from case_management.domain.correction import CorrectionKind
from case_management.storage.tables.cases import CorrectionRow
from common.transaction import Answer
from common.web.fields import one_of
from rulebook.outcome import AssessmentStage, PlanKind

from .base import RowOut


class CorrectionOut(RowOut):
    """What was put right: only what is different, before and after."""

    id: UUID
    kind: Annotated[str, one_of(CorrectionKind)]
    of_id: UUID
    """The id of the case, or of the part of it that was put right."""
    reason: str | None
    """Why, in words; null where you may not read the whole case."""
    before: dict[str, Any]
    after: dict[str, Any]
    made_by: str
    """The id of who made it, as in the audit."""
    made_at: AwareDatetime


def show_correction(row: CorrectionRow, *, whole: bool) -> CorrectionOut:
    """The reason is for those who read the whole case: it may say what they alone know."""
    correction = CorrectionOut.model_validate(row)
    return correction if whole else correction.model_copy(update={"reason": None})


class AssessmentCorrectionReceipt(Answer):
    """An assessment as it stands now."""

    id: UUID
    stage: AssessmentStage
    score: int
    assessed_on: date
    withdrawn_on: date | None


class PlanCorrectionReceipt(Answer):
    """A plan as it stands now."""

    id: UUID
    kind: PlanKind
    version: int
    agreed_on: date
    withdrawn_on: date | None


class DocumentCorrectionReceipt(Answer):
    """What a document is said to be now."""

    id: UUID
    kind: str
    dated_on: date | None
    shareable: bool


class NoteReceipt(Answer):
    id: UUID
    shareable: bool
