from uuid import UUID

from common.contracts.referrals import ParticipantsMerged
from common.transaction import Transaction
from referral_hub.domain.identity import two_are_named
from referral_hub.domain.referral import is_open
from referral_hub.domain.refusal import every_refusal
from referral_hub.storage.participants import ids_of, participant_to_change, point_aliases, share_access
from referral_hub.storage.referrals import referrals_of
from referral_hub.storage.tables import Participant

from .problems import AlreadyMerged, AlreadyReferred, NoSuchParticipant, refuse_if_any


async def merge_participants(tx: Transaction, survivor_id: UUID, alias_id: UUID) -> Participant:
    """Say that two records are one person (BR-C6). Both ids stay good; whoever saw the alias sees the survivor.

    Raises:
        NoSuchParticipant: one of them is absent.
        AlreadyMerged: one of them points to another already.
        AlreadyReferred: both have an open referral (BR-A5): end one first.
        Refused: the two are the same record.
    """
    refuse_if_any(every_refusal([two_are_named], survivor_id, alias_id))
    survivor, alias = await _held(tx, survivor_id, alias_id)
    await _refuse_two_open(tx, survivor, alias)
    alias.merged_into = survivor.id
    survivor.restricted = survivor.restricted or alias.restricted
    alias.version += 1
    survivor.version += 1
    await point_aliases(tx.session, alias.id, survivor.id)
    await share_access(tx.session, alias.id, survivor.id)
    tx.touched(f"participant/{survivor.id}", f"participant/{alias.id}")
    tx.announce(ParticipantsMerged(**tx.envelope(), participant_id=survivor.id, alias_id=alias.id))
    return survivor


async def _held(tx: Transaction, survivor_id: UUID, alias_id: UUID) -> tuple[Participant, Participant]:
    """Both, held in the order of their ids, so that two mergers cannot wait for each other."""
    held = {one_id: await participant_to_change(tx.session, one_id) for one_id in sorted((survivor_id, alias_id))}
    survivor, alias = held[survivor_id], held[alias_id]
    if survivor is None or alias is None:
        raise NoSuchParticipant("Check both ids.")
    tx.expect_version(survivor.version)
    if survivor.merged_into or alias.merged_into:
        into = survivor.merged_into or alias.merged_into
        raise AlreadyMerged(f"Use the participant it was merged into: {into}.", participant_id=str(into))
    return survivor, alias


async def _refuse_two_open(tx: Transaction, *people: Participant) -> None:
    standing: list[str] = []
    for person in people:
        referrals = await referrals_of(tx.session, await ids_of(tx.session, person.id))
        standing += [str(referral.id) for referral in referrals if is_open(referral.state)]
    if len(standing) > 1:
        raise AlreadyReferred("Each has an open referral: end one of them, then merge.", referral_ids=standing)
