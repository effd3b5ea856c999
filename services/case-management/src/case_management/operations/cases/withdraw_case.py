"""Take a case back that never began: its provider handed the allocation back (BR-A7), or the hub took it back."""

from datetime import date
from uuid import UUID

from case_management.domain.case import moved
from case_management.domain.closure import ALLOCATION_DECLINED, ALLOCATION_WITHDRAWN
from case_management.storage.cases import case_of, case_of_allocation, end_joint_work_on, open_access
from case_management.storage.closures import settle_request
from common.contracts.referrals import AllocationDeclined, AllocationWithdrawn
from common.transaction import Transaction


async def follow_decline(tx: Transaction, event: AllocationDeclined) -> None:
    """Handed back."""
    await withdraw_case(tx, event.allocation_id, event.declined_on, ALLOCATION_DECLINED)


async def follow_withdrawal(tx: Transaction, event: AllocationWithdrawn) -> None:
    """The hub took its placement back."""
    await withdraw_case(tx, event.allocation_id, event.withdrawn_on, ALLOCATION_WITHDRAWN)


async def withdraw_case(tx: Transaction, allocation_id: UUID, on: date, reason: str) -> None:
    """Close the case and end the provider's sight of it.

    One already started goes on until its provider asks for closure: support was given, and the record shows it.
    """
    row = await case_of_allocation(tx.session, allocation_id)
    if row is None or row.started_on is not None or row.state == "closed":
        return
    row.state = moved(case_of(row).state, "closed")
    row.closed_on, row.closure_reason = on, reason
    row.version += 1
    if access := await open_access(tx.session, row.id, row.provider_id):
        access.until_on = max(on, access.from_on)
    await settle_request(tx.session, row.id, tx.actor.id, tx.today)
    await end_joint_work_on(tx.session, row.id, on)
    tx.touched(f"case/{row.id}", f"participant/{row.participant_id}")
