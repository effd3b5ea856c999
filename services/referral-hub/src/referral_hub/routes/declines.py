from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement

from common.transaction import Transaction
from common.web.access import reading
from common.web.pages import Cursor, Limit, Page, key_of, page_of
from referral_hub.storage.allocations import list_declines
from referral_hub.storage.tables import Decline

router = APIRouter(prefix="/v1/declines", tags=["declines"])


class DeclineOut(BaseModel):
    """A decline by a provider, or by the hub when no provider is named (BR-A8)."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    referral_id: UUID
    participant_id: UUID
    allocation_id: UUID | None
    provider_id: str | None
    reason: str
    account: str
    final: bool
    """False: not accepted; the hub owes the provider a joint risk plan (S-13)."""
    complex: bool
    source: str
    declined_on: date


@router.get("")
async def list_all(
    tx: Annotated[Transaction, reading("hub", "prime-manager", "council-oversight")],
    provider: Annotated[str | None, Query(pattern=r"^[a-z0-9-]{1,60}$")] = None,
    complex: bool | None = None,
    final: bool | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[DeclineOut]:
    """Every decline, newest first, for the checks on perverse behaviour (S-12)."""
    wanted: list[ColumnElement[bool]] = [Decline.programme_id == tx.programme_id]
    asked = {Decline.provider_id: provider, Decline.complex: complex, Decline.final: final}
    wanted += [column == value for column, value in asked.items() if value is not None]
    found = await list_declines(tx.session, wanted, key_of(cursor, date.fromisoformat, UUID), limit)
    tx.touched(*(f"participant/{one.participant_id}" for one in found[:limit]))
    return page_of(found, limit, lambda one: (one.declined_on, one.id), DeclineOut.model_validate)
