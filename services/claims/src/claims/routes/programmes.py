"""The programme as claims knows it, its rate cards, and where it stands with its cap."""

from typing import Annotated

from fastapi import Path

from claims.operations.problems import AnotherProgramme, NoSuchRateCard
from claims.operations.programme.load_programme import load_programme
from claims.storage import rate_cards
from claims.storage.lists import RATE_CARDS
from claims.storage.tables.rate_cards import AcceptedRateCardRow
from common.contracts import Code
from common.transaction import Transaction
from common.web.access import reading, writing
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.problems import ProgrammeNotLoaded
from common.web.routing import Routes
from programme import ClaimsPart

from .responses.programmes import CardLine, Position, PriceOut, Prices, ProgrammeReceipt
from .roles import EVERYONE, MONEY_READERS, POSITION_READERS

router = Routes(prefix="/v1", tags=["programmes"])

Anyone = Annotated[Transaction, reading(*EVERYONE)]
DEFINITIONS = ("code", "title", "definition", "domain", "slots", "limit", "evidence", "rules")


@router.put("/programmes/{programme_id}")
async def load(
    programme_id: Annotated[str, Path(max_length=60)],
    body: ClaimsPart,
    tx: Annotated[Transaction, writing("operator")],
) -> ProgrammeReceipt:
    """Load the claims part of a programme: funding shares, cap, payment windows; new versions of cards are proposed.

    A proposed version judges nothing until prime and council have accepted it (S-72). The same content twice changes
    nothing. 409 when a version accepted or proposed differs, with every key path at which it does.
    """
    if not programme_id == body.programme_id == tx.programme_id:
        raise AnotherProgramme(tx.programme_id)
    result = await load_programme(tx, body)
    return tx.answered(
        ProgrammeReceipt(
            programme_id=programme_id,
            version=result.version,
            changed=result.changed,
            cards_proposed=result.cards_proposed,
            cards_waiting=result.cards_waiting,
        )
    )


@router.get("/rate-cards")
async def list_cards(tx: Anyone, query: Annotated[Asked, asking(RATE_CARDS)]) -> Page[CardLine]:
    """Versions of rate cards, or those in force on a day; definitions and evidence, no prices (A-55)."""
    return (await query.found(tx)).page(card_shown)


@router.get("/rate-cards/{card}/{version}")
async def show_card(card: Code, version: Code, tx: Anyone) -> CardLine:
    """One version: definitions and evidence, no prices (A-55)."""
    return card_shown(await card_asked(tx, card, version))


@router.get("/rate-cards/{card}/{version}/prices")
async def show_prices(card: Code, version: Code, tx: Annotated[Transaction, reading(*MONEY_READERS)]) -> Prices:
    """What each outcome of a version pays, in pence; `illustrative` where no document publishes it."""
    row = await card_asked(tx, card, version)
    return Prices(
        card=card,
        version=version,
        items=[
            PriceOut(
                outcome=rate["code"],
                title=rate["title"],
                price_pence=rate["price_pence"],
                illustrative=rate["illustrative"],
            )
            for rate in row.document["rates"]
        ],
    )


@router.get("/programme/position")
async def show_position(tx: Annotated[Transaction, reading(*POSITION_READERS)]) -> Position:
    """The cap, what has been fixed as payable, the value achieved, and what remains (BR-H4)."""
    contract = await rate_cards.contract_seen(tx.session, tx.programme_id)
    if contract is None:
        raise ProgrammeNotLoaded
    payable, cap = contract.payable_to_date_pence, contract.cap_pence
    return Position(
        cap_pence=cap,
        payable_to_date_pence=payable,
        value_to_date_pence=contract.value_to_date_pence,
        remaining_pence=None if cap is None else cap - payable,
        closed_month=None if contract.closed_month is None else f"{contract.closed_month:%Y-%m}",
    )


async def card_asked(tx: Transaction, card: str, version: str) -> AcceptedRateCardRow:
    row = await rate_cards.accepted_card(tx.session, tx.programme_id, card, version)
    if row is None:
        raise NoSuchRateCard
    return row


def card_shown(row: AcceptedRateCardRow) -> CardLine:
    return CardLine(
        card=row.card,
        version=row.version,
        title=row.document["title"],
        in_force_from=row.in_force_from,
        in_force_until=row.in_force_until,
        illustrative=row.document["illustrative"],
        sha256=row.sha256,
        outcomes=[{name: rate[name] for name in DEFINITIONS} for rate in row.document["rates"]],
    )
