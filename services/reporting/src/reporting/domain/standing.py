"""Where a recorded outcome stands for the tracker: achieved, awaiting accepted evidence, or added value."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, get_args

from rulebook.codes import ClaimState, EvidenceAccepted, EvidenceOutstanding

ClaimStanding = Literal["recorded"] | ClaimState
"""The last thing heard of an outcome: recorded without a claim, or the state of its claim."""

Place = Literal["achieved", "outstanding", "added-value", "contributed", "none"]
"""`contributed`: achieved under another provider's lead, beside and never in the actuals (BR-D10)."""

PLACES: Mapping[ClaimStanding, Place] = {
    "recorded": "outstanding",
    **dict.fromkeys(get_args(EvidenceOutstanding), "outstanding"),
    **dict.fromkeys(get_args(EvidenceAccepted), "achieved"),
    "withdrawn": "none",
}
"""Achieved from the prime's acceptance (BR-K4); before that, and when refused, evidence is outstanding (BR-K5)."""

ADDED_VALUE_REFUSALS = frozenset({"already_claimed", "not_on_rate_card"})
"""Refused for what it is, not for its evidence: achieved, and not payable (BR-C7, A-27)."""


@dataclass(frozen=True, slots=True)
class OutcomePlace:
    """Everything that places an outcome, but the month."""

    claim_state: ClaimStanding | None
    """The state of the claim; none while there is no claim."""
    withdrawn: bool = False
    """The provider took the outcome back."""
    added_value: bool = False
    """Its claim was refused for what it is, not for its evidence."""
    taken_back: bool = False
    """An adjustment took the verified claim back (BR-H13)."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What there is to count: how many outcomes of each code stand where, and what happened.

    Every recorded outcome is in at most one of the first three.
    """

    achieved: Counter[str]
    outstanding: Counter[str]
    added_value: Counter[str]
    contributed: Counter[str]
    activity: Mapping[str, int] = field(default_factory=dict[str, int])
    """What happened, by what an activity row may count."""


def place_of(standing: OutcomePlace, accepted: bool) -> Place:
    """Where an outcome counts: achieved from the month in which the prime accepted it, until it is sent back.

    A verified claim stays, whatever the provider takes back later, until an adjustment takes it back (BR-H13).
    """
    if standing.taken_back or (standing.withdrawn and standing.claim_state != "verified"):
        return "none"
    if standing.claim_state == "refused" and standing.added_value:
        return "added-value"
    place = PLACES[standing.claim_state or "recorded"]
    return "outstanding" if place == "achieved" and not accepted else place


def counted(outcomes: Iterable[tuple[str, Place, int]], activity: Mapping[str, int] = MappingProxyType({})) -> Counts:
    """The counts of a tracker, from how many outcomes of which code are in which place, and what happened."""
    by_place: dict[Place, Counter[str]] = {"achieved": Counter(), "outstanding": Counter(), "added-value": Counter()}
    by_place["contributed"] = Counter()
    for code, place, count in outcomes:
        by_place[place][code] += count
    places = (by_place["achieved"], by_place["outstanding"], by_place["added-value"], by_place["contributed"])
    return Counts(*places, activity)
