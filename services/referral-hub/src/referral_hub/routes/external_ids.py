"""What other systems call referrals and participants."""

from typing import Annotated
from uuid import UUID

from common.transaction import Transaction
from common.web.access import reading, writing
from common.web.fields import ShortCode
from common.web.http.external_ids import ExternalIdIn, ExternalIdOut, ExternalIdReceipt, NamedThing, keep_external_id
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.routing import Routes
from referral_hub.operations.problems import NoSuchParticipant, NoSuchReferral
from referral_hub.storage.lists import EXTERNAL_IDS
from referral_hub.storage.participants import participant_of
from referral_hub.storage.referrals import referral_of
from referral_hub.storage.tables.external_ids import ExternalIdRow

from .roles import PROVIDER_ROLES

router = Routes(prefix="/v1", tags=["external ids"])


@router.get("/external-ids")
async def list_external_ids(
    tx: Annotated[Transaction, reading("hub", "referrer", *PROVIDER_ROLES)],
    query: Annotated[Asked, asking(EXTERNAL_IDS)],
) -> Page[ExternalIdOut]:
    """Your organisation's own ids for referrals and participants, and no other organisation's."""
    results = await query.found(tx)
    tx.touched(
        *(name for row in results.rows for name in (f"{row.kind}/{row.thing_id}", f"participant/{row.participant_id}"))
    )
    return results.page(ExternalIdOut.model_validate)


@router.put("/referrals/{referral_id}/external-ids/{system}")
async def name_referral(
    referral_id: UUID,
    system: ShortCode,
    body: ExternalIdIn,
    tx: Annotated[Transaction, writing("hub", "referrer", versionless=True)],
) -> ExternalIdReceipt:
    """Say what your system calls a referral: `GET /v1/referrals?external_id=prison-records:A-123` finds it so."""
    referral = await referral_of(tx.session, referral_id)
    if referral is None or not (tx.actor.has("hub") or referral.agency_id == tx.actor.organisation):
        raise NoSuchReferral("Check the id.")
    thing = NamedThing("referral", referral_id, referral.participant_id)
    return await keep_external_id(tx, ExternalIdRow, thing, system, body.external_id)


@router.put("/participants/{participant_id}/external-ids/{system}")
async def name_participant(
    participant_id: UUID,
    system: ShortCode,
    body: ExternalIdIn,
    tx: Annotated[Transaction, writing("hub", *PROVIDER_ROLES, versionless=True)],
) -> ExternalIdReceipt:
    """Say what your system calls a participant: `GET /v1/external-ids?external_id=…` finds them so."""
    if await participant_of(tx.session, participant_id) is None:
        raise NoSuchParticipant("Check the id.")
    thing = NamedThing("participant", participant_id, participant_id)
    return await keep_external_id(tx, ExternalIdRow, thing, system, body.external_id)
