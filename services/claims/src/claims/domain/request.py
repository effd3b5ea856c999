"""What is asked about a claim, item by item; what one side has looked at and let pass stays passed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from rulebook.outcome import EvidenceItem
from rulebook.refusal import Refusal

from .revision import fingerprints

Side = Literal["prime", "council"]
WhoActs = Literal["provider", "prime"]


@dataclass(frozen=True, slots=True)
class RaisedRequest:
    """One request: which side asked, at which revision, about which item if about one, and by when."""

    side: Side
    revision: int
    item_id: UUID | None = None
    due_on: date | None = None


def passed_items(
    side: Side,
    revisions: Mapping[int, Sequence[EvidenceItem]],
    requests: Iterable[RaisedRequest],
    now: Sequence[EvidenceItem],
) -> frozenset[UUID]:
    """Items a side has had before it, unchanged since, and asked nothing about: they stay passed.

    A request about no item in particular may be about any: that look lets nothing pass.
    """
    current = fingerprints(now)
    items: set[UUID] = set()
    looks = list(requests)
    for revision in {each.revision for each in looks if each.side == side}:
        about = {each.item_id for each in looks if each.side == side and each.revision == revision}
        if None not in about:
            items |= {
                item
                for item, mark in fingerprints(revisions[revision]).items()
                if item not in about and item in current and current[item] == mark
            }
    return frozenset(items)


def items_are_the_claims(requests: Sequence[RaisedRequest], now: Sequence[EvidenceItem]) -> Refusal | None:
    unknown = _named(requests) - fingerprints(now).keys()
    if not unknown:
        return None
    return Refusal(
        "no_such_item",
        "The claim has no such item of evidence.",
        "Name items of the revision the claim stands on.",
        items=tuple(sorted(unknown)),
    )


def passed_items_stay_passed(requests: Sequence[RaisedRequest], items: frozenset[UUID]) -> Refusal | None:
    """Nobody asks twice about what has not changed since they last looked and let it pass."""
    again = _named(requests) & items
    if not again:
        return None
    return Refusal(
        "item_passed",
        "You have looked at this item before, it has not changed since, and nothing was asked about it then.",
        "Ask about what has changed, or about what you asked for before.",
        items=tuple(sorted(again)),
    )


def due_day_is_to_come(requests: Sequence[RaisedRequest], today: date) -> Refusal | None:
    if all(each.due_on is None or each.due_on >= today for each in requests):
        return None
    return Refusal("due_day_past", "A request is due before it is made.", f"Give a day from {today} on.")


def _named(requests: Iterable[RaisedRequest]) -> set[UUID]:
    return {each.item_id for each in requests if each.item_id is not None}
