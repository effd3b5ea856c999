"""Remember that two records were two people after all (BR-C6). Cases keep the id they began with: ids never change."""

from case_management.storage.cases import forget_alias
from common.contracts.referrals import ParticipantsUnmerged
from common.transaction import Transaction


async def unmerge_participants(tx: Transaction, event: ParticipantsUnmerged) -> None:
    """From now on, asking for either id finds its own cases; what pointed to the alias points to it again."""
    await forget_alias(tx.session, event.alias_id, event.others)
    tx.touched(f"participant/{event.participant_id}", f"participant/{event.alias_id}")
