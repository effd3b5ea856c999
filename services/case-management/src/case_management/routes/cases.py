"""Cases: lists, the golden thread, start and phases."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from case_management.domain.case import CaseState
from case_management.operations.cases.change_phase import change_phase as change
from case_management.operations.cases.start_case import start_case as start
from case_management.operations.cases.tell_case import tell_case
from case_management.operations.loading import at_provider
from case_management.operations.requests import PhaseIn, StartIn
from case_management.storage.cases import CaseFilter
from case_management.storage.cases import list_cases as find_cases
from case_management.storage.tables.cases import CaseRow
from common.contracts import Code
from common.transaction import Transaction
from common.web.access import reading, writing
from common.web.fields import ShortCode
from common.web.pages import Cursor, Limit, Page, key_of, page_of
from common.web.routing import Routes

from .responses.base import CaseReceipt
from .responses.cases import CaseDetailOut, CaseOut, show_case
from .roles import READERS, RECORDERS, SUPPORTERS

router = Routes(prefix="/v1/cases", tags=["cases"])


@router.get("")
async def list_cases(
    tx: Annotated[Transaction, reading(*READERS)],
    state: CaseState | None = None,
    worker: Annotated[Code | None, Query()] = None,
    provider: Annotated[ShortCode | None, Query()] = None,
    participant_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[CaseOut]:
    """List cases, newest allocation first: a provider its own and those it works on jointly, the prime all.

    `participant_id` also finds cases under ids merged with it.
    """
    seen_by = tx.actor.organisation if at_provider(tx) else None
    wanted = CaseFilter(seen_by, state, worker, provider, participant_id)
    found = await find_cases(tx.session, wanted, key_of(cursor, date.fromisoformat, UUID), limit + 1)
    tx.touched(*(f"participant/{row.participant_id}" for row in found[:limit]))
    return page_of(found, limit, _place, CaseOut.model_validate)


def _place(row: CaseRow) -> tuple[date, UUID]:
    return row.allocated_on, row.id


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
