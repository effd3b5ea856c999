"""Remember that two records were one person (BR-C6). Cases keep the id they began with: ids never change."""

from uuid import UUID

from case_management.storage.cases import keep_alias, survivor_of
from common.transaction import Transaction


async def merge_participants(tx: Transaction, survivor_id: UUID, alias_id: UUID) -> None:
    """From now on, asking for either id finds both records' cases."""
    survivor = await survivor_of(tx.session, survivor_id)
    if survivor != alias_id:
        await keep_alias(tx.session, tx.programme_id, alias_id, survivor)
    tx.touched(f"participant/{survivor_id}", f"participant/{alias_id}")
