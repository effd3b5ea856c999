"""What was heard of one participant, under every record they have had."""

from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, bindparam, column, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from reporting.storage.tables.timelines import HeardEventRow

RECORDS = text("""
with recursive survivor (id) as (
    select cast(:participant as uuid)
    union select alias.participant_id from participant_alias as alias join survivor on alias.alias_id = survivor.id
    where alias.programme_id = :programme and alias.participant_id is not null
), record (id) as (
    select id from survivor
    union select alias.alias_id from participant_alias as alias join record on alias.participant_id = record.id
    where alias.programme_id = :programme
)
select id from record
""").columns(column("id", Uuid))


def of_person(programme_id: str, participant_id: UUID) -> ColumnElement[bool]:
    """What was heard of the person whose record this is, or was."""
    records = RECORDS.bindparams(bindparam("programme", programme_id), bindparam("participant", participant_id))
    return HeardEventRow.participant_id.in_(select(records.subquery().c.id))


async def is_heard_of(session: AsyncSession, programme_id: str, participant_id: UUID) -> bool:
    """Whether anything of them has reached this service."""
    own = HeardEventRow.programme_id == programme_id, of_person(programme_id, participant_id)
    return await session.scalar(select(HeardEventRow.event_id).where(*own).limit(1)) is not None
