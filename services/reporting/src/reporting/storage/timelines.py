"""What was heard of one participant, under every record they have had."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import rows

TIMELINE = text("""
with recursive survivor (id) as (
    select cast(:participant as uuid)
    union select alias.participant_id from participant_alias as alias join survivor on alias.alias_id = survivor.id
    where alias.programme_id = :programme and alias.participant_id is not null
), record (id) as (
    select id from survivor
    union select alias.alias_id from participant_alias as alias join record on alias.participant_id = record.id
    where alias.programme_id = :programme
)
select event_id, participant_id, occurred_at, topic, type, provider_id, facts from heard_event
where programme_id = :programme and participant_id in (select id from record)
  and (occurred_at, event_id) > (:occurred_at, :event_id)
order by occurred_at, event_id limit :limit
""")
BEGINNING = (datetime.fromisoformat("0001-01-02T00:00:00+00:00"), UUID(int=0))


async def timeline(
    session: AsyncSession, programme_id: str, participant_id: UUID, after: tuple[datetime, UUID] | None, limit: int
) -> list[dict[str, Any]]:
    """At most `limit` events after the given place, oldest first."""
    occurred_at, event_id = after or BEGINNING
    place = {"occurred_at": occurred_at, "event_id": event_id}
    parameters = {"programme": programme_id, "participant": participant_id, "limit": limit}
    return rows(await session.execute(TIMELINE, parameters | place))
