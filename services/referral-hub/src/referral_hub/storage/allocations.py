"""Allocations, and the declines of them and of referrals."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from referral_hub.storage.tables.allocations import Allocation, Decline

from .providers import OPEN


async def allocation_of(session: AsyncSession, allocation_id: UUID) -> Allocation | None:
    return await session.get(Allocation, allocation_id)


async def allocation_to_change(session: AsyncSession, allocation_id: UUID) -> Allocation | None:
    """Held, and as it stands now, whatever this transaction read of it before."""
    return await session.get(Allocation, allocation_id, with_for_update=True, populate_existing=True)


async def allocations_of(session: AsyncSession, participant_ids: Collection[UUID]) -> Sequence[Allocation]:
    return (await session.scalars(select(Allocation).where(Allocation.participant_id.in_(participant_ids)))).all()


async def allocation_behind(
    session: AsyncSession, case_id: UUID, participant_ids: Sequence[UUID], provider_id: str
) -> Allocation | None:
    """The open allocation a case belongs to; a case that never started is known by its participant."""
    unstarted = and_(Allocation.case_id.is_(None), Allocation.participant_id.in_(participant_ids))
    return await session.scalar(
        select(Allocation)
        .where(
            Allocation.provider_id == provider_id,
            Allocation.state.in_(OPEN),
            or_(Allocation.case_id == case_id, unstarted),
        )
        .order_by(Allocation.case_id.is_(None), Allocation.allocated_at)
        .limit(1)
    )


async def allocation_of_case(session: AsyncSession, case_id: UUID) -> Allocation | None:
    """Of a case that has started, open or ended, held."""
    return await session.scalar(select(Allocation).where(Allocation.case_id == case_id).with_for_update())


async def open_allocation(session: AsyncSession, referral_id: UUID, provider_id: str) -> Allocation | None:
    found = select(Allocation).where(
        Allocation.referral_id == referral_id, Allocation.provider_id == provider_id, Allocation.state.in_(OPEN)
    )
    return await session.scalar(found.with_for_update())


async def open_allocation_of(session: AsyncSession, referral_id: UUID) -> Allocation | None:
    """The placement a referral has now, whoever has it, held until the transaction ends."""
    found = select(Allocation).where(Allocation.referral_id == referral_id, Allocation.state.in_(OPEN))
    return await session.scalar(found.with_for_update())


async def handed_back_by(session: AsyncSession, referral_id: UUID) -> frozenset[str]:
    """Providers who have declined this referral for good."""
    by_a_provider = Decline.provider_id.is_not(None)
    found = select(Decline.provider_id).where(Decline.referral_id == referral_id, Decline.final, by_a_provider)
    return frozenset(provider_id for provider_id in await session.scalars(found) if provider_id)


async def decline_of_hub(session: AsyncSession, referral_id: UUID) -> Decline | None:
    """The decline by which the hub ended this referral, if it stands."""
    of_hub = Decline.provider_id.is_(None), Decline.final, Decline.withdrawn_on.is_(None)
    return await session.scalar(select(Decline).where(Decline.referral_id == referral_id, *of_hub))


async def decline_of(session: AsyncSession, decline_id: UUID) -> Decline | None:
    return await session.get(Decline, decline_id)


async def decline_to_change(session: AsyncSession, decline_id: UUID) -> Decline | None:
    return await session.get(Decline, decline_id, with_for_update=True, populate_existing=True)


async def list_declines(
    session: AsyncSession, wanted: Sequence[ColumnElement[bool]], after: tuple[date, UUID] | None, limit: int
) -> Sequence[Decline]:
    """Newest first, one more than `limit`."""
    query = select(Decline).where(*wanted).order_by(Decline.declined_on.desc(), Decline.id.desc())
    if after is not None:
        query = query.where(tuple_(Decline.declined_on, Decline.id) < after)
    return (await session.scalars(query.limit(limit + 1))).all()
