from uuid import UUID

from common.contracts.referrals import DuplicateReferralEnded, ParticipantsMerged
from common.transaction import Transaction
from common.web.refused import refuse_if_any
from referral_hub.domain.identity import Verdict, two_are_named
from referral_hub.operations.problems import AlreadyMerged, NoSuchParticipant, NoSuchReferral
from referral_hub.operations.referrals.receive_referral import first_of, join
from referral_hub.operations.referrals.tell_agency import standing_of, tell_standing
from referral_hub.storage.allocations import open_allocation_of
from referral_hub.storage.participants import end_access, ids_of, participant_to_change, point_aliases, share_access
from referral_hub.storage.referrals import hold_open_referrals, point_joined
from referral_hub.storage.tables.allocations import AllocationRow
from referral_hub.storage.tables.participants import IdentityDecisionRow, ParticipantRow
from referral_hub.storage.tables.referrals import ReferralRow
from rulebook.refusal import every_refusal

from .restrict_participant import restrict_participant


async def merge_participants(
    tx: Transaction, survivor_id: UUID, alias_id: UUID, reason: str, staying_id: UUID | None = None
) -> ParticipantRow:
    """Say that two records are one person (BR-C6). Both ids stay good; whoever saw the alias sees the survivor.

    Where each has an open referral, the one that has come furthest stays, or the one named; the other ends as its
    duplicate, and with it its placement (BR-A5).

    Raises:
        NoSuchParticipant: one of them is absent.
        NoSuchReferral: the referral that is to stay is open for neither.
        AlreadyMerged: one of them points to another already.
        Refused: the two are the same record.
    """
    refuse_if_any(every_refusal([two_are_named], survivor_id, alias_id))
    joined_ids = [one for one in await ids_of(tx.session, alias_id) if one != alias_id]
    everyone = [*await ids_of(tx.session, survivor_id), alias_id, *joined_ids]
    standing = await hold_open_referrals(tx.session, everyone)
    survivor, alias = await both_held(tx, survivor_id, alias_id)
    if survivor.merged_into or alias.merged_into:
        into = survivor.merged_into or alias.merged_into
        raise AlreadyMerged(f"Use the participant it was merged into: {into}.", participant_id=str(into))
    decision = decided(tx, survivor_id, alias_id, "same", reason)
    decision.joined_ids = joined_ids
    staying = next((one for one in standing if one.id == staying_id), None) if staying_id else first_of(standing)
    if staying_id and staying is None:
        raise NoSuchReferral("Name an open referral of one of the two, or leave `keep_referral_id` out.")
    for referral in standing:
        if staying is not None and referral is not staying:
            decision.ended_referral_id, decision.ended_in = referral.id, referral.state
            await end_as_duplicate(tx, referral, staying)
    tx.session.add(decision)
    alias.merged_into = survivor.id
    alias.version += 1
    survivor.version += 1
    await point_aliases(tx.session, alias.id, survivor.id)
    await share_access(tx.session, alias.id, survivor.id)
    tx.announce(ParticipantsMerged(**tx.envelope(), participant_id=survivor.id, alias_id=alias.id))
    if survivor.restricted or alias.restricted:
        await restrict_participant(tx, survivor.id)
    return survivor


async def both_held(tx: Transaction, survivor_id: UUID, alias_id: UUID) -> tuple[ParticipantRow, ParticipantRow]:
    """Both, held in the order of their ids, so that two who decide cannot wait for each other.

    Raises:
        NoSuchParticipant: one of them is absent.
        StaleVersion: the first changed since the asker read it.
    """
    rows = {one_id: await participant_to_change(tx.session, one_id) for one_id in sorted((survivor_id, alias_id))}
    survivor, alias = rows[survivor_id], rows[alias_id]
    if survivor is None or alias is None:
        raise NoSuchParticipant("Check both ids.")
    tx.expect_version(survivor.version)
    tx.touched(f"participant/{survivor.id}", f"participant/{alias.id}")
    return survivor, alias


def decided(
    tx: Transaction, participant_id: UUID, other_id: UUID, verdict: Verdict, reason: str
) -> IdentityDecisionRow:
    """What somebody at the hub says of two records, to keep."""
    return IdentityDecisionRow(
        programme_id=tx.programme_id,
        participant_id=participant_id,
        other_id=other_id,
        verdict=verdict,
        reason=reason,
        decided_by=tx.actor.id,
        decided_at=tx.now,
        joined_ids=[],
    )


async def end_as_duplicate(tx: Transaction, referral: ReferralRow, staying: ReferralRow) -> None:
    """End an open referral as the duplicate of another, with its placement; what was added to it is added there."""
    join(tx, referral, staying)
    await point_joined(tx.session, referral.id, staying.id)
    lookup = await standing_of(tx, staying, referral)
    lookup.answer(tx, referral)
    allocation = await open_allocation_of(tx.session, referral.id)
    if allocation is not None:
        await _end_placement(tx, allocation)
    tx.touched(f"referral/{referral.id}")
    tx.announce(
        DuplicateReferralEnded(
            **tx.envelope(),
            participant_id=referral.participant_id,
            referral_id=referral.id,
            duplicate_of=staying.id,
            allocation_id=allocation and allocation.id,
            provider_id=allocation and allocation.provider_id,
            ended_on=tx.today,
        )
    )
    tell_standing(tx, lookup, staying, referral)


async def _end_placement(tx: Transaction, allocation: AllocationRow) -> None:
    allocation.state, allocation.ended_on = "closed", tx.today
    allocation.version += 1
    if allocation.case_id is None:
        await end_access(tx.session, allocation.provider_id, "lead", allocation.id, tx.today)
    tx.touched(f"allocation/{allocation.id}")
