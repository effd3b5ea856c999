"""A provider begins again in a sandbox: whoever was made up for it is not played any further."""

from common.transaction import Transaction
from referral_hub.storage.sandbox import end_members_of


async def end_members(tx: Transaction) -> int:
    """End all members of the asker's groups: who waits is not placed, and nobody decides on their claims. How many."""
    participant_ids = await end_members_of(tx.session, tx.programme_id, tx.actor.organisation)
    tx.touched(*(f"participant/{participant_id}" for participant_id in participant_ids if participant_id))
    return len(participant_ids)
