"""Rate cards as they were accepted, and the contract row that verification locks."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from claims.storage.tables.payment import ContractRow
from claims.storage.tables.rate_cards import AcceptedRateCardRow, ProviderCardRow
from rulebook.rate_card import RateCard
from rulebook.reading import read_rate_card

_READ: dict[tuple[str, str | None], RateCard] = {}
"""Cards as rules read them, by the fingerprint of their terms and their last day: what these say never changes."""


def rate_card_of(row: AcceptedRateCardRow) -> RateCard:
    """The card as rules read it, with the last day it is in force as known now."""
    return _read_once(row, None if row.in_force_until is None else row.in_force_until.isoformat())


def card_as_accepted(row: AcceptedRateCardRow) -> RateCard:
    """The card as rules read it when it was accepted: a successor's first day is not its own."""
    return _read_once(row, row.document["in_force_until"])


def _read_once(row: AcceptedRateCardRow, until: str | None) -> RateCard:
    key = row.sha256, until
    if key not in _READ:
        _READ[key] = read_rate_card(row.document | {"in_force_until": until})
    return _READ[key]


async def card_for(session: AsyncSession, programme_id: str, provider_id: str, day: date) -> RateCard | None:
    """The version of a provider's card in force on a day (A-12, BR-H10)."""
    row = await session.scalar(
        select(AcceptedRateCardRow)
        .join(
            ProviderCardRow,
            (ProviderCardRow.programme_id == AcceptedRateCardRow.programme_id)
            & (ProviderCardRow.card == AcceptedRateCardRow.card),
        )
        .where(ProviderCardRow.programme_id == programme_id, ProviderCardRow.provider_id == provider_id)
        .where(
            AcceptedRateCardRow.in_force_from <= day,
            or_(AcceptedRateCardRow.in_force_until.is_(None), AcceptedRateCardRow.in_force_until >= day),
        )
    )
    return None if row is None else rate_card_of(row)


ACCEPTED_CARD = select(AcceptedRateCardRow).where(
    AcceptedRateCardRow.programme_id == bindparam("programme"),
    AcceptedRateCardRow.card == bindparam("card"),
    AcceptedRateCardRow.version == bindparam("version"),
)


async def accepted_card(
    session: AsyncSession, programme_id: str, card: str, version: str
) -> AcceptedRateCardRow | None:
    return await session.get(AcceptedRateCardRow, (programme_id, card, version))


async def every_card(session: AsyncSession, programme_id: str) -> Mapping[tuple[str, str], RateCard]:
    """Every version a programme has accepted, as known now, by card and version; each document is read once."""
    rows = AcceptedRateCardRow
    result = await session.execute(
        select(rows.card, rows.version, rows.sha256, rows.in_force_until).where(rows.programme_id == programme_id)
    )
    keys = {
        (card, version): (sha256, None if until is None else until.isoformat())
        for card, version, sha256, until in result
    }
    if any(key not in _READ for key in keys.values()):
        for row in await cards_of(session, programme_id):
            rate_card_of(row)
    return {place: _READ[key] for place, key in keys.items()}


async def cards_of(session: AsyncSession, programme_id: str) -> Sequence[AcceptedRateCardRow]:
    """Every version a programme has accepted."""
    rows = await session.scalars(select(AcceptedRateCardRow).where(AcceptedRateCardRow.programme_id == programme_id))
    return rows.all()


async def card_before(session: AsyncSession, programme_id: str, card: str, day: date) -> AcceptedRateCardRow | None:
    """The accepted version that was the last to begin before a day: what a version from that day is a change of."""
    rows = AcceptedRateCardRow
    return await session.scalar(
        select(rows)
        .where(rows.programme_id == programme_id, rows.card == card, rows.in_force_from < day)
        .order_by(rows.in_force_from.desc())
        .limit(1)
    )


async def provider_cards_of(session: AsyncSession, programme_id: str) -> dict[str, ProviderCardRow]:
    rows = await session.scalars(select(ProviderCardRow).where(ProviderCardRow.programme_id == programme_id))
    return {row.provider_id: row for row in rows}


async def contract_to_change(session: AsyncSession, programme_id: str) -> ContractRow | None:
    """The programme's one contract row, locked and fresh: whoever holds it fixes what is payable next."""
    return await session.scalar(
        select(ContractRow)
        .where(ContractRow.programme_id == programme_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


async def contract_seen(session: AsyncSession, programme_id: str) -> ContractRow | None:
    return await session.get(ContractRow, programme_id)
