"""What was told of somebody's support before anything was claimed in it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from claims.storage.tables.participants import ParticipantAccessRow, ParticipantAliasRow, SupportToldRow


async def keep_told(session: AsyncSession, row: dict[str, Any]) -> None:
    """Once, however often it is heard."""
    await session.execute(insert(SupportToldRow).values(row).on_conflict_do_nothing())


async def told_of_subject(session: AsyncSession, programme_id: str, subject_id: UUID) -> Sequence[SupportToldRow]:
    """Everything told of whoever leads them that the asker may see, aliases resolved, in order of time.

    Who handed an allocation back leads no more.
    """
    aliases = select(ParticipantAliasRow.alias_id).where(
        ParticipantAliasRow.programme_id == programme_id, ParticipantAliasRow.survivor_id == subject_id
    )
    rows, access = SupportToldRow, ParticipantAccessRow
    leads = exists().where(
        access.participant_id == rows.participant_id,
        access.lead_id == rows.provider_id,
        access.until_on.is_(None),
    )
    result = await session.scalars(
        select(rows)
        .where(rows.programme_id == programme_id, leads)
        .where(or_(rows.participant_id == subject_id, rows.participant_id.in_(aliases)))
        .order_by(rows.told_at, rows.event_id)
    )
    return result.all()
