"""A home, and keeping it."""

from datetime import date

from ..calendar import months_after
from ..fact import Code, Day, YesNo
from ..parameters import Count, Slug
from ..question import Question
from ..refusal import Refusal
from ..rule import Rule
from .always import AboutEvidence

AGREED_FOR_SUPPORTED_ACCOMMODATION = "supported-accommodation"


class AccommodationWasSustained(Rule):
    """So many months from referral if housed then, otherwise from entry; never from both (BR-G13, A-14).

    After an eviction or abandonment, from the later entry into suitable accommodation.
    """

    passed = "The home was kept for {months} months."
    months: Count

    housed_at_referral = YesNo("Was the participant housed on the day of referral?")
    entered_accommodation_on = Day("If not housed at referral: on which day did they move in?", needed=False)
    resettled_on = Day("If that home was lost since: on which day did they move in again?", needed=False)

    def decide(self, question: Question) -> Refusal | None:
        start = self._sustained_from(question)
        if start < question.outcome.referred_on:
            return Refusal(
                "entry_before_referral",
                f"Entry on {start} was before the referral, yet the participant is recorded as not housed then.",
                "Correct the date of entry, or record that the participant was housed at referral.",
            )
        due_on = months_after(start, self.months)
        if question.outcome.achieved_on >= due_on:
            return None
        return Refusal(
            "not_sustained_long_enough",
            f"{self.months} months from {start} end on {due_on}.",
            f"Claim it for a date from {due_on}.",
            from_on=due_on,
        )

    def _sustained_from(self, question: Question) -> date:
        facts = question.facts
        had_home = facts[self.housed_at_referral]
        begun_on = question.outcome.referred_on if had_home else facts[self.entered_accommodation_on]
        return max(begun_on, facts[self.resettled_on]) if facts.holds(self.resettled_on) else begun_on


class EveryMoveWasPlanned(Rule):
    """Moves are allowed when each is planned; an eviction or abandonment ends the count (BR-G13)."""

    passed = "No home was lost by eviction or abandonment."

    every_move_planned = YesNo("Has there been no eviction or abandonment since?")

    def decide(self, question: Question) -> Refusal | None:
        if question.facts[self.every_move_planned]:
            return None
        return Refusal(
            "unplanned_move",
            "The participant left accommodation by eviction or abandonment in this time.",
            "The count starts again: record when they were resettled in suitable accommodation, and that every move"
            " since was planned.",
        )


class HomeWasNotTemporary(AboutEvidence):
    """Not while residing temporarily in refuge or supported accommodation (BR-G14).

    By exception, for people who are complex, high risk or hard to engage and gain from dual support: a risk
    management or safety plan shows it and the Council has agreed (A-24).
    """

    passed = "The home is not a temporary one, or the Council has agreed to this one."
    plans: tuple[Slug, ...]

    in_temporary_supported_accommodation = YesNo("In refuge or supported accommodation for a time?")
    dual_support_reason = Code(
        "If in refuge or supported accommodation: complex, high-risk or non-engagement?", needed=False
    )

    def decide(self, question: Question) -> Refusal | None:
        if not question.facts[self.in_temporary_supported_accommodation]:
            return None
        if not question.facts.holds(self.dual_support_reason):
            return Refusal(
                "temporary_accommodation",
                "The participant lives temporarily in refuge or supported accommodation.",
                "By exception only: record why dual support is needed and attach the plan that shows it.",
            )
        if not question.outcome.kinds & set(self.plans):
            return Refusal(
                "exception_not_evidenced",
                "No plan shows why dual support is needed.",
                f"Attach one of: {', '.join(sorted(self.plans))}.",
            )
        if AGREED_FOR_SUPPORTED_ACCOMMODATION not in question.agreements:
            return Refusal(
                "council_agreement_needed",
                "The Council has not agreed to this exception.",
                f"The Council records its agreement on the claim: {AGREED_FOR_SUPPORTED_ACCOMMODATION}.",
            )
        return None
