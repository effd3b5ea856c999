"""An operator loads the claims part of a programme: new card versions are proposed, none altered (S-72)."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.dialects.postgresql import insert

from claims.domain.card_change import differences
from claims.operations.payment.say_thresholds import reached, say_thresholds
from claims.operations.problems import AcceptedCardAltered, CapBelowPayable, ProposedCardAltered
from claims.operations.rate_cards.card_changes import terms_of
from claims.operations.rate_cards.draft_card import draft_card
from claims.operations.rate_cards.propose_card import propose_card
from claims.storage import answers, card_changes, rate_cards, reasons
from claims.storage.tables.payment import ContractRow
from claims.storage.tables.rate_cards import AcceptedRateCardRow, ProviderCardRow
from common.transaction import Transaction
from common.web.http.sandbox_routes import settle_kind
from common.web.problems import Invalid, ProgrammeNotLoaded
from programme import ClaimsPart, Proposing, RateCard
from rulebook.rate_card import overlapping
from rulebook.reading import read_rate_card


@dataclass(slots=True)
class LoadResult:
    """What loading changed."""

    version: int = 1
    changed: bool = False
    cards_proposed: list[str] = field(default_factory=list[str])
    """Put to prime and council by this loading."""
    cards_waiting: list[str] = field(default_factory=list[str])
    """Those, and what was put to them before, that both have yet to accept."""


async def load_programme(tx: Transaction, part: ClaimsPart) -> LoadResult:
    """Accept the money terms and which provider uses which card, and propose new card versions; never accept one.

    The same content changes nothing.

    Raises:
        AcceptedCardAltered, ProposedCardAltered: a version differs from what was accepted, or waits to be; every key
            path at which it does is listed.
        CardChangeRefused: a new version would be in force on days on which an accepted one is.
        CapBelowPayable: more than the new cap has been fixed as payable.
        StaleVersion: another version is in force than the asker read; before the first it is 0.
        Invalid: two versions of a card in the folder would be in force on one day.
        KindOfProgrammeStays: it was loaded as a real programme, and is to be a sandbox, or the other way round.
    """
    result = LoadResult()
    before = await rate_cards.contract_seen(tx.session, tx.programme_id)
    tx.expect_version(before.version if before else 0)
    await settle_kind(tx, part.sandbox, again=before is not None)
    contract = await _contract(tx, part, result)
    tx.expect_version(0 if result.changed else contract.version)
    await _propose_cards(tx, part, result)
    await _assign_cards(tx, part, result)
    catalogue = [reason.model_dump(mode="json") for reason in part.reasons]
    result.changed |= await reasons.keep_catalogue(tx.session, tx.programme_id, catalogue)
    result.changed |= await answers.keep_answered_kinds(tx.session, tx.programme_id, part.answered_kinds)
    before = reached(contract)
    _settle_terms(contract, part, result)
    say_thresholds(tx, contract, before)
    tx.touched(f"programme/{tx.programme_id}")
    result.version = contract.version
    return result


async def _contract(tx: Transaction, part: ClaimsPart, result: LoadResult) -> ContractRow:
    """The contract row, made if missing, locked: two loads at once follow one another."""
    rows = await tx.session.execute(
        insert(ContractRow)
        .values(programme_id=tx.programme_id, starts_on=part.starts_on, ends_on=part.ends_on, terms={})
        .on_conflict_do_nothing()
        .returning(ContractRow.programme_id)
    )
    result.changed = rows.first() is not None
    contract = await rate_cards.contract_to_change(tx.session, tx.programme_id)
    if contract is None:
        raise ProgrammeNotLoaded
    return contract


def _settle_terms(contract: ContractRow, part: ClaimsPart, result: LoadResult) -> None:
    cap = part.money.cap_pence
    if cap is not None and cap < contract.payable_to_date_pence:
        raise CapBelowPayable(
            f"{contract.payable_to_date_pence} pence are payable already; the cap can be that or more."
        )
    terms = part.money.model_dump(mode="json")
    if (contract.terms, contract.starts_on, contract.ends_on) != (terms, part.starts_on, part.ends_on):
        result.changed = True
        contract.terms, contract.starts_on, contract.ends_on, contract.cap_pence = (
            *(terms, part.starts_on, part.ends_on),
            cap,
        )
    if result.changed:
        contract.version += 1


async def _propose_cards(tx: Transaction, part: ClaimsPart, result: LoadResult) -> None:
    if both := overlapping(read_rate_card(document) for document in part.documents()):
        earlier, later = both
        raise Invalid(
            f"{earlier.card} {earlier.version} and {later.version} would both be in force on {later.in_force_from}:"
            " end the earlier one the day before."
        )
    rows = {(row.card, row.version): row for row in await rate_cards.cards_of(tx.session, tx.programme_id)}
    paths = [
        _where(card, path)
        for card in part.rate_cards
        if (row := rows.get((card.card, card.version))) is not None
        for path in _altered(row, card, part)
    ]
    if paths:
        raise AcceptedCardAltered(paths)
    for card in part.rate_cards:
        if (card.card, card.version) not in rows:
            await _propose(tx, card, _proposing(part, card), result)


async def _propose(tx: Transaction, card: RateCard, how: Proposing, result: LoadResult) -> None:
    """Put a version to prime and council, unless it waits for them as it is, or they have said no to these terms."""
    before = await card_changes.changes_of(tx.session, tx.programme_id, card.card, card.version)
    last, name = (before[-1] if before else None), f"{card.card}/{card.version}"
    document = card.model_dump(mode="json")
    same = last is not None and last.document == document and last.retroactive == how.retroactive
    if last is not None and last.state in card_changes.LIVE and not same:
        paths = [each.where for each in differences(last.document, document)]
        raise ProposedCardAltered(last.state, [_where(card, path) for path in paths or ["retroactive"]])
    if last is not None and same and last.state == "rejected":
        return
    result.cards_waiting.append(name)
    if last is not None and last.state == "proposed":
        return
    draft = (
        last if last is not None and last.state == "draft" else await draft_card(tx, card, retroactive=how.retroactive)
    )
    await propose_card(tx, draft.change_id, how.rationale)
    result.cards_proposed.append(name)
    result.changed = True


def _proposing(part: ClaimsPart, card: RateCard) -> Proposing:
    matches = (each for each in part.proposing if (each.card, each.version) == (card.card, card.version))
    return next(matches, Proposing(card=card.card, version=card.version))


def _altered(row: AcceptedRateCardRow, card: RateCard, part: ClaimsPart) -> list[str]:
    """At which key paths the folder has an accepted version otherwise; its end may be told by the one that follows."""
    paths = [each.where for each in differences(terms_of(row.document), terms_of(card.model_dump(mode="json")))]
    last = card.in_force_until
    if row.in_force_until != last and not (row.in_force_until is None and last is not None and _followed(card, part)):
        paths.append("in_force_until")
    return paths


def _followed(card: RateCard, part: ClaimsPart) -> bool:
    """Whether another version of the folder begins the day after it ends."""
    ends = None if card.in_force_until is None else card.in_force_until + timedelta(days=1)
    return any((each.card, each.in_force_from) == (card.card, ends) for each in part.rate_cards)


def _where(card: RateCard, path: str) -> dict[str, str]:
    return {"card": card.card, "version": card.version, "where": path}


async def _assign_cards(tx: Transaction, part: ClaimsPart, result: LoadResult) -> None:
    cards = await rate_cards.provider_cards_of(tx.session, tx.programme_id)
    for assignment in part.provider_cards:
        row = cards.get(assignment.provider_id)
        if row is None:
            tx.session.add(
                ProviderCardRow(programme_id=tx.programme_id, provider_id=assignment.provider_id, card=assignment.card)
            )
            result.changed = True
        elif row.card != assignment.card:
            row.card = assignment.card
            result.changed = True
