"""Cases: lists, the golden thread, start and phases."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from case_management.operations.cases.change_phase import change_phase as change
from case_management.operations.cases.start_case import start_case as start
from case_management.operations.cases.tell_case import tell_case
from case_management.operations.loading import at_provider
from case_management.operations.requests import PhaseIn, StartIn
from case_management.storage.lists import CASES, seen_by
from common.transaction import Transaction
from common.web.access import reading, writing
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.routing import Routes

from .responses.base import CaseReceipt
from .responses.cases import CaseDetailOut, CaseOut, show_case, show_line
from .roles import READERS, RECORDERS, SUPPORTERS

router = Routes(prefix="/v1/cases", tags=["cases"])


@router.get("")
async def list_cases(
    tx: Annotated[Transaction, reading(*READERS)], query: Annotated[Asked, asking(CASES)]
) -> Page[CaseOut]:
    """List cases, newest allocation first: a provider its own and those it works on jointly, the prime all.

    `participant_id` also finds cases under ids merged with it. `order=contact` are the open ones, with whom nobody
    spoke longest at the head, each with the day; that, and `without_plan`, are for those who read all of a case.
    """
    conditions = [seen_by(tx.actor.organisation, whole=bool(query.roles))] if at_provider(tx) else []
    results = await query.found(tx, *conditions)
    tx.touched(*(f"participant/{row.participant_id}" for row in results.rows))
    return results.page(lambda row: show_line(row, contact=query.order.endswith("contact")))


@router.get("/{case_id}")
async def read_case(case_id: UUID, response: Response, tx: Annotated[Transaction, reading(*READERS)]) -> CaseDetailOut:
    """Read a case whole: plan, assessments, notes, documents, outcomes with revisions, joint work, in order.

    A verifier reads the notes and documents that evidence an outcome; of a restricted case the hub and a joint
    provider read what the lead marks shareable (§2.M).
    """
    thread = await tell_case(tx, case_id)
    response.headers["ETag"] = f'"{thread.case.version}"'
    return show_case(thread)


@router.post("/{case_id}/start")
async def start_case(case_id: UUID, body: StartIn, tx: Annotated[Transaction, writing(*SUPPORTERS)]) -> CaseReceipt:
    """Record the start: first contact was made, today or on the day given, not before the allocation."""
    row = await start(tx, case_id, body)
    return tx.answered(CaseReceipt(id=row.id, state=row.state, version=row.version))


@router.post("/{case_id}/phase")
async def change_phase(case_id: UUID, body: PhaseIn, tx: Annotated[Transaction, writing(*RECORDERS)]) -> CaseReceipt:
    """Move the case into its other phase, and to another worker if one is named."""
    row = await change(tx, case_id, body)
    return tx.answered(CaseReceipt(id=row.id, state=row.state, version=row.version))
