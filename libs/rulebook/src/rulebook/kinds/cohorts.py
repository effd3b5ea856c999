"""A cohort against a comparison: paid by what was avoided, once the reduction is large enough (M-06).

The evaluator reports four counts. Rates are compared by whole numbers, so that 10 % is 10 % and nothing is rounded.
"""

from dataclasses import dataclass

from ..fact import FactMissing, Facts, Number
from ..parameters import BasisPoints, Count, OutcomeCode
from ..question import Question
from ..refusal import Refusal
from ..rule import Rule

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


class ComparisonRule(Rule):
    """A rule about a cohort and the group it is compared with."""

    cohort_size = Number("How many people are in the cohort?")
    cohort_events = Number("How many events were there among them?")
    comparison_size = Number("How many people are they compared with?")
    comparison_events = Number("How many events were there among those?")

    def compared(self, facts: Facts) -> Comparison:
        """The evaluator's counts. Raises `FactMissing`, also where there is nobody to compare with."""
        comparison = Comparison(
            facts[self.cohort_size],
            facts[self.cohort_events],
            facts[self.comparison_size],
            facts[self.comparison_events],
        )
        if comparison.compared_size < 1:
            raise FactMissing(self.comparison_size.name)
        return comparison


class CohortIsLargeEnough(ComparisonRule):
    """A cohort of so many, and the evaluator's counts for it."""

    passed = "{people} people or more are in the cohort."
    people: Count

    def decide(self, question: Question) -> Refusal | None:
        size = self.compared(question.facts).size
        if size >= self.people:
            return None
        return Refusal(
            "cohort_too_small",
            f"{size} are in the cohort; {self.people} are needed.",
            f"Claim it when the cohort is closed with {self.people} people or more, and the evaluator has reported.",
        )


class EventsFellEnough(ComparisonRule):
    """Fewer events than the comparison by so many basis points of its rate, or more: 10 % is 1000."""

    passed = "Events fell by as much as the card asks for, or more."
    basis_points: BasisPoints

    def decide(self, question: Question) -> Refusal | None:
        comparison = self.compared(question.facts)
        if comparison.fell_by(self.basis_points):
            return None
        return Refusal(
            "reduction_too_small",
            f"Events fell by {comparison.fall_in_words()} against the comparison; {self.basis_points / 100:g} % is"
            " needed.",
            "Nothing is paid for this cohort alone; its counts join the pooled result, where the card has one.",
        )


class QuantityIsWhatWasAvoided(ComparisonRule):
    """The claim counts the events that did not happen, and no more."""

    passed = "As many events are claimed as were avoided."

    def decide(self, question: Question) -> Refusal | None:
        return _counts(question, self.compared(question.facts).avoided, "were avoided")


class QuantityIsWhatIsLeftToPay(ComparisonRule):
    """A catch-up over all cohorts: what they avoided together, less what was claimed cohort by cohort (M-06)."""

    passed = "As many events are claimed as are left to pay."
    rests_on_other_claims = True
    paid_as: OutcomeCode

    def decide(self, question: Question) -> Refusal | None:
        events_claimed = sum(self.compared(claim.facts).avoided for claim in question.live_claims(self.paid_as))
        events_left = self.compared(question.facts).avoided - events_claimed
        return _counts(question, events_left, f"are left beside {self.paid_as}")


def _counts(question: Question, right: int, words: str) -> Refusal | None:
    if question.outcome.quantity == right:
        return None
    return Refusal(
        "not_what_was_avoided",
        f"{question.outcome.quantity} claimed; {right} {words}.",
        f"Record {right}." if right > 0 else "Nothing can be claimed for it.",
    )
