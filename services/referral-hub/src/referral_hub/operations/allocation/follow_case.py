"""Follow a case that a provider runs, for capacity: started cases and closed ones (ADR-0002)."""

from uuid import UUID

from common.contracts.cases import (
    CaseClosed,
    CaseClosureCorrected,
    CaseReopened,
    CaseStartCorrected,
    CaseStarted,
    CaseStartWithdrawn,
)
from common.transaction import Transaction
from referral_hub.operations.participants.merge_participants import end_as_duplicate
from referral_hub.operations.participants.share_participant import unshare_closed
from referral_hub.operations.referrals.tell_agency import tell_agency
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
from rulebook.codes import CLOSED_AS_DUPLICATE


async def follow_start(tx: Transaction, event: CaseStarted) -> None:
    """A provider took its allocation up; one that was handed back meanwhile stays handed back."""
    allocation = await open_allocation(tx.session, event.referral_id, event.provider_id)
    if allocation is None:
        return
    allocation.state, allocation.case_id, allocation.started_on = "started", event.case_id, event.started_on
    allocation.version += 1
    tx.touched(f"allocation/{allocation.id}", f"participant/{allocation.participant_id}")


async def follow_start_correction(tx: Transaction, event: CaseStartCorrected) -> None:
    """It started on another day, one that has ended since too."""
    allocation = await _begun(tx, event.case_id)
    if allocation is not None:
        allocation.started_on = event.started_on


async def follow_start_withdrawal(tx: Transaction, event: CaseStartWithdrawn) -> None:
    """It is only placed: no case has begun."""
    allocation = await _begun(tx, event.case_id)
    if allocation is not None:
        allocation.state, allocation.case_id, allocation.started_on = "placed", None, None


async def _begun(tx: Transaction, case_id: UUID) -> AllocationRow | None:
    """The placement whose case has begun, at its next version."""
    allocation = await allocation_of_case(tx.session, case_id)
    if allocation is not None:
        allocation.version += 1
        tx.touched(f"allocation/{allocation.id}", f"participant/{allocation.participant_id}")
    return allocation


async def follow_closure(tx: Transaction, event: CaseClosed) -> None:
    """A case closed: its place is free, its joint providers see nothing more, and the participant may be referred again
    (BR-C1). The placement of a duplicate the hub has ended itself."""
    if event.reason != CLOSED_AS_DUPLICATE:
        await _end_placement(tx, event)
    await unshare_closed(tx, event)


async def _end_placement(tx: Transaction, event: CaseClosed) -> None:
    ids = await ids_of(tx.session, event.participant_id)
    behind = await allocation_behind(tx.session, event.case_id, ids, event.provider_id)
    referral = await referral_to_change(tx.session, behind.referral_id) if behind else None
    allocation = await allocation_to_change(tx.session, behind.id) if behind else None
    if allocation is None or allocation.state not in OPEN:
        return
    allocation.state, allocation.case_id, allocation.ended_on = "closed", event.case_id, event.closed_on
    allocation.version += 1
    if referral and referral.state == "allocated":
        move(referral, "closed", ends_placement=True)
        referral.closing_reason, referral.closed_on = "case-closed", event.closed_on
        await tell_agency(tx, referral)
    tx.touched(f"allocation/{allocation.id}", f"participant/{allocation.participant_id}")


async def follow_closure_correction(tx: Transaction, event: CaseClosureCorrected) -> None:
    """It closed on another day."""
    allocation, referral = await _ended_with(tx, event.case_id)
    if allocation is None:
        return
    allocation.ended_on = event.closed_on
    allocation.version += 1
    if referral is not None:
        referral.closed_on = event.closed_on
        referral.version += 1
        await tell_agency(tx, referral)


async def follow_reopening(tx: Transaction, event: CaseReopened) -> None:
    """A case never closed: its place is taken, and its referral is open. One that has come since adds to it (BR-A5)."""
    allocation, referral = await _ended_with(tx, event.case_id)
    if allocation is None or referral is None:
        return
    for other in await hold_open_referrals(tx.session, await ids_of(tx.session, event.participant_id)):
        await end_as_duplicate(tx, other, referral)
    await tx.session.flush()
    allocation.state, allocation.ended_on = "started" if event.started_on else "placed", None
    allocation.version += 1
    referral.state, referral.closing_reason, referral.closed_on = "allocated", None, None
    referral.version += 1
    await tell_agency(tx, referral)


async def _ended_with(tx: Transaction, case_id: UUID) -> tuple[AllocationRow | None, ReferralRow | None]:
    """The placement that ended with a case, and its referral where that ended with it, both held."""
    allocation = await allocation_of_case(tx.session, case_id)
    if allocation is None or allocation.state != "closed":
        return None, None
    referral = await referral_to_change(tx.session, allocation.referral_id)
    tx.touched(f"allocation/{allocation.id}", f"participant/{allocation.participant_id}")
    return allocation, referral if referral and referral.closing_reason == "case-closed" else None
