from typing import Literal
from uuid import UUID

from common.contracts.referrals import AllocationDeclined
from common.transaction import Transaction
from common.web.refused import refuse_if_any
from referral_hub.domain.allocation import Candidate, Weights
from referral_hub.domain.decline import DeclineAttempt as DeclineAsked
from referral_hub.domain.decline import Room, needs_joint_risk_plan, refusals_of_decline
from referral_hub.operations.loading import policy_in_force, speak_for_the_hub
from referral_hub.operations.problems import MoveNotPossible, NoSuchAllocation
from referral_hub.operations.referrals.decline_referral import declined
from referral_hub.operations.transitions import move
from referral_hub.storage.allocations import allocation_of, allocation_to_change
from referral_hub.storage.participants import end_access
from referral_hub.storage.providers import candidate_at
from referral_hub.storage.referrals import referral_to_change
from referral_hub.storage.tables.allocations import AllocationRow
from referral_hub.storage.tables.referrals import ReferralRow
from rulebook.refusal import Refusal


async def decline_allocation(
    tx: Transaction, allocation_id: UUID, attempt: DeclineAsked
) -> tuple[AllocationRow, tuple[Refusal, ...]]:
    """Hand an allocation back to the waiting list, for one of the programme's reasons (BR-A7, BR-A8).

    Too high a risk is never final: the attempt is kept for hub and council, the hub owes a joint risk plan, and the
    refusals say so while the allocation stands (S-13).

    Raises:
        Refused: the reason is not one of the programme's.
        NoSuchAllocation: absent, or another provider's.
        MoveNotPossible: the case has started, or has ended.
        StaleVersion: it changed since the asker read it.
    """
    policy = await policy_in_force(tx)
    allocation, referral = await allocation_held(tx, allocation_id)
    refusals = refusals_of_decline(attempt, policy.decline_reasons)
    if not needs_joint_risk_plan(attempt):
        refuse_if_any(refusals)
    provider = await candidate_at(tx.session, tx.programme_id, allocation.provider_id)
    room = _room(allocation, provider, policy.weights)
    tx.session.add(declined(tx, referral, attempt, final=not refusals, room=room))
    if not refusals:
        await hand_back(tx, allocation, referral, "declined")
        _announce(tx, allocation, attempt, room)
    return allocation, refusals


async def allocation_held(tx: Transaction, allocation_id: UUID) -> tuple[AllocationRow, ReferralRow]:
    """An allocation the asker may see, not taken up yet, with its referral; both held, the referral first.

    Raises:
        NoSuchAllocation: absent, or another provider's.
        MoveNotPossible: the case has started, or has ended.
        StaleVersion: it changed since the asker read it.
    """
    own = await allocation_of(tx.session, allocation_id)
    if own is None:
        raise NoSuchAllocation("Check the id.")
    await speak_for_the_hub(tx)
    referral = await referral_to_change(tx.session, own.referral_id)
    allocation = await allocation_to_change(tx.session, allocation_id)
    if referral is None or allocation is None:
        raise NoSuchAllocation("Check the id.")
    tx.expect_version(allocation.version)
    if allocation.state != "placed":
        instead = "Ask to close its case." if allocation.state == "started" else "Read the referral: it has gone on."
        raise MoveNotPossible(
            f"An allocation that is {allocation.state} cannot be taken back. {instead}", state=allocation.state
        )
    tx.touched(f"allocation/{allocation.id}", f"referral/{referral.id}", f"participant/{referral.participant_id}")
    return allocation, referral


async def hand_back(
    tx: Transaction, allocation: AllocationRow, referral: ReferralRow, state: Literal["declined", "withdrawn"]
) -> None:
    """End a placement whose case has not begun: the referral waits again."""
    allocation.state, allocation.ended_on = state, tx.today
    allocation.version += 1
    move(referral, "triaged", ends_placement=True)
    referral.provider_id = referral.allocation_id = None
    await end_access(tx.session, allocation.provider_id, "lead", allocation.id, tx.today)


def _room(allocation: AllocationRow, provider: Candidate, weights: Weights) -> Room:
    """What the provider had without this participant, who is among those placed with it."""
    need = weights[allocation.intensity]
    return Room(provider.capacity, provider.load(weights) - need, need)


def _announce(tx: Transaction, allocation: AllocationRow, attempt: DeclineAsked, room: Room) -> None:
    tx.announce(
        AllocationDeclined(
            **tx.envelope(),
            participant_id=allocation.participant_id,
            referral_id=allocation.referral_id,
            allocation_id=allocation.id,
            provider_id=allocation.provider_id,
            reason=attempt.reason,
            complex=allocation.complex,
            declined_on=tx.today,
            had_room=room.was_enough,
        )
    )
