"""Providers and how many participants each has placed and not closed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from referral_hub.domain.allocation import Candidate, Intensity
from referral_hub.storage.tables.allocations import AllocationRow
from referral_hub.storage.tables.programme import ProviderRow

OPEN = ("placed", "started")

Caseloads = Mapping[str, Mapping[Intensity, int]]


async def providers_of(session: AsyncSession, programme_id: str, *, to_allocate: bool = False) -> Sequence[ProviderRow]:
    """All providers by code. `to_allocate` holds them, so that two allocations cannot fill the same place."""
    query = select(ProviderRow).where(ProviderRow.programme_id == programme_id).order_by(ProviderRow.provider_id)
    return (await session.scalars(query.with_for_update() if to_allocate else query)).all()


async def caseloads_of(session: AsyncSession, programme_id: str) -> Caseloads:
    """Open participants by provider and intensity."""
    rows = await session.execute(
        select(AllocationRow.provider_id, AllocationRow.intensity, func.count())
        .where(AllocationRow.programme_id == programme_id, AllocationRow.state.in_(OPEN))
        .group_by(AllocationRow.provider_id, AllocationRow.intensity)
    )
    caseloads: dict[str, dict[Intensity, int]] = defaultdict(dict)
    for provider_id, intensity, count in rows:
        caseloads[provider_id][intensity] = count
    return caseloads


async def candidates_of(session: AsyncSession, programme_id: str, *, to_allocate: bool = True) -> list[Candidate]:
    """Every provider as a candidate, held until this transaction ends unless nobody is placed in it."""
    providers = await providers_of(session, programme_id, to_allocate=to_allocate)
    caseloads = await caseloads_of(session, programme_id)
    return [candidate_of(provider, caseloads.get(provider.provider_id, {})) for provider in providers]


async def candidate_at(session: AsyncSession, programme_id: str, provider_id: str) -> Candidate:
    """One provider as it is at this moment; the hub has placed someone with it, so it is there."""
    provider = await session.get_one(ProviderRow, (programme_id, provider_id))
    caseloads = await caseloads_of(session, programme_id)
    return candidate_of(provider, caseloads.get(provider_id, {}))


def candidate_of(provider: ProviderRow, caseload: Mapping[Intensity, int]) -> Candidate:
    return Candidate(
        provider_id=provider.provider_id,
        specialisms=frozenset(provider.specialisms),
        capacity=provider.capacity,
        caseload=caseload,
        joined_on=provider.joined_on,
        left_on=provider.left_on,
    )
