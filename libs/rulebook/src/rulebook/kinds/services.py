"""Health and drug services: reaching them, staying with them."""

from ..calendar import months_after
from ..fact import Day, YesNo
from ..parameters import Count
from ..question import Question
from ..refusal import Refusal
from ..rule import Rule

SUBSTANCE = "substance"


class ServiceWasAccessed(Rule):
    """Mental health: accepted, or a GP's treatment programme. Substance: accepted and first attended (BR-G19)."""

    passed = "The service has taken the participant on."

    already_receiving_service = YesNo("Was an appropriate service already being received?")
    accepted_by_service = YesNo("Has the service accepted the referral?", needed=False)
    gp_treatment_programme = YesNo("Mental health: a GP's treatment programme?", needed=False)
    initial_appointment_attended = YesNo("Substance misuse: first appointment kept?", needed=False)

    def decide(self, question: Question) -> Refusal | None:
        facts = question.facts
        if facts[self.already_receiving_service]:
            return Refusal(
                "already_receiving_service",
                "The participant was already receiving an appropriate service.",
                "Sustained engagement may be claimed instead.",
            )
        if question.outcome.slot == SUBSTANCE:
            has_access = facts[self.accepted_by_service] and facts[self.initial_appointment_attended]
        else:
            has_access = facts.holds(self.gp_treatment_programme) or facts[self.accepted_by_service]
        if has_access:
            return None
        return Refusal(
            "service_not_accessed",
            "Acceptance by the service is not confirmed, or for substance misuse the first appointment.",
            "Claim it when the service has accepted the referral, and for substance misuse has seen the participant.",
        )


class EngagementWasSustained(Rule):
    """Attendance for three months or until discharge, whichever is sooner (BR-G18)."""

    passed = "The participant went for {months} months, or until discharge."
    months: Count

    engaged_from_on = Day("Attending since which day?")
    discharged_on = Day("If discharged: on which day?", needed=False)

    def decide(self, question: Question) -> Refusal | None:
        enough_on = months_after(question.facts[self.engaged_from_on], self.months)
        if question.facts.holds(self.discharged_on):
            enough_on = min(enough_on, question.facts[self.discharged_on])
        if question.outcome.achieved_on >= enough_on:
            return None
        return Refusal(
            "engagement_too_short",
            f"Engagement counts from {enough_on}.",
            f"Claim it for a date from {enough_on}, or on discharge if that is sooner.",
            from_on=enough_on,
        )
