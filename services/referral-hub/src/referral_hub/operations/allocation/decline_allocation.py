from typing import Literal
from uuid import UUID

from common.contracts.referrals import AllocationDeclined
from common.database.lookup import Lookup, every, first
from common.transaction import Transaction
from common.web.refused import refuse_if_any
from referral_hub.domain.allocation import Intensity, Weights
from referral_hub.domain.decline import DeclineAttempt as DeclineAsked
from referral_hub.domain.decline import Room, needs_joint_risk_plan, refusals_of_decline
from referral_hub.operations.loading import PolicyLookup, policy_with
from referral_hub.operations.problems import MoveNotPossible, NoSuchAllocation
from referral_hub.operations.referrals.decline_referral import declined
from referral_hub.operations.transitions import move
from referral_hub.storage.allocations import allocation_and_referral_to_change, referral_behind
from referral_hub.storage.participants import LEAD_ACCESS
from referral_hub.storage.providers import CASELOADS, PROVIDER, candidates, caseloads_in
from referral_hub.storage.tables.allocations import AllocationRow
from referral_hub.storage.tables.participants import ParticipantAccessRow
from referral_hub.storage.tables.programme import ProviderRow
from referral_hub.storage.tables.referrals import ReferralRow
from rulebook.refusal import Refusal


class LeadLookup(Lookup):
    """Who sees a participant by an allocation."""

    access: list[ParticipantAccessRow] = every(LEAD_ACCESS)


class DeclineLookup(PolicyLookup, LeadLookup):
    """What a decline is held against, and the room that its provider has."""

    provider: ProviderRow | None = first(PROVIDER)
    caseloads: list[tuple[str, Intensity, int]] = every(CASELOADS)


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
    allocation, referral = await allocation_held(tx, allocation_id)
    of_placement = {"allocation_id": allocation_id, "provider": allocation.provider_id}
    policy, lookup = await policy_with(tx, DeclineLookup, **of_placement)
    refusals = refusals_of_decline(attempt, policy.decline_reasons)
    if not needs_joint_risk_plan(attempt):
        refuse_if_any(refusals)
    room = _room(allocation, lookup, policy.weights)
    tx.session.add(declined(tx, referral, attempt, final=not refusals, room=room))
    if not refusals:
        hand_back(tx, allocation, referral, "declined", lookup)
        _announce(tx, allocation, attempt, room)
    return allocation, refusals


async def allocation_held(tx: Transaction, allocation_id: UUID) -> tuple[AllocationRow, ReferralRow]:
    """An allocation the asker may see, not taken up yet, with its referral; both held, the referral first.

    Raises:
        NoSuchAllocation: absent, or another provider's.
        MoveNotPossible: the case has started, or has ended.
        StaleVersion: it changed since the asker read it.
    """
    own = await referral_behind(tx.session, allocation_id)
    both = await allocation_and_referral_to_change(tx.session, allocation_id) if own else None
    if both is None:
        raise NoSuchAllocation("Check the id.")
    allocation, referral = both
    tx.expect_version(allocation.version)
    if allocation.state != "placed":
        instead = "Ask to close its case." if allocation.state == "started" else "Read the referral: it has gone on."
        raise MoveNotPossible(
            f"An allocation that is {allocation.state} cannot be taken back. {instead}", state=allocation.state
        )
    tx.touched(f"allocation/{allocation.id}", f"referral/{referral.id}", f"participant/{referral.participant_id}")
    return allocation, referral


def hand_back(
    tx: Transaction,
    allocation: AllocationRow,
    referral: ReferralRow,
    state: Literal["declined", "withdrawn"],
    lookup: LeadLookup,
) -> None:
    """End a placement whose case has not begun: the referral waits again."""
    allocation.state, allocation.ended_on = state, tx.today
    allocation.version += 1
    move(referral, "triaged", ends_placement=True)
    referral.provider_id = referral.allocation_id = None
    for sight in lookup.access:
        sight.until_on = tx.today


def _room(allocation: AllocationRow, lookup: DeclineLookup, weights: Weights) -> Room:
    """What the provider had without this participant, who is among those placed with it."""
    [provider] = candidates(filter(None, [lookup.provider]), caseloads_in(lookup.caseloads))
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
