"""People who come back, and goals of their own."""

from rulebook.calendar import months_after
from rulebook.refusal import Refusal

from .question import Question


def support_had_ended_before(question: Question, *, months: int) -> Refusal | None:
    """A re-entry: earlier support had ended so many months before this referral (U-07)."""
    again_from = months_after(question.facts.day("earlier_support_ended_on"), months)
    if question.outcome.referred_on >= again_from:
        return None
    return Refusal(
        "no_re_entry",
        f"Referred on {question.outcome.referred_on}; a re-entry is a referral from {again_from}.",
        "The earlier support goes on: record the work there.",
    )


def measure_was_set_beforehand(question: Question, *, days: int) -> Refusal | None:
    """A goal of the participant's own, with the measure they set for it in good time (S-68, U-86)."""
    if not question.facts.yes("goal_is_the_participants_own"):
        return Refusal(
            "goal_of_another",
            "The goal was set by somebody else.",
            "Claim a goal that the participant set for themself.",
        )
    set_on = question.facts.day("measure_set_on")
    if set_on >= question.outcome.service_started_on and (question.outcome.achieved_on - set_on).days >= days:
        return None
    return Refusal(
        "measure_set_too_late",
        f"The measure was set on {set_on}; it must be set during support, {days} day(s) or more before it is met.",
        "Agree the next goal and how it is measured before it is reached.",
    )


def contact_after_support_was_agreed(question: Question) -> Refusal | None:
    """Measured after support ended, of people who agreed to be asked: nobody is kept on for a date (BR-D7, U-06)."""
    if not question.facts.holds("support_ended_on"):
        return None
    if question.outcome.achieved_on <= question.facts.day("support_ended_on"):
        return None
    if question.facts.yes("contact_after_support_agreed"):
        return None
    return Refusal(
        "contact_not_agreed",
        "Support had ended and the participant has not agreed to be asked afterwards.",
        "Nothing can be claimed for them; agree it with others before support ends.",
    )
