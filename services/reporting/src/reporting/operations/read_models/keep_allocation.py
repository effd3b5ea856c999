"""Keep an allocation's row: made, and perhaps handed back, or taken back."""

from typing import Any

from common.contracts.referrals import AllocationDeclined, AllocationWithdrawn, DeclineCorrected, ParticipantAllocated
from common.transaction import Transaction
from reporting.storage.projecting import keep
from reporting.storage.tables.read_models import AllocationRow


async def keep_allocated(tx: Transaction, event: ParticipantAllocated) -> None:
    keep(
        tx,
        AllocationRow,
        **_which(event),
        referred_on=event.referred_on,
        allocated_on=event.allocated_on,
        priority=event.priority,
    )


async def keep_handed_back(tx: Transaction, event: AllocationDeclined) -> None:
    columns: dict[str, Any] = {"declined_on": event.declined_on, "decline_reason": event.reason}
    keep(tx, AllocationRow, **_which(event), **columns)


async def keep_taken_back(tx: Transaction, event: AllocationWithdrawn) -> None:
    """The hub's own mistake: nobody declined, and nobody was placed."""
    keep(tx, AllocationRow, **_which(event), withdrawn_on=event.withdrawn_on)


async def keep_decline_corrected(tx: Transaction, event: DeclineCorrected) -> None:
    """Nothing to keep where the hub declined the referral itself: why is not counted."""
    if event.allocation_id is not None:
        columns: dict[str, Any] = {"allocation_id": event.allocation_id, "decline_reason": event.reason}
        keep(tx, AllocationRow, **columns, only_with="decline_reason")


def _which(event: ParticipantAllocated | AllocationDeclined | AllocationWithdrawn) -> dict[str, Any]:
    return {
        "allocation_id": event.allocation_id,
        "referral_id": event.referral_id,
        "participant_id": event.participant_id,
        "provider_id": event.provider_id,
    }
