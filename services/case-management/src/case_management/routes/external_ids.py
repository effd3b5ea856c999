"""What other systems call cases and outcomes."""

from typing import Annotated
from uuid import UUID

from case_management.operations.loading import case_to_read, outcome_to_read
from case_management.storage.lists import EXTERNAL_IDS
from case_management.storage.tables.external_ids import ExternalIdRow
from common.transaction import Transaction
from common.web.access import reading, writing
from common.web.fields import ShortCode
from common.web.http.external_ids import ExternalIdIn, ExternalIdOut, ExternalIdReceipt, NamedThing, keep_external_id
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.routing import Routes

from .roles import RECORDERS

router = Routes(prefix="/v1", tags=["external ids"])


@router.get("/external-ids")
async def list_external_ids(
    tx: Annotated[Transaction, reading(*RECORDERS)], query: Annotated[Asked, asking(EXTERNAL_IDS)]
) -> Page[ExternalIdOut]:
    """Your organisation's own ids for cases and outcomes, and no other organisation's."""
    results = await query.found(tx)
    tx.touched(
        *(name for row in results.rows for name in (f"{row.kind}/{row.thing_id}", f"participant/{row.participant_id}"))
    )
    return results.page(ExternalIdOut.model_validate)


@router.put("/cases/{case_id}/external-ids/{system}")
async def name_case(
    case_id: UUID,
    system: ShortCode,
    body: ExternalIdIn,
    tx: Annotated[Transaction, writing(*RECORDERS, versionless=True)],
) -> ExternalIdReceipt:
    """Say what your system calls a case: `GET /v1/cases?external_id=horton-crm:A-123` finds it so."""
    at_hand = await case_to_read(tx, case_id)
    thing = NamedThing("case", case_id, at_hand.row.participant_id)
    return await keep_external_id(tx, ExternalIdRow, thing, system, body.external_id)


@router.put("/outcomes/{outcome_id}/external-ids/{system}")
async def name_outcome(
    outcome_id: UUID,
    system: ShortCode,
    body: ExternalIdIn,
    tx: Annotated[Transaction, writing(*RECORDERS, versionless=True)],
) -> ExternalIdReceipt:
    """Say what your system calls an outcome: `GET /v1/external-ids?external_id=…` finds it so."""
    outcome = await outcome_to_read(tx, outcome_id)
    thing = NamedThing("outcome", outcome_id, outcome.case.row.participant_id)
    return await keep_external_id(tx, ExternalIdRow, thing, system, body.external_id)
