"""Move the tally with what was just kept: in the same transaction, and written once for a whole batch."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from common.contracts import ParticipantEvent
from common.transaction import Transaction
from reporting.domain.tally import Change, Tally, difference
from reporting.storage.tallies import collect, write_collected


def move_tally(tx: Transaction, tally_of: Callable[[Mapping[str, Any]], Tally], change: Change | None) -> None:
    """Take away what the thing added before, and add what it adds now."""
    if change is not None:
        before = Tally() if change.before is None else tally_of(change.before)
        collect(tx.session, tx.programme_id, difference(tally_of(change.after), before))


async def write_tally(session: AsyncSession, _: Sequence[ParticipantEvent]) -> None:
    """Write what the reactions to a batch have moved."""
    await write_collected(session)
