"""Write what the reactions to a batch said of read models, and move the tally by what became of each row."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from common.contracts import ParticipantEvent
from reporting.domain.tally import (
    Tally,
    activity_tally,
    allocation_tally,
    case_tally,
    change_in_tally,
    outcome_tally,
    referral_tally,
)
from reporting.storage.projecting import Model, write_kept
from reporting.storage.tables.read_models import ActivityRow, AllocationRow, OutcomeRow, ReferralRow, SupportCaseRow
from reporting.storage.tallies import add_to_tally

TALLIES: Mapping[Model, Callable[[Mapping[str, Any]], Tally]] = {
    ReferralRow: referral_tally,
    AllocationRow: allocation_tally,
    SupportCaseRow: case_tally,
    ActivityRow: activity_tally,
    OutcomeRow: outcome_tally,
}
"""What a row of each adds to the tally; of others nothing is counted."""


async def write_read_models(session: AsyncSession, _: Sequence[ParticipantEvent]) -> None:
    """All of a batch in the transaction that hears it: its rows in one statement, the tally's cells in another."""
    moves: defaultdict[str, Tally] = defaultdict(Tally)
    for model, change in await write_kept(session):
        if model in TALLIES:
            moves[change.after["programme_id"]].update(change_in_tally(TALLIES[model], change))
    await add_to_tally(session, moves)
