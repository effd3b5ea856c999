"""Two records were one person, or two after all: remember which points to which, so that one timeline shows both."""

from common.contracts.referrals import ParticipantsMerged, ParticipantsUnmerged
from common.transaction import Transaction
from reporting.storage.projecting import keep
from reporting.storage.tables.timelines import ParticipantAliasRow


async def join_records(tx: Transaction, event: ParticipantsMerged) -> None:
    keep(tx, ParticipantAliasRow, alias_id=event.alias_id, participant_id=event.participant_id)


async def part_records(tx: Transaction, event: ParticipantsUnmerged) -> None:
    """The record points to nobody again; what had pointed to it still does."""
    keep(tx, ParticipantAliasRow, alias_id=event.alias_id, participant_id=None)
