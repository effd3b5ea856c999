"""Health and drug services: reaching them, staying with them."""

from rulebook.calendar import months_after
from rulebook.refusal import Refusal

from .question import Question

SUBSTANCE = "substance"


def service_was_accessed(question: Question) -> Refusal | None:
    """Mental health: accepted, or a GP's treatment programme. Substance: accepted and first attended (BR-G19)."""
    if question.facts.yes("already_receiving_service"):
        return Refusal(
            "already_receiving_service",
            "The participant was already receiving an appropriate service.",
            "Sustained engagement may be claimed instead.",
        )
    facts = question.facts
    if question.outcome.slot == SUBSTANCE:
        accessed = facts.yes("accepted_by_service") and facts.yes("initial_appointment_attended")
    else:
        accessed = facts.holds("gp_treatment_programme") or facts.yes("accepted_by_service")
    if accessed:
        return None
    return Refusal(
        "service_not_accessed",
        "Acceptance by the service is not confirmed, or for substance misuse the first appointment.",
        "Claim it when the service has accepted the referral, and for substance misuse has seen the participant.",
    )


def engagement_was_sustained(question: Question, *, months: int) -> Refusal | None:
    """Attendance for three months or until discharge, whichever is sooner (BR-G18)."""
    enough_on = months_after(question.facts.day("engaged_from_on"), months)
    if question.facts.holds("discharged_on"):
        enough_on = min(enough_on, question.facts.day("discharged_on"))
    if question.outcome.achieved_on >= enough_on:
        return None
    return Refusal(
        "engagement_too_short",
        f"Engagement counts from {enough_on}.",
        f"Claim it for a date from {enough_on}, or on discharge if that is sooner.",
        from_on=enough_on,
    )
