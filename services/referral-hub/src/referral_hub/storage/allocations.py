"""Allocations, and the declines of them and of referrals."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from referral_hub.storage.tables.allocations import AllocationRow, DeclineRow
from referral_hub.storage.tables.referrals import ReferralRow

from .providers import OPEN
from .viewpoints import AS_THE_HUB


async def allocation_of(session: AsyncSession, allocation_id: UUID) -> AllocationRow | None:
    return await session.get(AllocationRow, allocation_id)


async def referral_behind(session: AsyncSession, allocation_id: UUID) -> UUID | None:
    """Which referral an allocation that the asker sees is of; whoever sees it goes on as the hub."""
    query = select(AllocationRow.referral_id, AS_THE_HUB).where(AllocationRow.id == allocation_id)
    return await session.scalar(query)


async def allocation_and_referral_to_change(
    session: AsyncSession, allocation_id: UUID
) -> tuple[AllocationRow, ReferralRow] | None:
    """Both held, the referral first, and as they stand now."""
    query = select(AllocationRow, ReferralRow).join(ReferralRow, ReferralRow.id == AllocationRow.referral_id)
    query = query.where(AllocationRow.id == allocation_id).with_for_update(of=[ReferralRow, AllocationRow])
    row = (await session.execute(query.execution_options(populate_existing=True))).one_or_none()
    return None if row is None else (row[0], row[1])


async def allocation_to_change(session: AsyncSession, allocation_id: UUID) -> AllocationRow | None:
    """Held, and as it stands now, whatever this transaction read of it before."""
    return await session.get(AllocationRow, allocation_id, with_for_update=True, populate_existing=True)


async def allocations_of(session: AsyncSession, participant_ids: Collection[UUID]) -> Sequence[AllocationRow]:
    return (await session.scalars(select(AllocationRow).where(AllocationRow.participant_id.in_(participant_ids)))).all()


async def allocation_behind(
    session: AsyncSession, case_id: UUID, participant_ids: Sequence[UUID], provider_id: str
) -> AllocationRow | None:
    """The open allocation a case belongs to; a case that never started is known by its participant."""
    without_case = and_(AllocationRow.case_id.is_(None), AllocationRow.participant_id.in_(participant_ids))
    return await session.scalar(
        select(AllocationRow)
        .where(
            AllocationRow.provider_id == provider_id,
            AllocationRow.state.in_(OPEN),
            or_(AllocationRow.case_id == case_id, without_case),
        )
        .order_by(AllocationRow.case_id.is_(None), AllocationRow.allocated_at)
        .limit(1)
    )


async def allocation_of_case(session: AsyncSession, case_id: UUID) -> AllocationRow | None:
    """Of a case that has started, open or ended, held."""
    return await session.scalar(select(AllocationRow).where(AllocationRow.case_id == case_id).with_for_update())


async def open_allocation(session: AsyncSession, referral_id: UUID, provider_id: str) -> AllocationRow | None:
    query = select(AllocationRow).where(
        AllocationRow.referral_id == referral_id,
        AllocationRow.provider_id == provider_id,
        AllocationRow.state.in_(OPEN),
    )
    return await session.scalar(query.with_for_update())


async def open_allocation_of(session: AsyncSession, referral_id: UUID) -> AllocationRow | None:
    """The placement a referral has now, whoever has it, held until the transaction ends."""
    query = select(AllocationRow).where(AllocationRow.referral_id == referral_id, AllocationRow.state.in_(OPEN))
    return await session.scalar(query.with_for_update())


HANDED_BACK = select(DeclineRow.provider_id).where(
    DeclineRow.referral_id == bindparam("referral_id"), DeclineRow.final, DeclineRow.provider_id.is_not(None)
)
"""Providers who have declined this referral for good."""


async def handed_back_by(session: AsyncSession, referral_id: UUID) -> frozenset[str]:
    """Providers who have declined this referral for good."""
    return frozenset(filter(None, await session.scalars(HANDED_BACK, {"referral_id": referral_id})))


async def decline_of_hub(session: AsyncSession, referral_id: UUID) -> DeclineRow | None:
    """The decline by which the hub ended this referral, if it stands."""
    of_hub = DeclineRow.provider_id.is_(None), DeclineRow.final, DeclineRow.withdrawn_on.is_(None)
    return await session.scalar(select(DeclineRow).where(DeclineRow.referral_id == referral_id, *of_hub))


async def decline_of(session: AsyncSession, decline_id: UUID) -> DeclineRow | None:
    return await session.get(DeclineRow, decline_id)


async def decline_to_change(session: AsyncSession, decline_id: UUID) -> DeclineRow | None:
    return await session.get(DeclineRow, decline_id, with_for_update=True, populate_existing=True)
