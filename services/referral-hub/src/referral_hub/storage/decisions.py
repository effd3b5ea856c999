"""What people decided about two records, and what changed of who someone is."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from referral_hub.storage.tables.participants import IdentityChange, IdentityDecision


async def decisions_about(session: AsyncSession, ids: Collection[UUID]) -> Sequence[IdentityDecision]:
    """Every decision that names one of these records, in order."""
    named = or_(IdentityDecision.participant_id.in_(ids), IdentityDecision.other_id.in_(ids))
    return (await session.scalars(select(IdentityDecision).where(named).order_by(IdentityDecision.position))).all()


async def last_joining(session: AsyncSession, survivor_id: UUID, alias_id: UUID) -> IdentityDecision | None:
    """The decision that made two records one."""
    named = and_(IdentityDecision.participant_id == survivor_id, IdentityDecision.other_id == alias_id)
    joined = select(IdentityDecision).where(named, IdentityDecision.verdict == "same")
    return await session.scalar(joined.order_by(IdentityDecision.position.desc()).limit(1))


async def ruled_out_for(session: AsyncSession, ids: Collection[UUID]) -> frozenset[UUID]:
    """Records that somebody said are not this person."""
    verdicts = {
        frozenset((one.participant_id, one.other_id)): one.verdict for one in await decisions_about(session, ids)
    }
    different = (pair for pair, verdict in verdicts.items() if verdict == "different")
    return frozenset(one for pair in different for one in pair) - frozenset(ids)


async def changes_of(session: AsyncSession, ids: Collection[UUID]) -> Sequence[IdentityChange]:
    """Every change of who someone is, in order."""
    found = select(IdentityChange).where(IdentityChange.participant_id.in_(ids))
    return (await session.scalars(found.order_by(IdentityChange.position))).all()
