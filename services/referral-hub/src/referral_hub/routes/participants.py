from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from common.transaction import Transaction
from common.web.access import reading, writing
from common.web.pages import Page
from common.web.refused import told
from common.web.routing import Routes
from referral_hub.domain.need_to_know import contact_is_shown
from referral_hub.operations.participants.merge_participants import merge_participants
from referral_hub.operations.participants.rectify_identity import rectify_identity
from referral_hub.operations.participants.tell_apart import tell_apart
from referral_hub.operations.participants.unmerge_participants import unmerge_participants
from referral_hub.operations.problems import NoSuchParticipant
from referral_hub.operations.requests import DifferentIn, IdentityCorrectionIn, MergeIn, UnmergeIn
from referral_hub.storage.decisions import changes_of, decisions_about
from referral_hub.storage.participants import ids_of, participant_of, participants_of, scopes_of
from referral_hub.storage.tables.participants import ParticipantAccessRow, ParticipantRow

from .responses.participants import (
    ChangeOut,
    CorrectionReceipt,
    DecisionOut,
    HistoryOut,
    MergeReceipt,
    ParticipantName,
    ParticipantOut,
)
from .roles import IDENTITY_READERS, PROVIDER_ROLES

router = Routes(prefix="/v1/participants", tags=["participants"])


@router.get("")
async def list_named(
    tx: Annotated[Transaction, reading(*IDENTITY_READERS)],
    id: Annotated[list[UUID], Query(min_length=1, max_length=200, description="Up to 200 ids.")],
) -> Page[ParticipantName]:
    """The names behind ids, of those the asker may see; the others are left out. Every one shown is audited."""
    rows = await participants_of(tx.session, id)
    tx.touched(*(f"participant/{each}" for one in rows for each in (one.id, one.merged_into) if each))
    return Page(items=[ParticipantName.model_validate(one) for one in rows])


@router.get("/{participant_id}")
async def read(
    participant_id: UUID, tx: Annotated[Transaction, reading(*IDENTITY_READERS)], response: Response
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

    Of two open referrals one ends as a duplicate, counted nowhere. 409: one of the records is merged already.
    """
    survivor = await merge_participants(tx, participant_id, body.alias_id, body.reason, body.keep_referral_id)
    return tx.answered(MergeReceipt(id=survivor.id, alias_id=body.alias_id, version=survivor.version))


@router.post("/{participant_id}/unmerge")
async def unmerge(participant_id: UUID, body: UnmergeIn, tx: Annotated[Transaction, writing("hub")]) -> MergeReceipt:
    """Say that two merged records are two people after all, and put back what was joined (BR-C6).

    409 `not-merged`: the other record does not point to this one.
    """
    survivor = await unmerge_participants(tx, participant_id, body.alias_id, body.reason)
    return tx.answered(MergeReceipt(id=survivor.id, alias_id=body.alias_id, version=survivor.version))


@router.post("/{participant_id}/different")
async def different(
    participant_id: UUID, body: DifferentIn, tx: Annotated[Transaction, writing("hub")]
) -> MergeReceipt:
    """Say that two records alike are two people: they are no possible match any more (F-2)."""
    participant = await tell_apart(tx, participant_id, body.other_id, body.reason)
    return tx.answered(MergeReceipt(id=participant.id, alias_id=body.other_id, version=participant.version))


@router.post("/{participant_id}/corrections")
async def correct(
    participant_id: UUID, body: IdentityCorrectionIn, tx: Annotated[Transaction, writing("hub")]
) -> CorrectionReceipt:
    """Put right what is recorded of who someone is; what it was stays in the history (BR-N4).

    422 `refused`: nothing is put right, no name is left, or nobody born then was referred when they were.
    """
    result = await rectify_identity(tx, participant_id, body.facts, body.corrected_birth(tx.today), body.reason)
    return tx.answered(
        CorrectionReceipt(
            id=result.participant.id,
            version=result.participant.version,
            changed=list(result.changed),
            refusals=told(result.refusals),
        )
    )


@router.get("/{participant_id}/history")
async def history(participant_id: UUID, tx: Annotated[Transaction, reading("hub")]) -> HistoryOut:
    """How who someone is has been recorded and decided on, for the hub alone. Audited (BR-N6)."""
    participant = await participant_of(tx.session, participant_id)
    if participant is None:
        raise NoSuchParticipant("Check the id.")
    ids = {participant_id, *await ids_of(tx.session, participant.id)}
    tx.touched(*(f"participant/{one}" for one in sorted(ids)))
    return HistoryOut(
        changes=[ChangeOut.model_validate(one) for one in await changes_of(tx.session, ids)],
        decisions=[DecisionOut.model_validate(one) for one in await decisions_about(tx.session, ids)],
    )


async def _knows_contact(tx: Transaction, participant: ParticipantRow) -> bool:
    rows: Sequence[ParticipantAccessRow] = ()
    if tx.actor.has(*PROVIDER_ROLES):
        rows = await scopes_of(tx.session, participant.id, tx.actor.organisation)
    scopes = frozenset(one.scope for one in rows)
    return contact_is_shown(participant.restricted, scopes, at_prime=tx.actor.has("hub", "prime-manager"))
