"""Plans, assessments and notes."""

from typing import Annotated
from uuid import UUID

from case_management.domain.visibility import sight_of_notes
from case_management.operations.loading import case_to_read
from case_management.operations.requests import AssessmentIn, NoteIn, PlanIn
from case_management.operations.support.agree_plan import agree_plan as agree
from case_management.operations.support.record_assessment import record_assessment as record
from case_management.operations.support.write_note import write_note as write
from case_management.storage.evidence import within
from case_management.storage.lists import NOTES
from case_management.storage.tables.support import NoteRow
from common.transaction import Transaction
from common.web.access import reading, writing
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.routing import Routes

from .responses.base import CreationReceipt
from .responses.support import AssessmentReceipt, NoteOut, PlanReceipt
from .roles import READERS, RECORDERS, SUPPORTERS

router = Routes(prefix="/v1/cases/{case_id}", tags=["support"])


@router.post("/plans", status_code=201)
async def agree_plan(case_id: UUID, body: PlanIn, tx: Annotated[Transaction, writing(*RECORDERS)]) -> PlanReceipt:
    """Record a plan agreed with the participant, of the kind the provider's rate card asks for (S-33, S-34).

    A restricted case may have a safety plan beside it.

    `If-Match` is the version of the plan before.
    """
    row = await agree(tx, case_id, tx.minted(body.id), body)
    return tx.answered(PlanReceipt(id=row.id, version=row.version))


@router.post("/assessments", status_code=201)
async def record_assessment(
    case_id: UUID, body: AssessmentIn, tx: Annotated[Transaction, writing(*RECORDERS, versionless=True)]
) -> AssessmentReceipt:
    """Record a scored assessment; its stage follows from its date and the others (S-35 to S-37).

    One entered late takes its place, and those after it theirs.
    """
    row = await record(tx, case_id, tx.minted(body.id), body)
    return tx.answered(AssessmentReceipt(id=row.id, stage=row.stage))


@router.post("/notes", status_code=201)
async def write_note(
    case_id: UUID, body: NoteIn, tx: Annotated[Transaction, writing(*SUPPORTERS, versionless=True)]
) -> CreationReceipt:
    """Write a note. It is never changed or removed: correct it with another that names it."""
    row = await write(tx, case_id, tx.minted(body.id), body)
    return tx.answered(CreationReceipt(id=row.id))


@router.get("/notes")
async def list_notes(
    case_id: UUID, tx: Annotated[Transaction, reading(*READERS)], query: Annotated[Asked, asking(NOTES)]
) -> Page[NoteOut]:
    """List the notes within your sight, in the order of what happened."""
    at_hand = await case_to_read(tx, case_id)
    sight = sight_of_notes(at_hand.viewer, at_hand.case.restricted)
    results = await query.found(tx, NoteRow.case_id == case_id, within(sight, NoteRow))
    return results.page(NoteOut.model_validate)
