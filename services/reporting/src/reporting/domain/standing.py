"""Where a recorded outcome stands for the tracker: achieved, awaiting accepted evidence, or added value."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

ClaimStanding = Literal[
    "recorded", "raised", "returned", "approved", "submitted", "queried", "verified", "refused", "withdrawn"
]
"""The last thing heard of an outcome: recorded without a claim, or the state of its claim."""

Place = Literal["achieved", "outstanding", "added-value", "none"]

PLACES: Mapping[ClaimStanding, Place] = {
    "recorded": "outstanding",
    "raised": "outstanding",
    "returned": "outstanding",
    "approved": "achieved",
    "submitted": "achieved",
    "queried": "achieved",
    "verified": "achieved",
    "refused": "outstanding",
    "withdrawn": "none",
}
"""Achieved from the prime's acceptance (BR-K4); before that, and when refused, evidence is outstanding (BR-K5)."""

ADDED_VALUE_REFUSALS = frozenset({"already_claimed", "not_on_rate_card"})
"""Refused for what it is, not for its evidence: achieved, and not payable (BR-C7, A-27)."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many outcomes of one code, achieved by the month's last day, are alike in everything that places them."""

    outcome: str
    claim_state: ClaimStanding | None
    """The state of the claim; none while there is no claim."""
    withdrawn: bool
    """The provider took the outcome back."""
    accepted: bool
    """The prime had approved it by the month's last day (BR-K4)."""
    added_value: bool
    """Its claim was refused for what it is, not for its evidence."""
    count: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many outcomes of each code stand where. Every recorded outcome is in exactly one of the four."""

    achieved: Counter[str]
    outstanding: Counter[str]
    added_value: Counter[str]
    withdrawn: Counter[str]


def place_of(tally: Tally) -> Place:
    """Where the outcomes count: achieved from the month in which the prime accepted them, until they are sent back.

    A verified claim stays, whatever the provider takes back later: it is corrected by an adjustment (BR-H13).
    """
    if tally.withdrawn and tally.claim_state != "verified":
        return "none"
    if tally.claim_state == "refused" and tally.added_value:
        return "added-value"
    place = PLACES[tally.claim_state or "recorded"]
    return "outstanding" if place == "achieved" and not tally.accepted else place


def counted(tallies: Iterable[Tally]) -> Counts:
    """The four counts of a tracker; a joint outcome has one lead provider, so it counts once (BR-K10)."""
    by_place: dict[Place, Counter[str]] = {
        "achieved": Counter(),
        "outstanding": Counter(),
        "added-value": Counter(),
        "none": Counter(),
    }
    for tally in tallies:
        by_place[place_of(tally)][tally.outcome] += tally.count
    return Counts(by_place["achieved"], by_place["outstanding"], by_place["added-value"], by_place["none"])
