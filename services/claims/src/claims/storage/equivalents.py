"""Kinds of evidence proposed as equivalent, and what the council ruled."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from claims.storage.tables.equivalents import EquivalentRulingRow, EvidenceEquivalentRow
from rulebook.equivalent import Equivalent

PRECEDENTS = select(EvidenceEquivalentRow.outcome, EvidenceEquivalentRow.kind, EvidenceEquivalentRow.stands_for).where(
    EvidenceEquivalentRow.programme_id == bindparam("programme"),
    EvidenceEquivalentRow.outcome == bindparam("outcome"),
    EvidenceEquivalentRow.ruling == "accepted",
)


async def precedents_for(session: AsyncSession, programme_id: str, outcome: str) -> tuple[Equivalent, ...]:
    """What has been ruled equivalent for an outcome, whoever proposed it."""
    result = await session.execute(PRECEDENTS, {"programme": programme_id, "outcome": outcome})
    return tuple(Equivalent(*row) for row in result)


async def find_pair(session: AsyncSession, programme_id: str, pair: Equivalent) -> EvidenceEquivalentRow | None:
    """The proposal of this very pair, ruled on or not."""
    rows = EvidenceEquivalentRow
    return await session.scalar(
        select(rows).where(
            rows.programme_id == programme_id,
            rows.outcome == pair.outcome,
            rows.kind == pair.kind,
            rows.stands_for == pair.stands_for,
        )
    )


async def equivalent_to_rule(
    session: AsyncSession, programme_id: str, equivalent_id: UUID
) -> EvidenceEquivalentRow | None:
    """The proposal, locked and fresh: the council rules once."""
    rows = EvidenceEquivalentRow
    return await session.scalar(
        select(rows)
        .where(rows.programme_id == programme_id, rows.equivalent_id == equivalent_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def rulings_on(session: AsyncSession, equivalent_ids: Iterable[UUID]) -> Mapping[UUID, list[EquivalentRulingRow]]:
    """Every ruling there was on these, in order."""
    rows = EquivalentRulingRow
    rulings = defaultdict[UUID, list[EquivalentRulingRow]](list)
    query = select(rows).where(rows.equivalent_id.in_(list(equivalent_ids))).order_by(rows.event_id)
    for row in await session.scalars(query):
        rulings[row.equivalent_id].append(row)
    return rulings
