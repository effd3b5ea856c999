"""Two records were one person: remember which points to which, so that one timeline shows both."""

from uuid import UUID

from sqlalchemy import select, update

from common.contracts.referrals import ParticipantsMerged
from common.transaction import Transaction
from reporting.storage.projecting import keep
from reporting.storage.tables import ParticipantAlias


async def join_records(tx: Transaction, event: ParticipantsMerged) -> None:
    """Point the alias, and all that pointed to it, to the record that survives: one step is always enough."""
    survivor = await _survivor(tx, event.participant_id)
    if survivor == event.alias_id:
        return
    pointed = ParticipantAlias.programme_id == tx.programme_id, ParticipantAlias.participant_id == event.alias_id
    await tx.session.execute(update(ParticipantAlias).where(*pointed).values(participant_id=survivor))
    await keep(tx, ParticipantAlias, alias_id=event.alias_id, participant_id=survivor)


async def _survivor(tx: Transaction, participant_id: UUID) -> UUID:
    alias = ParticipantAlias.programme_id == tx.programme_id, ParticipantAlias.alias_id == participant_id
    return await tx.session.scalar(select(ParticipantAlias.participant_id).where(*alias)) or participant_id
