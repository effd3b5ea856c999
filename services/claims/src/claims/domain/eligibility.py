"""Whether an outcome can be claimed for. Every rule is asked; every answer is kept."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from rulebook.refusal import Refusal

from .answers import NO_ANSWERS, Answers
from .claim import ClaimOnRecord
from .equivalent import Equivalent
from .evidence import (
    every_required_item_is_there,
    evidence_looked_at,
    items_are_enough,
    one_accepted_item_is_there,
    one_accompanying_item_is_there,
    self_certification_is_not_alone,
)
from .outcome import FactMissing, Outcome
from .rate_card import Parameter, Rate, RateCard
from .rules import (
    accommodation,
    cohorts,
    employment,
    finances,
    learning,
    limits,
    plain,
    returning,
    services,
    timing,
    weeks,
    wellbeing,
)
from .rules.question import Question

Verdict = Literal["pass", "fail", "cannot-tell"]
LookedAt = Callable[[Question], tuple[UUID, ...]]


def nothing(_: Question) -> tuple[UUID, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A sentence, and the items it looks at."""

    decide: Callable[..., Refusal | None]
    looks_at: LookedAt = nothing

    @property
    def name(self) -> str:
        return self.decide.__name__


ALWAYS: tuple[Rule, ...] = (
    Rule(limits.outcome_is_claimed_once),
    Rule(limits.slot_is_on_the_rate_card),
    Rule(limits.subject_is_the_rates),
    Rule(limits.quantity_is_in_the_rates_unit),
    Rule(limits.limit_is_not_reached),
    Rule(timing.outcome_has_happened),
    Rule(timing.outcome_followed_referral),
    Rule(timing.evidence_is_not_dated_ahead, evidence_looked_at),
    Rule(every_required_item_is_there, evidence_looked_at),
    Rule(one_accepted_item_is_there, evidence_looked_at),
    Rule(one_accompanying_item_is_there, evidence_looked_at),
    Rule(self_certification_is_not_alone, evidence_looked_at),
)
"""Asked of every outcome."""

_BY_CARD: tuple[Rule, ...] = (
    Rule(limits.prerequisite_is_claimed),
    Rule(timing.entry_followed_service_start),
    Rule(timing.support_lasted),
    Rule(timing.support_was_still_given),
    Rule(items_are_enough, evidence_looked_at),
    Rule(wellbeing.plan_was_agreed, wellbeing.plan_looked_at),
    Rule(wellbeing.assessment_was_made, wellbeing.assessments_looked_at),
    Rule(wellbeing.assessment_came_after_initial, wellbeing.assessments_looked_at),
    Rule(wellbeing.score_rose, wellbeing.assessments_looked_at),
    Rule(wellbeing.score_fell, wellbeing.assessments_looked_at),
    Rule(accommodation.accommodation_was_sustained),
    Rule(accommodation.every_move_was_planned),
    Rule(accommodation.home_was_not_temporary, evidence_looked_at),
    Rule(employment.employment_had_begun),
    Rule(employment.self_certified_employment_is_detailed, evidence_looked_at),
    Rule(employment.contract_was_in_place, evidence_looked_at),
    Rule(employment.earnings_reached_the_table),
    Rule(employment.employment_was_not_stable_at_referral, evidence_looked_at),
    Rule(employment.earlier_employment_had_ended),
    Rule(learning.education_was_taken_up, evidence_looked_at),
    Rule(learning.qualification_is_approved),
    Rule(learning.second_qualification_differs),
    Rule(learning.placement_lasted),
    Rule(services.service_was_accessed),
    Rule(services.engagement_was_sustained),
    Rule(finances.finances_are_resilient),
    Rule(plain.these_were_confirmed),
    Rule(plain.code_is_one_of),
    Rule(plain.number_is_enough),
    Rule(returning.support_had_ended_before),
    Rule(returning.contact_after_support_was_agreed),
    Rule(returning.measure_was_set_beforehand),
    Rule(weeks.weeks_have_passed),
    Rule(weeks.weeks_are_counted_once),
    Rule(cohorts.cohort_is_large_enough),
    Rule(cohorts.events_fell_enough),
    Rule(cohorts.quantity_is_what_was_avoided),
    Rule(cohorts.quantity_is_what_is_left_to_pay),
)
KINDS: Mapping[str, Rule] = {rule.name: rule for rule in _BY_CARD}
"""The kinds of rule a rate card may name, with parameters of its own."""


@dataclass(frozen=True, slots=True)
class Check:
    """What one rule answered, and what it looked at."""

    rule: str
    refusal: Refusal | None
    items: tuple[UUID, ...]
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
        return f"{self.rule.replace('_', ' ').capitalize()}{', as a pre-check had promised' * self.promised}."

    @property
    def remedy(self) -> str:
        return "" if self.refusal is None else self.refusal.remedy


@dataclass(frozen=True, slots=True)
class Basis:
    """What an assessment rests on beside the outcome and the card: kept with it, it can be made again."""

    today: date
    on_record: tuple[ClaimOnRecord, ...] = ()
    agreements: frozenset[str] = frozenset()
    precedents: tuple[Equivalent, ...] = ()
    answers: Answers = NO_ANSWERS


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
    def ready(self) -> bool:
        """No rule stands against it."""
        return not self.refusals

    @property
    def duplicate(self) -> bool:
        """The key is taken: such a claim is refused as it is raised, under its own number."""
        return any(refusal.code == "already_claimed" for refusal in self.refusals)


def assess(
    outcome: Outcome,
    card: RateCard | None,
    today: date,
    on_record: Iterable[ClaimOnRecord] = (),
    agreements: Iterable[str] = (),
    precedents: Iterable[Equivalent] = (),
    answers: Answers = NO_ANSWERS,
) -> Assessment:
    """Ask every rule of an outcome, under the provider's card in force on the day achieved.

    `on_record` are all claims for the same participant in the programme, aliases resolved; `agreements` what the
    Council has agreed to for this claim; `precedents` what it has ruled equivalent for this outcome; `answers` what
    sources said of it. A rule that lacks a fact answers `cannot-tell`, which is not a pass.
    """
    basis = Basis(today, tuple(on_record), frozenset(agreements), tuple(precedents), answers)
    if card is None:
        return _not_on_card(outcome, "", "", basis)
    rate = card.rates.get(outcome.code)
    if rate is None or not card.in_force_on(outcome.achieved_on):
        return _not_on_card(outcome, card.card, card.version, basis)
    question = Question(outcome, card, rate, today, basis.on_record, basis.agreements, basis.precedents, answers)
    always = tuple(ask(rule, question) for rule in ALWAYS)
    by_card = tuple(ask(KINDS[terms.kind], question, **terms.parameters) for terms in rate.rules)
    used = tuple(each for each in question.precedents if each.kind in outcome.kinds)
    return Assessment(card.card, card.version, rate, always + by_card, basis, used)


def ask(rule: Rule, question: Question, **parameters: Parameter) -> Check:
    """One rule's answer; a missing fact is an answer too."""
    try:
        refusal = rule.decide(question, **parameters)
    except FactMissing as missing:
        refusal = _fact_missing(missing.fact)
    return Check(rule.name, refusal, refusal.items if refusal and refusal.items else rule.looks_at(question))


def _fact_missing(fact: str) -> Refusal:
    words = fact.replace("_", " ")
    return Refusal("fact_missing", f"Not recorded: {words}.", f"Record: {words}.", fact=fact)


def _not_on_card(outcome: Outcome, card: str, version: str, basis: Basis) -> Assessment:
    refusal = Refusal(
        "not_on_rate_card",
        f"{outcome.code} is not on the provider's rate card of {outcome.achieved_on}.",
        "Only outcomes on the card in force on the day achieved can be claimed; check the code and the date.",
    )
    return Assessment(card, version, None, (Check("outcome_is_on_the_rate_card", refusal, ()),), basis)
