"""Rules that ask one plain thing, for outcomes whose terms need no more. The card names the fact, and so its words."""

from functools import cached_property
from typing import Any

from ..fact import Code, Fact, Number, YesNo, in_words
from ..parameters import Count, FactName, Slug
from ..question import Question
from ..refusal import Refusal
from ..rule import Rule


class TheseWereConfirmed(Rule):
    """Each of these is answered with yes."""

    passed = "Everything that must be confirmed was confirmed."
    facts: tuple[FactName, ...]

    @cached_property
    def asks(self) -> tuple[Fact[Any], ...]:
        return self.confirmations

    @cached_property
    def confirmations(self) -> tuple[YesNo, ...]:
        return tuple(YesNo(f"{in_words(name).capitalize()}?", name=name) for name in self.facts)

    def decide(self, question: Question) -> Refusal | None:
        lacking = [in_words(fact.name) for fact in self.confirmations if not question.facts[fact]]
        if not lacking:
            return None
        words = ", ".join(lacking)
        return Refusal("not_confirmed", f"Not confirmed: {words}.", f"Claim it when this is so: {words}.")


class CodeIsOneOf(Rule):
    """The answer is one of those that the card lists."""

    passed = "What was recorded is on the card's list."
    fact: FactName
    codes: tuple[Slug, ...]

    @cached_property
    def asks(self) -> tuple[Fact[Any], ...]:
        return (self.choice,)

    @cached_property
    def choice(self) -> Code:
        return Code(f"Which {in_words(self.fact)}?", codes=self.codes, name=self.fact)

    def decide(self, question: Question) -> Refusal | None:
        code = question.facts[self.choice]
        if code in self.codes:
            return None
        codes, words = ", ".join(sorted(self.codes)), in_words(self.fact)
        return Refusal("code_unknown", f"{code} is no {words} on this card.", f"Record one of: {codes}.")


class NumberIsEnough(Rule):
    """So many of what the card counts, or more."""

    passed = "There were {least} or more."
    fact: FactName
    least: Count

    @cached_property
    def asks(self) -> tuple[Fact[Any], ...]:
        return (self.number,)

    @cached_property
    def number(self) -> Number:
        return Number(f"{in_words(self.fact).capitalize()}?", name=self.fact)

    def decide(self, question: Question) -> Refusal | None:
        number = question.facts[self.number]
        if number >= self.least:
            return None
        words = in_words(self.fact).capitalize()
        return Refusal("number_too_low", f"{words}: {number} of {self.least}.", f"Claim it with {self.least} or more.")
