"""Prime or council accepts a proposed version; once both have, it is in force from its day (S-72, BR-H10)."""

from uuid import UUID

from claims.domain.card_change import Side, ended_by, refusals_of_acceptance, state_once_accepted
from claims.operations.problems import CardChangeRefused
from claims.storage import rate_cards
from claims.storage.tables.rate_cards import AcceptedRateCardRow, RateCardChangeRow
from common.contracts.claims import RateCardPublished
from common.transaction import Transaction
from common.web.problems import ProgrammeNotLoaded
from rulebook.rate_card import RateCard

from .card_changes import accepted_for, change_for, hand_of, moved


async def accept_card(tx: Transaction, change_id: UUID, side: Side) -> RateCardChangeRow:
    """Accept it for one side. The second acceptance puts it in force, and ends the open version before it.

    Claims raised before keep the version they have, whatever its last day is now (BR-F4).

    Raises:
        NoSuchCardChange, StaleVersion, ProgrammeNotLoaded
        CardChangeRefused: every reason: it is not proposed, this side has accepted, the hands are the same, its day
            is past, or another version is in force on its days.
    """
    row, change = await change_for(tx, change_id, "accept")
    if await rate_cards.contract_to_change(tx.session, tx.programme_id) is None:
        raise ProgrammeNotLoaded
    cards = {row: rate_cards.rate_card_of(row) for row in await rate_cards.cards_of(tx.session, tx.programme_id)}
    if refusals := refusals_of_acceptance(change, side, hand_of(tx), tx.today, cards.values()):
        raise CardChangeRefused(refusals)
    moved(tx, row, state=state_once_accepted(change, side), **accepted_for(tx, side))
    await tx.session.flush()
    if row.state == "accepted":
        _end_the_one_before(change.card, cards)
        await _put_in_force(tx, row)
    return row


def _end_the_one_before(card: RateCard, cards: dict[AcceptedRateCardRow, RateCard]) -> None:
    for row, each in cards.items():
        if card_before := ended_by(card, each):
            row.in_force_until = card_before.in_force_until


async def _put_in_force(tx: Transaction, change: RateCardChangeRow) -> None:
    event = RateCardPublished(
        **tx.envelope(),
        card=change.card,
        version=change.version,
        in_force_from=change.in_force_from,
        sha256=change.sha256,
    )
    tx.session.add(
        AcceptedRateCardRow(
            programme_id=tx.programme_id,
            card=change.card,
            version=change.version,
            in_force_from=change.in_force_from,
            in_force_until=change.in_force_until,
            document=change.document,
            sha256=change.sha256,
            event_id=event.event_id,
            accepted_at=tx.now,
            change_id=change.change_id,
        )
    )
    tx.announce(event)
    tx.touched(event.subject)
    await tx.session.flush()
