"""Follow a case that a provider runs, for capacity: started cases and closed ones (ADR-0002)."""

from datetime import date
from uuid import UUID

from common.transaction import Transaction
from referral_hub.operations.participants.merge_participants import end_as_duplicate
from referral_hub.operations.transitions import move
from referral_hub.storage.allocations import (
    allocation_behind,
    allocation_of_case,
    allocation_to_change,
    open_allocation,
)
from referral_hub.storage.participants import ids_of
from referral_hub.storage.providers import OPEN
from referral_hub.storage.referrals import hold_open_referrals, referral_to_change
from referral_hub.storage.tables.allocations import AllocationRow
from referral_hub.storage.tables.referrals import ReferralRow


async def follow_start(tx: Transaction, referral_id: UUID, provider_id: str, case_id: UUID, on: date) -> None:
    """A provider took its allocation up; one that was handed back meanwhile stays handed back."""
    allocation = await open_allocation(tx.session, referral_id, provider_id)
    if allocation is None:
        return
    allocation.state, allocation.case_id, allocation.started_on = "started", case_id, on
    allocation.version += 1
    tx.touched(f"allocation/{allocation.id}", f"participant/{allocation.participant_id}")


async def follow_start_correction(tx: Transaction, case_id: UUID, on: date | None) -> None:
    """It started on another day, one that has ended since too; on none, it is only placed, and no case has begun."""
    allocation = await allocation_of_case(tx.session, case_id)
    if allocation is None:
        return
    if on is None:
        allocation.state, allocation.case_id = "placed", None
    allocation.started_on = on
    allocation.version += 1
    tx.touched(f"allocation/{allocation.id}", f"participant/{allocation.participant_id}")


async def follow_closure(tx: Transaction, participant_id: UUID, provider_id: str, case_id: UUID, on: date) -> None:
    """A case closed: its place is free, and the participant may be referred again (BR-C1)."""
    ids = await ids_of(tx.session, participant_id)
    behind = await allocation_behind(tx.session, case_id, ids, provider_id)
    referral = await referral_to_change(tx.session, behind.referral_id) if behind else None
    allocation = await allocation_to_change(tx.session, behind.id) if behind else None
    if allocation is None or allocation.state not in OPEN:
        return
    allocation.state, allocation.case_id, allocation.ended_on = "closed", case_id, on
    allocation.version += 1
    if referral and referral.state == "allocated":
        move(referral, "closed", ends_placement=True)
        referral.closing_reason, referral.closed_on = "case-closed", on
    tx.touched(f"allocation/{allocation.id}", f"participant/{allocation.participant_id}")


async def follow_closure_correction(tx: Transaction, case_id: UUID, on: date) -> None:
    """It closed on another day."""
    allocation, referral = await _ended_with(tx, case_id)
    if allocation is None:
        return
    allocation.ended_on = on
    allocation.version += 1
    if referral is not None:
        referral.closed_on = on
        referral.version += 1


async def follow_reopening(tx: Transaction, participant_id: UUID, case_id: UUID, *, started: bool) -> None:
    """A case never closed: its place is taken, and its referral is open. One that has come since adds to it (BR-A5)."""
    allocation, referral = await _ended_with(tx, case_id)
    if allocation is None or referral is None:
        return
    for other in await hold_open_referrals(tx.session, await ids_of(tx.session, participant_id)):
        await end_as_duplicate(tx, other, referral)
    await tx.session.flush()
    allocation.state, allocation.ended_on = "started" if started else "placed", None
    allocation.version += 1
    referral.state, referral.closing_reason, referral.closed_on = "allocated", None, None
    referral.version += 1


async def _ended_with(tx: Transaction, case_id: UUID) -> tuple[AllocationRow | None, ReferralRow | None]:
    """The placement that ended with a case, and its referral where that ended with it, both held."""
    found = await allocation_of_case(tx.session, case_id)
    if found is None or found.state != "closed":
        return None, None
    referral = await referral_to_change(tx.session, found.referral_id)
    tx.touched(f"allocation/{found.id}", f"participant/{found.participant_id}")
    return found, referral if referral and referral.closing_reason == "case-closed" else None
