"""Keep an allocation's row: made, and perhaps handed back."""

from typing import Any

from common.contracts.referrals import AllocationDeclined, ParticipantAllocated
from common.transaction import Transaction
from reporting.domain.tally import allocation_tally
from reporting.storage.projecting import keep
from reporting.storage.tables import Allocation

from .move_tally import move_tally


async def keep_allocated(tx: Transaction, event: ParticipantAllocated) -> None:
    change = await keep(
        tx,
        Allocation,
        **_which(event),
        referred_on=event.referred_on,
        allocated_on=event.allocated_on,
        priority=event.priority,
    )
    move_tally(tx, allocation_tally, change)


async def keep_handed_back(tx: Transaction, event: AllocationDeclined) -> None:
    declined: dict[str, Any] = {"declined_on": event.declined_on, "decline_reason": event.reason}
    move_tally(tx, allocation_tally, await keep(tx, Allocation, **_which(event), **declined))


def _which(event: ParticipantAllocated | AllocationDeclined) -> dict[str, Any]:
    return {
        "allocation_id": event.allocation_id,
        "referral_id": event.referral_id,
        "participant_id": event.participant_id,
        "provider_id": event.provider_id,
    }
