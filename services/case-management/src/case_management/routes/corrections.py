"""Putting right what was recorded wrongly of a case: by addition, with a reason; what stood before stays readable."""

from typing import Annotated
from uuid import UUID

from fastapi import Path

from case_management.domain.visibility import sight_of_documents
from case_management.operations.cases.correct_phase import correct_phase, withdraw_phase
from case_management.operations.cases.correct_start import correct_start, withdraw_start
from case_management.operations.documents.correct_item import correct_document, share_note
from case_management.operations.loading import case_to_read, fund_is_told
from case_management.operations.requests import (
    AssessmentCorrectionIn,
    DocumentCorrectionIn,
    GoalCorrectionIn,
    PhaseCorrectionIn,
    PlanCorrectionIn,
    ReasonIn,
    SharingIn,
    StartCorrectionIn,
)
from case_management.operations.support.correct_assessment import correct_assessment, withdraw_assessment
from case_management.operations.support.correct_goal import correct_goal as put_goal_right
from case_management.operations.support.correct_plan import correct_plan, withdraw_plan
from case_management.storage.corrections import of_case
from case_management.storage.lists import CORRECTIONS
from case_management.storage.tables.cases import CaseRow
from case_management.storage.tables.support import AssessmentRow, PlanRow
from common.transaction import Transaction
from common.web.access import reading, writing
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.routing import Routes

from .responses.base import CaseReceipt
from .responses.corrections import (
    AssessmentCorrectionReceipt,
    CorrectionOut,
    DocumentCorrectionReceipt,
    NoteReceipt,
    PlanCorrectionReceipt,
    show_correction,
)
from .roles import READERS, RECORDERS, SUPPORTERS

router = Routes(prefix="/v1", tags=["corrections"])


@router.get("/cases/{case_id}/corrections")
async def list_corrections(
    case_id: UUID,
    tx: Annotated[Transaction, reading(*READERS)],
    query: Annotated[Asked, asking(CORRECTIONS)],
) -> Page[CorrectionOut]:
    """List what was put right of a case and its parts, or of one (`of_id`); the first one first."""
    at_hand = await case_to_read(tx, case_id)
    whole = sight_of_documents(at_hand.viewer, at_hand.case.restricted) == "everything"
    results = await query.found(tx, *of_case(case_id, of_fund=fund_is_told(tx, at_hand)))
    return results.page(lambda row: show_correction(row, whole=whole))


@router.post("/assessments/{assessment_id}/corrections")
async def correct_score(
    assessment_id: UUID, body: AssessmentCorrectionIn, tx: Annotated[Transaction, writing(*RECORDERS)]
) -> AssessmentCorrectionReceipt:
    """Put a score or its day right. Stages follow, of the others too, and outcomes that rest on them are judged again.

    `If-Match` is the version of the case. 409: it was taken back.
    """
    return _scored(tx, await correct_assessment(tx, assessment_id, body))


@router.post("/assessments/{assessment_id}/withdrawal")
async def withdraw_score(
    assessment_id: UUID, body: ReasonIn, tx: Annotated[Transaction, writing(*RECORDERS)]
) -> AssessmentCorrectionReceipt:
    """Take an assessment back that was never taken, or is recorded twice. 409: it was taken back before."""
    return _scored(tx, await withdraw_assessment(tx, assessment_id, body.reason))


@router.post("/plans/{plan_id}/corrections")
async def correct_agreement(
    plan_id: UUID, body: PlanCorrectionIn, tx: Annotated[Transaction, writing(*RECORDERS)]
) -> PlanCorrectionReceipt:
    """Put a plan's kind, or the day it was agreed, right; a goal of it is put right by itself.

    `If-Match` is the version of the case. 409: it was taken back.
    """
    return _agreed(tx, await correct_plan(tx, plan_id, body))


@router.post("/plans/{plan_id}/goals/{place}/corrections")
async def correct_goal(
    plan_id: UUID,
    place: Annotated[int, Path(ge=1, le=50)],
    body: GoalCorrectionIn,
    tx: Annotated[Transaction, writing(*RECORDERS)],
) -> PlanCorrectionReceipt:
    """Put a goal right by its place in the plan, from 1: its words, what became of it, or which outcome came of it.

    What the participant has agreed to since is another plan. `If-Match` is the version of the case. 409: the plan was
    taken back.
    """
    right = body.model_dump(include=body.model_fields_set - {"reason"})
    return _agreed(tx, await put_goal_right(tx, plan_id, place, right, body.reason))


@router.post("/plans/{plan_id}/withdrawal")
async def withdraw_agreement(
    plan_id: UUID, body: ReasonIn, tx: Annotated[Transaction, writing(*RECORDERS)]
) -> PlanCorrectionReceipt:
    """Take a plan back that was never agreed, or is recorded twice. 409: it was taken back before."""
    return _agreed(tx, await withdraw_plan(tx, plan_id, body.reason))


@router.post("/cases/{case_id}/start/corrections")
async def correct_first_contact(
    case_id: UUID, body: StartCorrectionIn, tx: Annotated[Transaction, writing(*SUPPORTERS)]
) -> CaseReceipt:
    """Put the day of the start right; outcomes that rest on it are judged again. 409: it has not started."""
    return _moved(tx, await correct_start(tx, case_id, body.started_on, body.reason))


@router.post("/cases/{case_id}/start/withdrawal")
async def withdraw_first_contact(
    case_id: UUID, body: ReasonIn, tx: Annotated[Transaction, writing(*SUPPORTERS)]
) -> CaseReceipt:
    """Take a start back that was recorded by mistake: the case awaits its first contact again, and counts as no start.

    409: it has not started, its closure is asked for or done, or outcomes are recorded since.
    """
    return _moved(tx, await withdraw_start(tx, case_id, body.reason))


@router.post("/documents/{document_id}/corrections")
async def correct_document_facts(
    document_id: UUID, body: DocumentCorrectionIn, tx: Annotated[Transaction, writing(*RECORDERS)]
) -> DocumentCorrectionReceipt:
    """Put a document's kind or date right, or whom it is shared with; its bytes never change.

    Outcomes that it evidences are announced again. `If-Match` is the version of the case.
    """
    changes = body.model_dump(include=body.model_fields_set - {"reason"})
    row = await correct_document(tx, document_id, changes, body.reason)
    receipt = DocumentCorrectionReceipt(id=row.id, kind=row.kind, dated_on=row.dated_on, shareable=row.shareable)
    return tx.answered(receipt)


@router.post("/notes/{note_id}/sharing")
async def change_sharing(
    note_id: UUID, body: SharingIn, tx: Annotated[Transaction, writing(*SUPPORTERS)]
) -> NoteReceipt:
    """Share a note with a joint provider of a restricted case, or no more; its words never change."""
    row = await share_note(tx, note_id, body.reason, shareable=body.shareable)
    return tx.answered(NoteReceipt(id=row.id, shareable=row.shareable))


@router.post("/phases/{phase_id}/corrections")
async def correct_change(
    phase_id: UUID, body: PhaseCorrectionIn, tx: Annotated[Transaction, writing(*RECORDERS)]
) -> CaseReceipt:
    """Put the day or the worker of a change of phase, or of a hand-over, right; the case follows what stands then.

    The day of the first one is the start's. `If-Match` is the version of the case. 409: it was taken back.
    """
    return _moved(tx, await correct_phase(tx, phase_id, body))


@router.post("/phases/{phase_id}/withdrawal")
async def withdraw_change(
    phase_id: UUID, body: ReasonIn, tx: Annotated[Transaction, writing(*RECORDERS)]
) -> CaseReceipt:
    """Take a change of phase, or a hand-over, back that never was: the one before goes on. 409: it was taken back."""
    return _moved(tx, await withdraw_phase(tx, phase_id, body.reason))


def _moved(tx: Transaction, row: CaseRow) -> CaseReceipt:
    return tx.answered(CaseReceipt(id=row.id, state=row.state, version=row.version))


def _agreed(tx: Transaction, row: PlanRow) -> PlanCorrectionReceipt:
    return tx.answered(
        PlanCorrectionReceipt(
            id=row.id, kind=row.kind, version=row.version, agreed_on=row.agreed_on, withdrawn_on=row.withdrawn_on
        )
    )


def _scored(tx: Transaction, row: AssessmentRow) -> AssessmentCorrectionReceipt:
    return tx.answered(
        AssessmentCorrectionReceipt(
            id=row.id, stage=row.stage, score=row.score, assessed_on=row.assessed_on, withdrawn_on=row.withdrawn_on
        )
    )
