"""Changes of rate cards: drafted, proposed with a reason, accepted by prime and council, or ended (S-72)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Response

from claims.domain.card_change import SIDES, Side, Verb, differences, verbs_for
from claims.operations.problems import NoSuchCardChange
from claims.operations.rate_cards.accept_card import accept_card
from claims.operations.rate_cards.card_changes import hand_of
from claims.operations.rate_cards.draft_card import draft_card
from claims.operations.rate_cards.propose_card import propose_card
from claims.operations.rate_cards.reject_card import reject_card
from claims.operations.rate_cards.withdraw_card import withdraw_card
from claims.operations.requests import DraftIn, RationaleIn, ReasonIn
from claims.storage import card_changes, rate_cards
from claims.storage.card_changes import change_of
from claims.storage.claims import claims_keeping_theirs
from claims.storage.lists import CARD_CHANGES
from claims.storage.tables.rate_cards import RateCardChangeRow
from common.transaction import Transaction
from common.web.access import deciding, reading, writing
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.routing import Routes

from .responses.card_changes import AcceptanceOut, CardChangeLine, CardChangeOut, CardChangeReceipt, DifferenceOut
from .roles import CARD_PARTIES, CARD_READERS

router = Routes(prefix="/v1/rate-card-changes", tags=["rate card changes"])

Reader = Annotated[Transaction, reading(*CARD_READERS)]
Party = Annotated[Transaction, writing(*CARD_PARTIES)]
Signatory = Annotated[Transaction, deciding(*SIDES)]


@router.post("", status_code=201)
async def draft(body: DraftIn, tx: Party) -> CardChangeReceipt:
    """Keep a draft of a version; it judges nothing. 409 when there is such a version already."""
    return kept(tx, await draft_card(tx, body.card, retroactive=body.retroactive))


@router.get("")
async def list_changes(tx: Reader, query: Annotated[Asked, asking(CARD_CHANGES)]) -> Page[CardChangeLine]:
    """Drafts, proposals and what became of them, the newest first."""
    return (await query.found(tx)).page(lambda row: listed(tx, row))


@router.get("/{change_id}")
async def show_change(change_id: UUID, tx: Reader, response: Response) -> CardChangeOut:
    """One change whole: its terms, and every key path at which it differs from the version in force before it."""
    row = await card_changes.change_seen(tx.session, change_id)
    if row is None:
        raise NoSuchCardChange
    before = await rate_cards.card_before(tx.session, tx.programme_id, row.card, row.in_force_from)
    changes = () if before is None else differences(before.document, row.document)
    response.headers["ETag"] = f'"{row.revision}"'
    return CardChangeOut(
        **dict(listed(tx, row)),
        document=row.document,
        compared_with=None if before is None else before.version,
        differences=[DifferenceOut(where=each.where, old=each.old, new=each.new) for each in changes],
        keeping_theirs=await claims_keeping_theirs(
            tx.session, tx.programme_id, row.card, row.version, row.in_force_from
        ),
    )


@router.post("/{change_id}/proposal")
async def propose(change_id: UUID, body: RationaleIn, tx: Party) -> CardChangeReceipt:
    """Put a draft to prime and council, with the reason. 409 with every reason why it cannot be."""
    return kept(tx, await propose_card(tx, change_id, body.rationale))


@router.post("/{change_id}/acceptance")
async def accept(change_id: UUID, tx: Signatory) -> CardChangeReceipt:
    """Accept it for your side; once prime and council have, it is in force from its day. 409 with every reason."""
    side = side_of(tx)
    assert side is not None, "the route lets in the two sides alone"  # noqa: S101 - see Signatory
    return kept(tx, await accept_card(tx, change_id, side))


@router.post("/{change_id}/rejection")
async def reject(change_id: UUID, body: ReasonIn, tx: Signatory) -> CardChangeReceipt:
    """Say no to a proposal, with the reason; one side is enough."""
    return kept(tx, await reject_card(tx, change_id, body.reason))


@router.post("/{change_id}/withdrawal")
async def withdraw(change_id: UUID, body: ReasonIn, tx: Party) -> CardChangeReceipt:
    """Take back what your organisation drafted or proposed."""
    return kept(tx, await withdraw_card(tx, change_id, body.reason))


def side_of(tx: Transaction) -> Side | None:
    """The asker's side: a role counts at one kind of organisation only."""
    return next((side for role, side in SIDES.items() if tx.actor.has(role)), None)


def _allowed(tx: Transaction, row: RateCardChangeRow) -> list[Verb]:
    if not tx.actor.has(*CARD_PARTIES):
        return []
    return list(verbs_for(change_of(row), side_of(tx), hand_of(tx)))


def kept(tx: Transaction, row: RateCardChangeRow) -> CardChangeReceipt:
    same = {name: getattr(row, name) for name in ("card", "version", "state", "revision")}
    return tx.answered(CardChangeReceipt(id=row.change_id, **same))


def listed(tx: Transaction, row: RateCardChangeRow) -> CardChangeLine:
    own = CardChangeLine.model_fields.keys() - {"id", "prime", "council", "allowed"}
    return CardChangeLine(
        id=row.change_id,
        prime=_acceptance(row.prime_by, row.prime_organisation, row.prime_on),
        council=_acceptance(row.council_by, row.council_organisation, row.council_on),
        allowed=_allowed(tx, row),
        **{name: getattr(row, name) for name in own},
    )


def _acceptance(by: str | None, organisation: str | None, on: date | None) -> AcceptanceOut | None:
    if by is None or organisation is None or on is None:
        return None
    return AcceptanceOut(by=by, organisation=organisation, on=on)
