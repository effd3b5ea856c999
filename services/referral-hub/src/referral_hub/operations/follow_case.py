"""Follow a case that a provider runs, for capacity: started cases and closed ones (ADR-0002)."""

from datetime import date
from uuid import UUID

from common.transaction import Transaction
from referral_hub.storage.allocations import (
    allocation_behind,
    allocation_of_case,
    allocation_to_change,
    open_allocation,
)
from referral_hub.storage.participants import ids_of
from referral_hub.storage.providers import OPEN
from referral_hub.storage.referrals import referral_to_change

from .asking import move


async def follow_start(tx: Transaction, referral_id: UUID, provider_id: str, case_id: UUID, on: date) -> None:
    """A provider took its allocation up; one that was handed back meanwhile stays handed back."""
    allocation = await open_allocation(tx.session, referral_id, provider_id)
    if allocation is None:
        return
    allocation.state, allocation.case_id, allocation.started_on = "started", case_id, on
    allocation.version += 1
    tx.touched(f"allocation/{allocation.id}", f"participant/{allocation.participant_id}")


async def follow_start_correction(tx: Transaction, case_id: UUID, on: date) -> None:
    """It started on another day; one that has ended since did too."""
    allocation = await allocation_of_case(tx.session, case_id)
    if allocation is None:
        return
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
