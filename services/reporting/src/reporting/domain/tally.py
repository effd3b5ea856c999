"""Outcomes counted alike, and where each count goes in a month's tracker."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from .standing import PLACES, ClaimStanding, Counts, Place


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
    """Its claim was refused for what it is, not for its evidence (BR-C7)."""
    count: int


def place_of_tally(tally: Tally) -> Place:
    """Achieved from the month in which the prime accepted it; outstanding until then, and again when it is sent back.

    A claim that was verified stays, whatever the provider takes back later: it is corrected by an adjustment.
    """
    if tally.withdrawn and tally.claim_state != "verified":
        return "none"
    if tally.claim_state == "refused" and tally.added_value:
        return "added-value"
    place = PLACES[tally.claim_state or "recorded"]
    return "outstanding" if place == "achieved" and not tally.accepted else place


def counts_of(tallies: Iterable[Tally]) -> Counts:
    """The four counts of a tracker. Every outcome is in exactly one of them."""
    counts = Counts(Counter(), Counter(), Counter(), Counter())
    by_place: dict[Place, Counter[str]] = {
        "achieved": counts.achieved,
        "outstanding": counts.outstanding,
        "added-value": counts.added_value,
        "none": counts.withdrawn,
    }
    for tally in tallies:
        by_place[place_of_tally(tally)][tally.outcome] += tally.count
    return counts
