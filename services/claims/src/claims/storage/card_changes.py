"""Versions of rate cards on their way: drafted, proposed, accepted by one side, or ended."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from claims.domain.card_change import CardChange, Hand, Side, State
from claims.storage.tables.rate_cards import RateCardChangeRow
from rulebook.reading import read_rate_card

LIVE = ("draft", "proposed", "accepted")


def change_of(row: RateCardChangeRow) -> CardChange:
    """The change as rules read it."""
    hands: dict[Side, Hand] = {}
    if row.prime_by is not None and row.prime_organisation is not None:
        hands["prime"] = Hand(row.prime_by, row.prime_organisation)
    if row.council_by is not None and row.council_organisation is not None:
        hands["council"] = Hand(row.council_by, row.council_organisation)
    brought_by = Hand(row.drafted_by, row.drafted_for)
    return CardChange(read_rate_card(row.document), cast(State, row.state), brought_by, row.retroactive, hands)


async def change_to_move(session: AsyncSession, programme_id: str, change_id: UUID) -> RateCardChangeRow | None:
    """The change, locked and fresh."""
    return await session.scalar(
        select(RateCardChangeRow)
        .where(RateCardChangeRow.programme_id == programme_id, RateCardChangeRow.change_id == change_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def change_seen(session: AsyncSession, change_id: UUID) -> RateCardChangeRow | None:
    """The change, if the asker may see it."""
    return await session.get(RateCardChangeRow, change_id)


async def changes_of(session: AsyncSession, programme_id: str, card: str, version: str) -> Sequence[RateCardChangeRow]:
    """Everything that was ever drafted of a version, the oldest first."""
    rows = RateCardChangeRow
    result = await session.scalars(
        select(rows)
        .where(rows.programme_id == programme_id, rows.card == card, rows.version == version)
        .order_by(rows.change_id)
    )
    return result.all()
