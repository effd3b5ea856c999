from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict

from common.transaction import Answer, Transaction
from common.web.access import reading, writing
from common.web.fields import Asked
from common.web.pages import Page
from referral_hub.domain.need_to_know import contact_is_shown
from referral_hub.operations.merge_participants import merge_participants
from referral_hub.operations.problems import NoSuchParticipant
from referral_hub.storage.participants import ids_of, participant_of, participants_of, scopes_of
from referral_hub.storage.tables import Participant, ParticipantAccess

from .roles import PROVIDER_ROLES

router = APIRouter(prefix="/v1/participants", tags=["participants"])

READERS = ("hub", "prime-manager", "council-verifier", *PROVIDER_ROLES)


class ParticipantName(BaseModel):
    """A name beside an id."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    given_name: str
    family_name: str
    date_of_birth: date
    restricted: bool
    """Need-to-know: domestic abuse (§2.M)."""
    merged_into: UUID | None


class ParticipantOut(ParticipantName):
    """Who someone is. Of a restricted participant, contact details are for hub, prime and lead provider alone."""

    aliases: list[UUID] = []
    """Other ids of the same person."""
    sex: str | None
    address: str | None
    phone: str | None
    email: str | None
    national_insurance: str | None
    nhs_number: str | None
    version: int


class MergeIn(Asked):
    alias_id: UUID
    """The record that from now on points to the other."""


class MergeReceipt(Answer):
    id: UUID
    alias_id: UUID
    version: int


@router.get("")
async def list_named(
    tx: Annotated[Transaction, reading(*READERS)],
    id: Annotated[list[UUID], Query(min_length=1, max_length=200, description="Up to 200 ids.")],
) -> Page[ParticipantName]:
    """The names behind ids, of those the asker may see; the others are left out. Every one shown is audited."""
    found = await participants_of(tx.session, id)
    tx.touched(*(f"participant/{told}" for one in found for told in (one.id, one.merged_into) if told))
    return Page(items=[ParticipantName.model_validate(one) for one in found])


@router.get("/{participant_id}")
async def read(
    participant_id: UUID, tx: Annotated[Transaction, reading(*READERS)], response: Response
) -> ParticipantOut:
    """Who someone is; by an alias's id, the one it was merged into. Audited (BR-N6)."""
    participant = await participant_of(tx.session, participant_id)
    if participant is None:
        raise NoSuchParticipant("Check the id.")
    response.headers["ETag"] = f'"{participant.version}"'
    aliases = [one for one in await ids_of(tx.session, participant.id) if one != participant.id]
    tx.touched(*(f"participant/{one}" for one in (participant.id, *aliases)))
    withheld = {} if await _knows_contact(tx, participant) else dict.fromkeys(("address", "phone", "email"))
    return ParticipantOut.model_validate(participant).model_copy(update={"aliases": aliases, **withheld})


@router.post("/{participant_id}/merge")
async def merge(participant_id: UUID, body: MergeIn, tx: Annotated[Transaction, writing("hub")]) -> MergeReceipt:
    """Say that two records are one person; both ids stay good (BR-C6).

    409: one is merged already, or each has an open referral.
    """
    survivor = await merge_participants(tx, participant_id, body.alias_id)
    return tx.answered(MergeReceipt(id=survivor.id, alias_id=body.alias_id, version=survivor.version))


async def _knows_contact(tx: Transaction, participant: Participant) -> bool:
    found: Sequence[ParticipantAccess] = ()
    if tx.actor.has(*PROVIDER_ROLES):
        found = await scopes_of(tx.session, participant.id, tx.actor.organisation)
    scopes = frozenset(one.scope for one in found)
    return contact_is_shown(participant.restricted, scopes, at_prime=tx.actor.has("hub", "prime-manager"))
