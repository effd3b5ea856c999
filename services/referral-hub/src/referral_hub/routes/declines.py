from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy import ColumnElement

from common.transaction import Transaction
from common.web.access import reading, writing
from common.web.fields import ShortCode
from common.web.pages import Cursor, Limit, Page, key_of, page_of
from common.web.routing import Routes
from referral_hub.operations.referrals.correct_decline import correct_decline
from referral_hub.operations.requests import DeclineCorrectionIn
from referral_hub.storage.allocations import list_declines
from referral_hub.storage.tables.allocations import DeclineRow

from .corrections import corrections_shown
from .responses.declines import DeclineOut, DeclineReceipt

router = Routes(prefix="/v1/declines", tags=["declines"])


@router.get("")
async def list_all(
    tx: Annotated[Transaction, reading("hub", "prime-manager", "council-oversight")],
    provider: Annotated[str | None, Query(pattern=r"^[a-z0-9-]{1,60}$")] = None,
    complex: bool | None = None,
    final: bool | None = None,
    source: ShortCode | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[DeclineOut]:
    """Every decline, newest first, for the checks on perverse behaviour (S-12)."""
    conditions: list[ColumnElement[bool]] = [DeclineRow.programme_id == tx.programme_id]
    filters = {
        DeclineRow.provider_id: provider,
        DeclineRow.complex: complex,
        DeclineRow.final: final,
        DeclineRow.source: source,
    }
    conditions += [column == value for column, value in filters.items() if value is not None]
    found = await list_declines(tx.session, conditions, key_of(cursor, date.fromisoformat, UUID), limit)
    tx.touched(*(f"participant/{one.participant_id}" for one in found[:limit]))
    corrected = await corrections_shown(tx, *(one.id for one in found))

    def told(decline: DeclineRow) -> DeclineOut:
        return DeclineOut.model_validate(decline).model_copy(update={"corrections": corrected[decline.id]})

    return page_of(found, limit, lambda one: (one.declined_on, one.id), told)


@router.post("/{decline_id}/corrections")
async def correct(
    decline_id: UUID, body: DeclineCorrectionIn, tx: Annotated[Transaction, writing("hub", "provider-manager")]
) -> DeclineReceipt:
    """Put right why somebody was declined; hub and council go on seeing what was said first. `reason` says why.

    409: it was never accepted, or was taken back.
    """
    decline = await correct_decline(tx, decline_id, body.decline_reason, body.account, body.reason)
    return tx.answered(DeclineReceipt(id=decline.id, reason=decline.reason, version=decline.version))
