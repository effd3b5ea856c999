"""Dates that must hold for any outcome."""

from rulebook.calendar import months_after
from rulebook.refusal import Refusal

from .question import Question


def outcome_has_happened(question: Question) -> Refusal | None:
    if question.outcome.achieved_on <= question.today:
        return None
    return Refusal(
        "achieved_in_future",
        f"The outcome is dated {question.outcome.achieved_on}, which is still to come.",
        "Correct the date, or record the outcome when it has been achieved.",
    )


def outcome_followed_referral(question: Question) -> Refusal | None:
    if question.outcome.achieved_on >= question.outcome.referred_on:
        return None
    return Refusal(
        "achieved_before_referral",
        f"The outcome is dated before the referral of {question.outcome.referred_on}.",
        "Correct the date if it is wrong; an outcome before the referral cannot be claimed.",
    )


def evidence_is_not_dated_ahead(question: Question) -> Refusal | None:
    ahead = tuple(
        e.item_id for e in question.outcome.evidence if e.dated_on is not None and e.dated_on > question.today
    )
    if not ahead:
        return None
    return Refusal(
        "evidence_dated_ahead",
        "Evidence carries a date that is still to come.",
        "Correct the date of the item, or send it when it exists.",
        items=ahead,
    )


def entry_followed_service_start(question: Question, *, fact: str) -> Refusal | None:
    """Entry took place once the service had commenced, its first day included (BR-G5)."""
    entered_on = question.facts.day(fact)
    if entered_on > question.outcome.achieved_on:
        return Refusal(
            "entry_after_outcome",
            f"Entry on {entered_on} is later than the outcome.",
            "Correct whichever date is wrong.",
        )
    if entered_on >= question.outcome.service_started_on:
        return None
    return Refusal(
        "entry_before_service",
        f"Entry on {entered_on} was before the service began on {question.outcome.service_started_on}.",
        "Correct the date if it is wrong; an entry before the service began cannot be claimed.",
    )


def support_lasted(question: Question, *, months: int) -> Refusal | None:
    """A minimum of so many months' support (BR-G20)."""
    enough_on = months_after(question.outcome.service_started_on, months)
    if question.outcome.achieved_on >= enough_on:
        return None
    return Refusal(
        "support_too_short",
        f"{months} months of support end on {enough_on}.",
        f"Claim it for a date from {enough_on}.",
        from_on=enough_on,
    )


def support_was_still_given(question: Question) -> Refusal | None:
    """No claim for what was achieved after the support had ended (A-59)."""
    if not question.facts.holds("support_ended_on"):
        return None
    ended_on = question.facts.day("support_ended_on")
    if question.outcome.achieved_on <= ended_on:
        return None
    return Refusal(
        "achieved_after_support",
        f"Support had ended on {ended_on}.",
        "This programme does not pay for outcomes achieved after support ended; it counts as added value.",
    )
