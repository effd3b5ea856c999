"""A cohort against a comparison: paid by what was avoided, once the reduction is large enough (M-06).

The evaluator reports four counts. Rates are compared by whole numbers, so that 10 % is 10 % and nothing is rounded.
"""

from dataclasses import dataclass

from rulebook.refusal import Refusal

from ..outcome import FactMissing, Facts
from .question import Question

WHOLE = 10_000
"""All of a rate, in basis points."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Events among a cohort's people, and among those it is compared with."""

    size: int
    events: int
    compared_size: int
    compared_events: int

    @property
    def expected(self) -> int:
        """Events there would have been at the comparison's rate, part of one left out."""
        return self.compared_events * self.size // self.compared_size

    def fell_by(self, basis_points: int) -> bool:
        """The cohort's rate is lower than the comparison's by this part of it, or more."""
        ours, theirs = self.events * self.compared_size, self.compared_events * self.size
        return ours * WHOLE <= theirs * (WHOLE - basis_points)

    def fall_in_words(self) -> str:
        """The reduction in percent, cut off after two places: never rounded up to a threshold."""
        ours, theirs = self.events * self.compared_size, self.compared_events * self.size
        basis_points = (theirs - ours) * WHOLE // theirs if theirs else 0
        return f"{basis_points / 100:.2f} %"

    @property
    def avoided(self) -> int:
        """Events that did not happen; below 0 where more did."""
        return self.expected - self.events


def _comparison(facts: Facts) -> Comparison:
    """The evaluator's counts. Raises `FactMissing`, also where there is nobody to compare with."""
    names = ("cohort_size", "cohort_events", "comparison_size", "comparison_events")
    counted = Comparison(*(facts.number(name) for name in names))
    if counted.compared_size < 1:
        raise FactMissing("comparison_size")
    return counted


def cohort_is_large_enough(question: Question, *, people: int) -> Refusal | None:
    """A cohort of so many, and the evaluator's counts for it."""
    compared = _comparison(question.facts)
    if compared.size >= people:
        return None
    return Refusal(
        "cohort_too_small",
        f"{compared.size} are in the cohort; {people} are needed.",
        f"Claim it when the cohort is closed with {people} people or more, and the evaluator has reported.",
    )


def events_fell_enough(question: Question, *, basis_points: int) -> Refusal | None:
    """Fewer events than the comparison by so many basis points of its rate, or more: 10 % is 1000."""
    compared = _comparison(question.facts)
    if compared.fell_by(basis_points):
        return None
    return Refusal(
        "reduction_too_small",
        f"Events fell by {compared.fall_in_words()} against the comparison; {basis_points / 100:g} % is needed.",
        "Nothing is paid for this cohort alone; its counts join the pooled result, where the card has one.",
    )


def quantity_is_what_was_avoided(question: Question) -> Refusal | None:
    """The claim counts the events that did not happen, and no more."""
    return _counts(question, _comparison(question.facts).avoided, "were avoided")


def quantity_is_what_is_left_to_pay(question: Question, *, paid_as: str) -> Refusal | None:
    """A catch-up over all cohorts: what they avoided together, less what was claimed cohort by cohort (M-06)."""
    claimed = sum(_comparison(claim.facts).avoided for claim in question.live_claims(paid_as))
    return _counts(question, _comparison(question.facts).avoided - claimed, f"are left beside {paid_as}")


def _counts(question: Question, right: int, words: str) -> Refusal | None:
    if question.outcome.quantity == right:
        return None
    return Refusal(
        "not_what_was_avoided",
        f"{question.outcome.quantity} claimed; {right} {words}.",
        f"Record {right}." if right > 0 else "Nothing can be claimed for it.",
    )
