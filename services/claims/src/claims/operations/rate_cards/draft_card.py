"""A version of a rate card is drafted: kept as it is meant, for others to read and to replay; it judges nothing."""

from claims.operations.problems import VersionTaken
from claims.storage import card_changes, rate_cards
from claims.storage.tables.rate_cards import RateCardChangeRow
from common.ids import new_id
from common.transaction import Transaction
from programme import RateCard

from .card_changes import fingerprint


async def draft_card(tx: Transaction, card: RateCard, *, retroactive: bool = False) -> RateCardChangeRow:
    """Keep a draft. It is not rewritten: withdraw it and draft again.

    Raises:
        VersionTaken: the version is in force, or drafted or proposed already.
    """
    accepted_card = await rate_cards.accepted_card(tx.session, tx.programme_id, card.card, card.version)
    before = await card_changes.changes_of(tx.session, tx.programme_id, card.card, card.version)
    live = next((row for row in before if row.state in card_changes.LIVE), None)
    if accepted_card is not None or live is not None:
        raise VersionTaken("accepted" if accepted_card is not None or live is None else live.state)
    document = card.model_dump(mode="json")
    row = RateCardChangeRow(
        change_id=new_id(),
        programme_id=tx.programme_id,
        card=card.card,
        version=card.version,
        in_force_from=card.in_force_from,
        in_force_until=card.in_force_until,
        retroactive=retroactive,
        document=document,
        sha256=fingerprint(document),
        state="draft",
        drafted_by=tx.actor.id,
        drafted_for=tx.actor.organisation,
        drafted_on=tx.today,
        revision=1,
    )
    tx.session.add(row)
    await tx.session.flush()
    tx.touched(f"rate-card-change/{row.change_id}")
    return row
