"""Providers and how many participants each has placed and not closed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from referral_hub.domain.allocation import Candidate, Intensity
from referral_hub.storage.tables.allocations import AllocationRow
from referral_hub.storage.tables.programme import ProviderRow

OPEN = ("placed", "started")

Caseloads = Mapping[str, Mapping[Intensity, int]]


OF_PROGRAMME = ProviderRow.programme_id == bindparam("programme")
PROVIDERS = select(ProviderRow).where(OF_PROGRAMME).order_by(ProviderRow.provider_id)
"""All of a programme, by code."""
PROVIDER = PROVIDERS.where(ProviderRow.provider_id == bindparam("provider"))


async def providers_of(session: AsyncSession, programme_id: str, *, to_allocate: bool = False) -> Sequence[ProviderRow]:
    """All providers by code. `to_allocate` holds them, so that two allocations cannot fill the same place."""
    query = PROVIDERS.with_for_update().execution_options(populate_existing=True) if to_allocate else PROVIDERS
    return (await session.scalars(query, {"programme": programme_id})).all()


CASELOADS = (
    select(AllocationRow.provider_id, AllocationRow.intensity, func.count().label("participants"))
    .where(AllocationRow.programme_id == bindparam("programme"), AllocationRow.state.in_(OPEN))
    .group_by(AllocationRow.provider_id, AllocationRow.intensity)
)
"""How many open participants a provider has of an intensity."""


async def caseloads_of(session: AsyncSession, programme_id: str) -> Caseloads:
    """Open participants by provider and intensity."""
    rows = await session.execute(CASELOADS, {"programme": programme_id})
    return caseloads_in((one.provider_id, one.intensity, one.participants) for one in rows)


def caseloads_in(rows: Iterable[tuple[str, Intensity, int]]) -> Caseloads:
    """What `CASELOADS` answers, by provider and intensity."""
    caseloads: dict[str, dict[Intensity, int]] = defaultdict(dict)
    for provider_id, intensity, count in rows:
        caseloads[provider_id][intensity] = count
    return caseloads


async def candidates_of(session: AsyncSession, programme_id: str) -> list[Candidate]:
    """Every provider as a candidate, held until this transaction ends; how full they are is read after."""
    providers = await providers_of(session, programme_id, to_allocate=True)
    return candidates(providers, await caseloads_of(session, programme_id))


def candidates(providers: Iterable[ProviderRow], caseloads: Caseloads) -> list[Candidate]:
    return [candidate_of(provider, caseloads.get(provider.provider_id, {})) for provider in providers]


def candidate_of(provider: ProviderRow, caseload: Mapping[Intensity, int]) -> Candidate:
    return Candidate(
        provider_id=provider.provider_id,
        name=provider.name,
        specialisms=frozenset(provider.specialisms),
        capacity=provider.capacity,
        caseload=caseload,
        joined_on=provider.joined_on,
        left_on=provider.left_on,
    )
