"""Remember that two records were one person (BR-C6). Cases keep the id they began with: ids never change."""

from case_management.storage.cases import keep_alias, survivor_of
from common.contracts.referrals import ParticipantsMerged
from common.transaction import Transaction


async def merge_participants(tx: Transaction, event: ParticipantsMerged) -> None:
    """From now on, asking for either id finds both records' cases."""
    survivor = await survivor_of(tx.session, event.participant_id)
    if survivor != event.alias_id:
        await keep_alias(tx.session, tx.programme_id, event.alias_id, survivor)
    tx.touched(f"participant/{event.participant_id}", f"participant/{event.alias_id}")
