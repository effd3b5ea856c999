"""Time in a state, counted in whole weeks: so many weeks at home, not in care (M-09, M-10)."""

from datetime import date, timedelta

from rulebook.refusal import Refusal

from ..claim import ClaimOnRecord
from ..outcome import FactMissing
from .question import Question

BEGAN_ON = "period_began_on"


def weeks_have_passed(question: Question) -> Refusal | None:
    """As many whole weeks lie between the first day and the day achieved as are claimed."""
    began_on, weeks = question.facts.day(BEGAN_ON), question.outcome.quantity
    enough_on = began_on + timedelta(weeks=weeks)
    if question.outcome.achieved_on >= enough_on:
        return None
    return Refusal(
        "weeks_not_passed",
        f"{weeks} week(s) from {began_on} end on {enough_on}.",
        f"Claim them for a date from {enough_on}, or claim fewer.",
        from_on=enough_on,
    )


def weeks_are_counted_once(question: Question) -> Refusal | None:
    """No day is in two claims, whatever their slots."""
    began_on, ended_on = question.facts.day(BEGAN_ON), question.outcome.achieved_on
    same = tuple(
        claim.claim_id
        for claim in question.live_claims(question.rate.code)
        if _began_on(claim) < ended_on and began_on < claim.achieved_on
    )
    if not same:
        return None
    return Refusal(
        "weeks_counted_before",
        f"Days between {began_on} and {ended_on} are in an earlier claim.",
        "Begin on the day on which the earlier claim ends, or later.",
        items=same,
    )


def _began_on(claim: ClaimOnRecord) -> date:
    """A claim that does not say when it began takes the day achieved alone."""
    try:
        return claim.facts.day(BEGAN_ON)
    except FactMissing:
        return claim.achieved_on
