"""Where a recorded outcome stands for the tracker: achieved, awaiting accepted evidence, or added value."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

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
class Recorded:
    """One outcome as reporting knows it."""

    outcome_id: UUID
    participant_id: UUID
    provider_id: str
    outcome: str
    achieved_on: date
    standing: ClaimStanding
    refusals: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many outcomes of each code stand where. Every recorded outcome is in exactly one of the four."""

    achieved: Counter[str]
    outstanding: Counter[str]
    added_value: Counter[str]
    withdrawn: Counter[str]


def place_of(recorded: Recorded) -> Place:
    """Where the outcome counts."""
    if recorded.standing == "refused" and recorded.refusals & ADDED_VALUE_REFUSALS:
        return "added-value"
    return PLACES[recorded.standing]


def counted(outcomes: Iterable[Recorded], last_day: date) -> Counts:
    """Count outcomes achieved up to and including the last day; one heard of twice counts once (BR-K10)."""
    distinct = {one.outcome_id: one for one in outcomes if one.achieved_on <= last_day}.values()
    by_place: dict[Place, Counter[str]] = {
        place: Counter(one.outcome for one in distinct if place_of(one) == place)
        for place in ("achieved", "outstanding", "added-value", "none")
    }
    return Counts(by_place["achieved"], by_place["outstanding"], by_place["added-value"], by_place["none"])


def participants_with_an_outcome(outcomes: Iterable[Recorded], last_day: date) -> int:
    """Distinct participants with at least one achieved outcome."""
    achieved = (one for one in outcomes if one.achieved_on <= last_day and place_of(one) == "achieved")
    return len({one.participant_id for one in achieved})
