"""Read what was heard of one participant."""

from datetime import datetime
from typing import Any
from uuid import UUID

from common.transaction import Transaction
from reporting.operations.problems import NoSuchParticipant
from reporting.storage.timelines import timeline


async def read_timeline(
    tx: Transaction, participant_id: UUID, after: tuple[datetime, UUID] | None, limit: int
) -> list[dict[str, Any]]:
    """Events after a place in the timeline, oldest first, under every record the participant has had.

    Raises:
        NoSuchParticipant: there is none, or nothing has reached reporting yet.
    """
    happenings = await timeline(tx.session, tx.programme_id, participant_id, after, limit)
    if not happenings and after is None:
        raise NoSuchParticipant
    tx.touched(f"participant/{participant_id}", *(f"participant/{row['participant_id']}" for row in happenings))
    return happenings
