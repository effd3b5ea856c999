"""What people decided about two records, and what changed of who someone is."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from referral_hub.storage.tables.participants import IdentityChangeRow, IdentityDecisionRow


async def decisions_about(session: AsyncSession, ids: Collection[UUID]) -> Sequence[IdentityDecisionRow]:
    """Every decision that names one of these records, in order."""
    condition = or_(IdentityDecisionRow.participant_id.in_(ids), IdentityDecisionRow.other_id.in_(ids))
    return (
        await session.scalars(select(IdentityDecisionRow).where(condition).order_by(IdentityDecisionRow.position))
    ).all()


async def last_joining(session: AsyncSession, survivor_id: UUID, alias_id: UUID) -> IdentityDecisionRow | None:
    """The decision that made two records one."""
    condition = and_(IdentityDecisionRow.participant_id == survivor_id, IdentityDecisionRow.other_id == alias_id)
    query = select(IdentityDecisionRow).where(condition, IdentityDecisionRow.verdict == "same")
    return await session.scalar(query.order_by(IdentityDecisionRow.position.desc()).limit(1))


async def ruled_out_for(session: AsyncSession, ids: Collection[UUID]) -> frozenset[UUID]:
    """Records that somebody said are not this person."""
    verdicts = {
        frozenset((one.participant_id, one.other_id)): one.verdict for one in await decisions_about(session, ids)
    }
    different = (pair for pair, verdict in verdicts.items() if verdict == "different")
    return frozenset(one for pair in different for one in pair) - frozenset(ids)


async def changes_of(session: AsyncSession, ids: Collection[UUID]) -> Sequence[IdentityChangeRow]:
    """Every change of who someone is, in order."""
    query = select(IdentityChangeRow).where(IdentityChangeRow.participant_id.in_(ids))
    return (await session.scalars(query.order_by(IdentityChangeRow.position))).all()
