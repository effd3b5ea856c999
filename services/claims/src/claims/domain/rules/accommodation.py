"""A home, and keeping it."""

from collections.abc import Collection
from datetime import date

from rulebook.calendar import months_after
from rulebook.refusal import Refusal

from .question import Question

AGREED_FOR_SUPPORTED_ACCOMMODATION = "supported-accommodation"


def accommodation_was_sustained(question: Question, *, months: int) -> Refusal | None:
    """So many months from referral if housed then, otherwise from entry; never from both (BR-G13, A-14).

    After an eviction or abandonment, from the later entry into suitable accommodation.
    """
    start = _sustained_from(question)
    if start < question.outcome.referred_on:
        return Refusal(
            "entry_before_referral",
            f"Entry on {start} was before the referral, yet the participant is recorded as not housed then.",
            "Correct the date of entry, or record that the participant was housed at referral.",
        )
    due_on = months_after(start, months)
    if question.outcome.achieved_on >= due_on:
        return None
    return Refusal(
        "not_sustained_long_enough",
        f"{months} months from {start} end on {due_on}.",
        f"Claim it for a date from {due_on}.",
        from_on=due_on,
    )


def _sustained_from(question: Question) -> date:
    facts, housed_on = question.facts, question.outcome.referred_on
    begun_on = housed_on if facts.yes("housed_at_referral") else facts.day("entered_accommodation_on")
    return max(begun_on, facts.day("resettled_on")) if facts.holds("resettled_on") else begun_on


def every_move_was_planned(question: Question) -> Refusal | None:
    """Moves are allowed when each is planned; an eviction or abandonment ends the count (BR-G13)."""
    if question.facts.yes("every_move_planned"):
        return None
    return Refusal(
        "unplanned_move",
        "The participant left accommodation by eviction or abandonment in this time.",
        "The count starts again: record when they were resettled in suitable accommodation, and that every move since"
        " was planned.",
    )


def home_was_not_temporary(question: Question, *, plans: Collection[str]) -> Refusal | None:
    """Not while residing temporarily in refuge or supported accommodation (BR-G14).

    By exception, for people who are complex, high risk or hard to engage and gain from dual support: a risk
    management or safety plan shows it and the Council has agreed (A-24).
    """
    if not question.facts.yes("in_temporary_supported_accommodation"):
        return None
    if not question.facts.holds("dual_support_reason"):
        return Refusal(
            "temporary_accommodation",
            "The participant lives temporarily in refuge or supported accommodation.",
            "By exception only: record why dual support is needed and attach the plan that shows it.",
        )
    if not question.outcome.kinds & set(plans):
        return Refusal(
            "exception_not_evidenced",
            "No plan shows why dual support is needed.",
            f"Attach one of: {', '.join(sorted(plans))}.",
        )
    if AGREED_FOR_SUPPORTED_ACCOMMODATION not in question.agreements:
        return Refusal(
            "council_agreement_needed",
            "The Council has not agreed to this exception.",
            f"The Council records its agreement on the claim: {AGREED_FOR_SUPPORTED_ACCOMMODATION}.",
        )
    return None
