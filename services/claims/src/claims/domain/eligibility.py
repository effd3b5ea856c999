"""Whether an outcome can be claimed for. Every rule is asked; every answer is kept."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from rulebook.answers import NO_ANSWERS, Answers
from rulebook.claims_on_record import ClaimOnRecord
from rulebook.equivalent import Equivalent
from rulebook.fact import FactMissing
from rulebook.kinds import ALWAYS
from rulebook.outcome import Outcome
from rulebook.question import Question
from rulebook.rate_card import Rate, RateCard
from rulebook.refusal import Refusal
from rulebook.rule import Rule

Verdict = Literal["pass", "fail", "cannot-tell"]


@dataclass(frozen=True, slots=True)
class Check:
    """What one rule answered, and what it looked at."""

    rule: str
    refusal: Refusal | None
    items: tuple[UUID, ...]
    passed: str = ""
    """What is said when it passes."""
    promised: bool = False
    """It passes because a pre-check said so of these very facts, before the rule was changed."""

    @property
    def verdict(self) -> Verdict:
        if self.refusal is None:
            return "pass"
        return "fail" if self.refusal.fact is None else "cannot-tell"

    @property
    def code(self) -> str:
        return self.rule if self.refusal is None else self.refusal.code

    @property
    def sentence(self) -> str:
        if self.refusal is not None:
            return self.refusal.reason
        return f"{self.passed.removesuffix('.')}, as a pre-check had promised." if self.promised else self.passed

    @property
    def remedy(self) -> str:
        return "" if self.refusal is None else self.refusal.remedy


@dataclass(frozen=True, slots=True)
class Basis:
    """What an assessment rests on beside the outcome and the card: kept with it, it can be made again."""

    today: date
    on_record: tuple[ClaimOnRecord, ...] = ()
    """All claims for the same participant in the programme, aliases resolved."""
    agreements: frozenset[str] = frozenset()
    """What the Council has agreed to for this claim."""
    precedents: tuple[Equivalent, ...] = ()
    """What it has ruled equivalent for this outcome."""
    answers: Answers = NO_ANSWERS
    """What sources said of it."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """Every rule's answer for one outcome, under the card and version it was judged by."""

    card: str
    version: str
    rate: Rate | None
    checks: tuple[Check, ...]
    basis: Basis
    precedents: tuple[Equivalent, ...] = ()
    """Rulings it rests on beside the card: on kinds that are among the evidence."""

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        return tuple(check.refusal for check in self.checks if check.refusal is not None)

    @property
    def codes(self) -> tuple[str, ...]:
        """Of every refusal, as an event tells them."""
        return tuple(refusal.code for refusal in self.refusals)

    @property
    def ready(self) -> bool:
        """No rule stands against it."""
        return not self.refusals

    @property
    def duplicate(self) -> bool:
        """The key is taken: such a claim is refused as it is raised, under its own number."""
        return any(refusal.code == "already_claimed" for refusal in self.refusals)


def assess(outcome: Outcome, card: RateCard | None, basis: Basis) -> Assessment:
    """Ask every rule of an outcome, under the provider's card in force on the day achieved.

    A rule that lacks a fact answers `cannot-tell`, which is not a pass.
    """
    if card is None:
        return _not_on_card(outcome, "", "", basis)
    rate = card.rates.get(outcome.code)
    if rate is None or not card.in_force_on(outcome.achieved_on):
        return _not_on_card(outcome, card.card, card.version, basis)
    record = (basis.on_record, basis.agreements, basis.precedents, basis.answers)
    question = Question(outcome, card, rate, basis.today, *record)
    always = tuple(ask(rule, question) for rule in ALWAYS)
    by_card = tuple(ask(rule, question) for rule in rate.rules)
    used = tuple(each for each in question.precedents if each.kind in outcome.kinds)
    return Assessment(card.card, card.version, rate, always + by_card, basis, used)


def ask(rule: Rule, question: Question) -> Check:
    """One rule's answer; a missing fact is an answer too."""
    try:
        refusal = rule.decide(question)
    except FactMissing as missing:
        refusal = _fact_missing(rule, missing.fact)
    items = refusal.items if refusal and refusal.items else rule.looks_at(question)
    return Check(rule.kind, refusal, items, rule.sentence)


def _fact_missing(rule: Rule, name: str) -> Refusal:
    """In the words in which a form asks for it."""
    question = next(fact.question for fact in rule.asks if fact.name == name)
    return Refusal("fact_missing", f"Not recorded: {question}", "Record the answer.", fact=name)


def _not_on_card(outcome: Outcome, card: str, version: str, basis: Basis) -> Assessment:
    refusal = Refusal(
        "not_on_rate_card",
        f"{outcome.code} is not on the provider's rate card of {outcome.achieved_on}.",
        "Only outcomes on the card in force on the day achieved can be claimed; check the code and the date.",
    )
    return Assessment(card, version, None, (Check("outcome_is_on_the_rate_card", refusal, ()),), basis)
