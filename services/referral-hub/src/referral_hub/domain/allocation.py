"""Which provider a participant is placed with, and why: by expertise, capacity and intensity (BR-A3, S-07).

Nobody chooses but the hub (BR-A2). Every candidate stays in the explanation with every reason against it (BR-A12), so
that the same question gives the same answer again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Literal

from rulebook.refusal import Refusal, every_refusal

Intensity = Literal["low", "medium", "high"]
AllocationState = Literal["placed", "started", "declined", "withdrawn", "closed"]
Weights = Mapping[Intensity, int]
"""Units of capacity that one participant takes, by intensity of support; data of the programme."""

TIE_BREAK = "largest share of capacity to spare, then provider code"


@dataclass(frozen=True, slots=True)
class PlacementNeed:
    """What one referral asks of a provider."""

    specialism: str
    intensity: Intensity
    handed_back_by: frozenset[str] = frozenset()
    """Providers who have declined this referral."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A provider as the hub knows it at this moment."""

    provider_id: str
    name: str
    specialisms: frozenset[str]
    capacity: int
    """In units; a participant takes as many as their intensity weighs."""
    caseload: Mapping[Intensity, int]
    """Participants placed and not closed."""
    joined_on: date
    left_on: date | None = None
    """The last day in the partnership."""

    def load(self, weights: Weights) -> int:
        return sum(weights[intensity] * count for intensity, count in self.caseload.items())


@dataclass(frozen=True, slots=True)
class AllocationQuestion:
    """All that the rules of one allocation look at."""

    need: PlacementNeed
    today: date
    weights: Weights

    @property
    def cost(self) -> int:
        return self.weights[self.need.intensity]

    def load_of(self, candidate: Candidate) -> int:
        return candidate.load(self.weights)

    def spare_of(self, candidate: Candidate) -> int:
        return candidate.capacity - self.load_of(candidate)


@dataclass(frozen=True, slots=True)
class Weighing:
    """One candidate, as weighed: units of capacity then, and every reason why not."""

    provider_id: str
    in_partnership: bool
    expertise: bool
    capacity: int
    load: int
    spare: int
    spare_share: Fraction
    exclusions: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class AllocationExplanation:
    """Why, in full. `weighings` are in order of preference: the fitting ones first."""

    need: PlacementNeed
    on: date
    cost: int
    """Units of capacity this participant takes."""
    weighings: tuple[Weighing, ...]
    tie_break: str = TIE_BREAK
    recommended: str | None = None
    override_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The provider chosen, or none: then the participant stays on the waiting list, and the explanation says why."""

    chosen: str | None
    explanation: AllocationExplanation

    @property
    def overridden(self) -> bool:
        return self.explanation.override_reason is not None


def provider_has_joined(candidate: Candidate, question: AllocationQuestion) -> Refusal | None:
    if candidate.joined_on <= question.today:
        return None
    return Refusal(
        "provider_not_joined",
        f"{candidate.name} joins on {candidate.joined_on}.",
        "Wait until it has joined.",
    )


def provider_has_not_left(candidate: Candidate, question: AllocationQuestion) -> Refusal | None:
    if candidate.left_on is None or question.today <= candidate.left_on:
        return None
    return Refusal(
        "provider_left",
        f"{candidate.name} left after {candidate.left_on}.",
        "Choose a provider that is in the partnership.",
    )


def provider_has_the_expertise(candidate: Candidate, question: AllocationQuestion) -> Refusal | None:
    if question.need.specialism in candidate.specialisms:
        return None
    return Refusal(
        "expertise_missing",
        f"{candidate.name} has no such specialism: {question.need.specialism}.",
        "Choose a provider with this specialism, or agree joint work with one.",
    )


def provider_has_the_capacity(candidate: Candidate, question: AllocationQuestion) -> Refusal | None:
    """The intensity decides how much is needed: high intensity may not fit where low would (S-07)."""
    spare = question.spare_of(candidate)
    if spare >= question.cost:
        return None
    return Refusal(
        "no_capacity",
        f"{candidate.name} has {max(spare, 0)} of {candidate.capacity} units to spare; "
        f"{question.need.intensity} intensity takes {question.cost}.",
        "Wait for a case to close, or agree more capacity with the provider.",
    )


def provider_has_not_handed_it_back(candidate: Candidate, question: AllocationQuestion) -> Refusal | None:
    if candidate.provider_id not in question.need.handed_back_by:
        return None
    return Refusal(
        "handed_back",
        f"{candidate.name} has handed this referral back.",
        "Agree with the provider what would let it take the participant on.",
    )


MEMBERSHIP_RULES = (provider_has_joined, provider_has_not_left)
"""No override can set these aside."""

FIT_RULES = (provider_has_the_expertise, provider_has_the_capacity, provider_has_not_handed_it_back)

RULES = MEMBERSHIP_RULES + FIT_RULES


def weigh(candidate: Candidate, question: AllocationQuestion) -> Weighing:
    """One candidate against one need: its figures and all its exclusions."""
    spare = question.spare_of(candidate)
    return Weighing(
        candidate.provider_id,
        not every_refusal(MEMBERSHIP_RULES, candidate, question),
        question.need.specialism in candidate.specialisms,
        candidate.capacity,
        question.load_of(candidate),
        spare,
        Fraction(spare, candidate.capacity) if candidate.capacity > 0 else Fraction(0),
        every_refusal(RULES, candidate, question),
    )


def allocate(need: PlacementNeed, candidates: Iterable[Candidate], today: date, weights: Weights) -> Choice:
    """Recommend the fitting provider with the largest share of its capacity to spare; none when none fits.

    The order in which candidates are given never matters.
    """
    question = AllocationQuestion(need, today, weights)
    weighings = sorted((weigh(candidate, question) for candidate in candidates), key=_preference)
    fitting = [weighing.provider_id for weighing in weighings if not weighing.exclusions]
    choice = fitting[0] if fitting else None
    return Choice(choice, AllocationExplanation(need, today, question.cost, tuple(weighings), recommended=choice))


def without(candidates: Iterable[Candidate], provider_id: str, intensity: Intensity) -> list[Candidate]:
    """The candidates as they were before one participant of this intensity was placed with a provider."""
    return [
        replace(one, caseload={**one.caseload, intensity: one.caseload.get(intensity, 0) - 1})
        if one.provider_id == provider_id
        else one
        for one in candidates
    ]


@dataclass(frozen=True, slots=True)
class Rejudgement:
    """A placement looked at again after the need was put right: who is recommended now, and how it comes out."""

    provider_id: str
    """With whom the participant is placed."""
    recommended: str | None
    reasons: tuple[Refusal, ...]
    """Why that provider does not fit what is needed."""
    would_differ: bool


def judged_again(
    provider_id: str,
    before: PlacementNeed,
    after: PlacementNeed,
    candidates: Sequence[Candidate],
    today: date,
    weights: Weights,
) -> Rejudgement:
    """Whether a placement would come out otherwise, by the need alone: both needs meet the same candidates.

    `candidates` are without the participant in question.
    """
    then, now = (allocate(need, candidates, today, weights) for need in (before, after))
    fits_before, fits = (_exclusions(one, provider_id) for one in (then, now))
    return Rejudgement(provider_id, now.chosen, fits, then.chosen != now.chosen or (bool(fits) and not fits_before))


def _exclusions(verdict: Choice, provider_id: str) -> tuple[Refusal, ...]:
    weighings = verdict.explanation.weighings
    return next((one.exclusions for one in weighings if one.provider_id == provider_id), ())


def _preference(weighing: Weighing) -> tuple[bool, Fraction, str]:
    return bool(weighing.exclusions), -weighing.spare_share, weighing.provider_id
