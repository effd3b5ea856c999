"""Time in a state, counted in whole weeks: so many weeks at home, not in care (M-09, M-10)."""

from datetime import date, timedelta

from ..claims_on_record import ClaimOnRecord
from ..fact import Day, FactMissing
from ..question import Question
from ..refusal import Refusal
from ..rule import Rule


class CountedInWeeks(Rule):
    """A rule about weeks that end on the day achieved."""

    period_began_on = Day("On which day did these weeks begin?")


class WeeksHavePassed(CountedInWeeks):
    """As many whole weeks lie between the first day and the day achieved as are claimed."""

    passed = "As many weeks have passed as are claimed."

    def decide(self, question: Question) -> Refusal | None:
        began_on, weeks = question.facts[self.period_began_on], question.outcome.quantity
        enough_on = began_on + timedelta(weeks=weeks)
        if question.outcome.achieved_on >= enough_on:
            return None
        return Refusal(
            "weeks_not_passed",
            f"{weeks} week(s) from {began_on} end on {enough_on}.",
            f"Claim them for a date from {enough_on}, or claim fewer.",
            from_on=enough_on,
        )


class WeeksAreCountedOnce(CountedInWeeks):
    """No day is in two claims, whatever their slots."""

    passed = "No day of these weeks is in another claim."
    rests_on_other_claims = True

    def decide(self, question: Question) -> Refusal | None:
        began_on, ended_on = question.facts[self.period_began_on], question.outcome.achieved_on
        same = tuple(
            claim.claim_id
            for claim in question.live_claims(question.rate.code)
            if self._began_on(claim) < ended_on and began_on < claim.achieved_on
        )
        if not same:
            return None
        return Refusal(
            "weeks_counted_before",
            f"Days between {began_on} and {ended_on} are in an earlier claim.",
            "Begin on the day on which the earlier claim ends, or later.",
            items=same,
        )

    def _began_on(self, claim: ClaimOnRecord) -> date:
        """A claim that does not say when it began takes the day achieved alone."""
        try:
            return claim.facts[self.period_began_on]
        except FactMissing:
            return claim.achieved_on
