"""What the steps of a rate card's change share: finding it, its fingerprint, and the versions it joins."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from claims.domain.card_change import CardChange, Hand, Side, Verb, move_is_there
from claims.operations.problems import CardChangeRefused, NoSuchCardChange
from claims.storage import card_changes
from claims.storage.card_changes import change_of
from claims.storage.tables.rate_cards import RateCardChangeRow
from common.transaction import Transaction


def terms_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """What of a card is agreed for good; its last day is set when a version after it is accepted."""
    return {name: value for name, value in document.items() if name != "in_force_until"}


def fingerprint(document: Mapping[str, Any]) -> str:
    """Of a card's terms; its last day is not among them."""
    return hashlib.sha256(json.dumps(terms_of(document), sort_keys=True).encode()).hexdigest()


def hand_of(tx: Transaction) -> Hand:
    return Hand(tx.actor.id, tx.actor.organisation)


async def change_for(tx: Transaction, change_id: UUID, verb: Verb) -> tuple[RateCardChangeRow, CardChange]:
    """The change, locked, unchanged since the asker saw it, and movable so.

    Raises:
        NoSuchCardChange, StaleVersion
        CardChangeRefused: it is not in a state that allows the step.
    """
    row = await card_changes.change_to_move(tx.session, tx.programme_id, change_id)
    if row is None:
        raise NoSuchCardChange
    tx.expect_version(row.revision)
    change = change_of(row)
    if refusal := move_is_there(change, verb):
        raise CardChangeRefused([refusal])
    return row, change


def moved(tx: Transaction, row: RateCardChangeRow, **what: Any) -> RateCardChangeRow:
    """Write a step down, and name what it is about for the audit."""
    for name, value in what.items():
        setattr(row, name, value)
    row.revision += 1
    tx.touched(f"rate-card-change/{row.change_id}")
    return row


def accepted_for(tx: Transaction, side: Side) -> dict[str, Any]:
    """Whose acceptance it is, in the columns of their side."""
    values = {"by": tx.actor.id, "organisation": tx.actor.organisation, "on": tx.today}
    return {f"{side}_{name}": value for name, value in values.items()}
