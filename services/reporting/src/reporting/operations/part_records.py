"""Two records were two people after all: each timeline is its own again, with the records that were joined to it."""

from sqlalchemy import delete, update

from common.contracts.referrals import ParticipantsUnmerged
from common.transaction import Transaction
from reporting.storage.tables import ParticipantAlias


async def part_records(tx: Transaction, event: ParticipantsUnmerged) -> None:
    ours = ParticipantAlias.programme_id == tx.programme_id
    await tx.session.execute(delete(ParticipantAlias).where(ours, ParticipantAlias.alias_id == event.alias_id))
    pointed = ParticipantAlias.alias_id.in_(event.others)
    await tx.session.execute(update(ParticipantAlias).where(ours, pointed).values(participant_id=event.alias_id))
