"""Keep a drop-in: recorded, put on another day, or taken back."""

from common.contracts.referrals import DropInCorrected, DropInRecorded, DropInWithdrawn
from common.transaction import Transaction
from programme.activities import Activity

from .keep_activity import keep_activity


async def keep_drop_in(tx: Transaction, event: DropInRecorded | DropInCorrected) -> None:
    keep_activity(tx, Activity.DROP_INS, event.drop_in_id, event.provider_id, event.dropped_in_on)


async def keep_drop_in_withdrawn(tx: Transaction, event: DropInWithdrawn) -> None:
    keep_activity(tx, Activity.DROP_INS, event.drop_in_id, event.provider_id, None)
