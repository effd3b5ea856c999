"""People who come back, and goals of their own."""

from ..calendar import months_after
from ..fact import Day, YesNo
from ..parameters import Count
from ..question import Question
from ..refusal import Refusal
from ..rule import Rule
from .timing import EndOfSupport


class SupportHadEndedBefore(Rule):
    """A re-entry: earlier support had ended so many months before this referral (U-07)."""

    passed = "Earlier support had ended {months} months or more before this referral."
    months: Count

    earlier_support_ended_on = Day("On which day did the earlier support end?")

    def decide(self, question: Question) -> Refusal | None:
        again_from = months_after(question.facts[self.earlier_support_ended_on], self.months)
        if question.outcome.referred_on >= again_from:
            return None
        return Refusal(
            "no_re_entry",
            f"Referred on {question.outcome.referred_on}; a re-entry is a referral from {again_from}.",
            "The participant is still in the earlier support. Record the work there.",
        )


class MeasureWasSetBeforehand(Rule):
    """A goal of the participant's own, with the measure they set for it in good time (S-68, U-86)."""

    passed = "The participant set the goal, and how to measure it, in good time."
    days: Count

    goal_is_the_participants_own = YesNo("Did the participant set this goal for themself?")
    measure_set_on = Day("On which day was it agreed how the goal is measured?")

    def decide(self, question: Question) -> Refusal | None:
        if not question.facts[self.goal_is_the_participants_own]:
            return Refusal(
                "goal_of_another",
                "The goal was set by somebody else.",
                "Claim a goal that the participant set for themself.",
            )
        set_on = question.facts[self.measure_set_on]
        in_support = set_on >= question.outcome.service_started_on
        if in_support and (question.outcome.achieved_on - set_on).days >= self.days:
            return None
        return Refusal(
            "measure_set_too_late",
            f"The measure was set on {set_on}; it must be set during support, {self.days} day(s) or more before it is"
            " met.",
            "Agree the next goal and how it is measured before it is reached.",
        )


class ContactAfterSupportWasAgreed(EndOfSupport):
    """Measured after support ended, of people who agreed to be asked: nobody is kept on for a date (BR-D7, U-06)."""

    passed = "Support was still given, or the participant had agreed to be asked afterwards."

    contact_after_support_agreed = YesNo(
        "If support has ended: did the participant agree to be asked afterwards?", needed=False
    )

    def decide(self, question: Question) -> Refusal | None:
        if not question.facts.holds(self.support_ended_on):
            return None
        if question.outcome.achieved_on <= question.facts[self.support_ended_on]:
            return None
        if question.facts[self.contact_after_support_agreed]:
            return None
        return Refusal(
            "contact_not_agreed",
            "Support had ended and the participant has not agreed to be asked afterwards.",
            "Nothing can be claimed for this person. With others, agree before support ends that you may ask them"
            " afterwards.",
        )
