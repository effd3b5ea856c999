"""Dates of entry and of support."""

from dataclasses import replace
from functools import cached_property
from typing import Any

from ..calendar import months_after
from ..fact import Day, Fact
from ..parameters import Count, FactName
from ..question import Question
from ..refusal import Refusal
from ..rule import DECLARED, Rule


class EntryFollowedServiceStart(Rule):
    """Entry took place once the service had commenced, its first day included (BR-G5)."""

    passed = "It began after support had begun, or on the same day."
    fact: FactName

    @cached_property
    def entry(self) -> Day:
        """The day of entry, in the words of the rule that asks for it by that name, if one does."""
        declaration = DECLARED.get(self.fact)
        if isinstance(declaration, Day):
            return replace(declaration, needed=True)
        return Day("On which day did it begin?", name=self.fact)

    @cached_property
    def asks(self) -> tuple[Fact[Any], ...]:
        return (self.entry,)

    def decide(self, question: Question) -> Refusal | None:
        entered_on = question.facts[self.entry]
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


class SupportLasted(Rule):
    """A minimum of so many months' support (BR-G20)."""

    passed = "Support lasted {months} months or more."
    months: Count

    def decide(self, question: Question) -> Refusal | None:
        enough_on = months_after(question.outcome.service_started_on, self.months)
        if question.outcome.achieved_on >= enough_on:
            return None
        return Refusal(
            "support_too_short",
            f"{self.months} months of support end on {enough_on}.",
            f"Claim it for a date from {enough_on}.",
            from_on=enough_on,
        )


class EndOfSupport(Rule):
    """A rule about what was achieved after support had ended."""

    support_ended_on = Day("If support has ended: on which day?", needed=False)


class SupportWasStillGiven(EndOfSupport):
    """No claim for what was achieved after the support had ended (A-59)."""

    passed = "Support had not ended before the outcome."

    def decide(self, question: Question) -> Refusal | None:
        if not question.facts.holds(self.support_ended_on):
            return None
        ended_on = question.facts[self.support_ended_on]
        if question.outcome.achieved_on <= ended_on:
            return None
        return Refusal(
            "achieved_after_support",
            f"Support had ended on {ended_on}.",
            "This programme does not pay for outcomes achieved after support ended; it counts as added value.",
        )
