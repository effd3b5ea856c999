from uuid import UUID

from common.contracts.referrals import AllocationWithdrawn
from common.transaction import Transaction
from referral_hub.operations.correcting import put_right
from referral_hub.storage.tables.allocations import AllocationRow

from .decline_allocation import LeadLookup, allocation_held, hand_back


async def withdraw_allocation(tx: Transaction, allocation_id: UUID, reason: str) -> AllocationRow:
    """Take a placement back that was a mistake, before its case begins: the participant waits again, and no provider
    has declined anybody.

    Raises:
        NoSuchAllocation: absent.
        MoveNotPossible: the case has started, or has ended.
        StaleVersion: it changed since the asker read it.
    """
    allocation, referral = await allocation_held(tx, allocation_id)
    lookup = await LeadLookup.read(tx.session, allocation_id=allocation_id)
    before = {"state": allocation.state}
    hand_back(tx, allocation, referral, "withdrawn", lookup)
    after = {"state": allocation.state}
    put_right(tx, "allocation-withdrawn", allocation.id, allocation.participant_id, reason, before, after)
    tx.announce(
        AllocationWithdrawn(
            **tx.envelope(),
            participant_id=allocation.participant_id,
            referral_id=allocation.referral_id,
            allocation_id=allocation.id,
            provider_id=allocation.provider_id,
            withdrawn_on=tx.today,
        )
    )
    return allocation
