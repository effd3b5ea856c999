"""An operator loads the claims part of a programme: new card versions are added, accepted ones never altered (S-72)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from claims.domain.rate_card import overlapping
from claims.storage import rate_cards
from claims.storage.tables import AcceptedRateCard, Contract, ProviderCard
from common.contracts.claims import RateCardPublished
from common.programme import ClaimsPart
from common.transaction import Transaction
from common.web.problems import Invalid

from .problems import AcceptedCardAltered, CapBelowPayable, ProgrammeNotLoaded


@dataclass(slots=True)
class Loaded:
    """What loading changed."""

    version: int = 1
    changed: bool = False
    cards_added: list[str] = field(default_factory=list[str])


async def load_programme(tx: Transaction, part: ClaimsPart) -> Loaded:
    """Accept the money terms, new card versions and which provider uses which card; the same content changes nothing.

    Raises:
        AcceptedCardAltered: a version already accepted differs; its differences are listed.
        CapBelowPayable: more than the new cap has been fixed as payable.
        Invalid: two versions of a card would be in force on one day.
    """
    loaded = Loaded()
    contract = await _contract(tx, part, loaded)
    await _accept_cards(tx, part, loaded)
    await _assign_cards(tx, part, loaded)
    _settle_terms(contract, part, loaded)
    tx.touched(f"programme/{tx.programme_id}")
    loaded.version = contract.version
    return loaded


async def _contract(tx: Transaction, part: ClaimsPart, loaded: Loaded) -> Contract:
    """The contract row, made if missing, locked: two loads at once follow one another."""
    made = await tx.session.execute(
        insert(Contract)
        .values(programme_id=tx.programme_id, starts_on=part.starts_on, ends_on=part.ends_on, terms={})
        .on_conflict_do_nothing()
        .returning(Contract.programme_id)
    )
    loaded.changed = made.first() is not None
    contract = await rate_cards.contract_to_change(tx.session, tx.programme_id)
    if contract is None:
        raise ProgrammeNotLoaded
    return contract


def _settle_terms(contract: Contract, part: ClaimsPart, loaded: Loaded) -> None:
    cap = part.money.cap_pence
    if cap is not None and cap < contract.payable_to_date_pence:
        raise CapBelowPayable(
            f"{contract.payable_to_date_pence} pence are payable already; the cap can be that or more."
        )
    terms = part.money.model_dump(mode="json")
    if (contract.terms, contract.starts_on, contract.ends_on) != (terms, part.starts_on, part.ends_on):
        loaded.changed = True
        contract.terms, contract.starts_on, contract.ends_on, contract.cap_pence = (
            *(terms, part.starts_on, part.ends_on),
            cap,
        )
    if loaded.changed:
        contract.version += 1


async def _accept_cards(tx: Transaction, part: ClaimsPart, loaded: Loaded) -> None:
    accepted = {(row.card, row.version): row for row in await rate_cards.cards_of(tx.session, tx.programme_id)}
    differences: list[dict[str, str]] = []
    for document in part.documents():
        row = accepted.get((document["card"], document["version"]))
        if row is None:
            accepted[document["card"], document["version"]] = _publish(tx, part, document, loaded)
        else:
            differences += _difference(row, document)
            _end(row, part, document, loaded)
    if differences:
        raise AcceptedCardAltered(differences)
    if both := overlapping(rate_cards.rate_card_of(row) for row in accepted.values()):
        earlier, later = both
        raise Invalid(
            f"{earlier.card} {earlier.version} and {later.version} would both be in force on {later.in_force_from}:"
            " end the earlier one the day before."
        )


def _publish(tx: Transaction, part: ClaimsPart, document: dict[str, Any], loaded: Loaded) -> AcceptedRateCard:
    card = next(c for c in part.rate_cards if (c.card, c.version) == (document["card"], document["version"]))
    event = RateCardPublished(
        **tx.envelope(),
        card=card.card,
        version=card.version,
        in_force_from=card.in_force_from,
        sha256=_fingerprint(document),
    )
    row = AcceptedRateCard(
        programme_id=tx.programme_id,
        card=card.card,
        version=card.version,
        in_force_from=card.in_force_from,
        in_force_until=card.in_force_until,
        document=document,
        sha256=event.sha256,
        event_id=event.event_id,
        accepted_at=tx.now,
    )
    tx.session.add(row)
    tx.announce(event)
    tx.touched(event.subject)
    loaded.changed = True
    loaded.cards_added.append(f"{card.card}/{card.version}")
    return row


def _end(row: AcceptedRateCard, part: ClaimsPart, document: dict[str, Any], loaded: Loaded) -> None:
    """An open version may be given its last day; that alters none of its terms."""
    card = next(c for c in part.rate_cards if (c.card, c.version) == (document["card"], document["version"]))
    if row.in_force_until is None and card.in_force_until is not None:
        row.in_force_until = card.in_force_until
        loaded.changed = True


def _terms(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "in_force_until"}


def _fingerprint(document: Mapping[str, Any]) -> str:
    """Of a card's terms; its last day is not among them."""
    return hashlib.sha256(json.dumps(_terms(document), sort_keys=True).encode()).hexdigest()


def _difference(row: AcceptedRateCard, document: Mapping[str, Any]) -> list[dict[str, str]]:
    """Where a proposed card differs from the accepted one."""
    where: list[str] = []
    last_day = None if row.in_force_until is None else row.in_force_until.isoformat()
    if last_day is not None and document["in_force_until"] != last_day:
        where.append("in_force_until")
    if _fingerprint(document) != row.sha256:
        had, has = _terms(row.document), _terms(document)
        where += [name for name in had if name != "rates" and had[name] != has[name]]
        had_rates, has_rates = ({rate["code"]: rate for rate in card["rates"]} for card in (had, has))
        where += [
            f"rates/{code}"
            for code in sorted(had_rates.keys() | has_rates.keys())
            if had_rates.get(code) != has_rates.get(code)
        ]
    return [{"card": row.card, "version": row.version, "where": each} for each in where]


async def _assign_cards(tx: Transaction, part: ClaimsPart, loaded: Loaded) -> None:
    known = await rate_cards.provider_cards_of(tx.session, tx.programme_id)
    for given in part.provider_cards:
        row = known.get(given.provider_id)
        if row is None:
            tx.session.add(ProviderCard(programme_id=tx.programme_id, provider_id=given.provider_id, card=given.card))
            loaded.changed = True
        elif row.card != given.card:
            row.card = given.card
            loaded.changed = True
