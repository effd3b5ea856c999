"""Every threshold that any shipped card sets, just below, at and above it: the cards are the list, so that none rots.

A figure, a date or a list on a card without its cases here fails the first test. `pytest -v` on this file is the table.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest

from claims.domain.claim import ClaimOnRecord
from claims.domain.eligibility import ALWAYS, KINDS, ask
from claims.domain.outcome import AssessmentStage
from claims.domain.rate_card import Rate, RateCard, RuleTerms, read_rate_card
from claims.domain.rules.question import Question
from claims.domain.valuation import unpaid_units
from programme import load_folder
from rulebook.calendar import months_after
from tests.claims.builders import (
    ACHIEVED_ON,
    FIRSTS,
    GENERIC,
    PDAP,
    REFERRED_ON,
    TODAY,
    a_claim_on_record,
    a_good_outcome,
    an_assessment,
    an_outcome,
    codes,
    evidence,
    judged_after,
)

FOLDERS = sorted(path for path in (Path(__file__).parents[3] / "programmes").iterdir() if path.is_dir())
LEAP_DAY, LAST_OF_NOVEMBER = date(2020, 2, 29), date(2020, 11, 30)
EARLY = {"referred_on": LEAP_DAY, "service_started_on": LEAP_DAY}
NAMES = {"instrument", "stage", "item_kind", "plan", "fact", "first", "prerequisite", "paid_as"}
"""Parameters that name something; every other one is a threshold or a list."""

Place = Literal["below", "at", "above"]
Terms = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One side of a threshold: what of the outcome is so, and the code with which the rule says no, if it does."""

    place: Place
    refused: str | None
    but: Mapping[str, Any]
    agreements: tuple[str, ...] = ()
    on_record: tuple[ClaimOnRecord, ...] = ()


def stepped(value: Any, by: int) -> Any:
    return value + timedelta(days=by) if isinstance(value, date) else value + by


def least(value: Any, refused: str, but: Callable[[Any], Mapping[str, Any]]) -> Iterator[Case]:
    """From this on it passes."""
    yield Case("below", refused, but(stepped(value, -1)))
    yield Case("at", None, but(value))
    yield Case("above", None, but(stepped(value, 1)))


def most(value: Any, refused: str, but: Callable[[Any], Mapping[str, Any]]) -> Iterator[Case]:
    """Up to this it passes."""
    yield Case("below", None, but(stepped(value, -1)))
    yield Case("at", None, but(value))
    yield Case("above", refused, but(stepped(value, 1)))


def listed(values: Sequence[str], refused: str, but: Callable[[str], Mapping[str, Any]]) -> Iterator[Case]:
    """Each of these passes, and nothing else."""
    for value in values:
        yield Case("at", None, but(value))
    yield Case("below", refused, but("of-no-card"))
    yield Case("above", refused, but(values[0].upper()))


def told(**facts: Any) -> dict[str, Any]:
    return {"facts": facts}


def assessed(terms: Terms, stage: AssessmentStage, on: date) -> dict[str, Any]:
    results = (
        an_assessment(terms["instrument"], "initial", 20, LEAP_DAY),
        an_assessment(terms["instrument"], stage, 20, on),
    )
    return {"assessments": results}


def scored(instrument: str, first: AssessmentStage, later: AssessmentStage, before: int, after: int) -> dict[str, Any]:
    return {"assessments": (an_assessment(instrument, first, before), an_assessment(instrument, later, after))}


def compared(**but: int) -> dict[str, Any]:
    counts = {"cohort_size": 1_000, "cohort_events": 0, "comparison_size": 10_000, "comparison_events": 10_000}
    return told(**counts | but)


def sustained(terms: Terms) -> Iterator[Case]:
    """From referral for those housed then, from entry for the others; months held to the end of a shorter one."""
    for anchor in (REFERRED_ON, LEAP_DAY, LAST_OF_NOVEMBER):
        due_on = months_after(anchor, terms["months"])
        housed = {"referred_on": anchor, "service_started_on": anchor, **told(housed_at_referral=True)}
        entered = told(housed_at_referral=False, entered_accommodation_on=anchor)
        entered |= EARLY
        for so in (housed, entered):
            yield from least(due_on, "not_sustained_long_enough", lambda day, so=so: {**so, "achieved_on": day})


def engaged(terms: Terms) -> Iterator[Case]:
    """Three months from the first day, or discharge if that is sooner."""
    for anchor in (REFERRED_ON, LEAP_DAY, LAST_OF_NOVEMBER):
        enough_on = months_after(anchor, terms["months"])
        for facts in ({}, {"discharged_on": enough_on}, {"discharged_on": stepped(enough_on, 30)}):
            since = told(engaged_from_on=anchor, **facts)
            yield from least(
                enough_on, "engagement_too_short", lambda day, since=since: {**EARLY, **since, "achieved_on": day}
            )
        sooner = told(engaged_from_on=anchor, discharged_on=stepped(anchor, 9))
        yield from least(
            stepped(anchor, 9),
            "engagement_too_short",
            lambda day, sooner=sooner: {**EARLY, **sooner, "achieved_on": day},
        )


def supported(terms: Terms) -> Iterator[Case]:
    for anchor in (REFERRED_ON, LEAP_DAY, LAST_OF_NOVEMBER):
        started = {"referred_on": anchor, "service_started_on": anchor}
        yield from least(
            months_after(anchor, terms["months"]),
            "support_too_short",
            lambda day, started=started: {**started, "achieved_on": day},
        )


def in_work(terms: Terms, since: date, gap: int = 0, **but: Any) -> dict[str, Any]:
    return told(in_work_at_referral=True, in_work_since=since, longest_gap_days=gap, **but)


def long_in_work(terms: Terms) -> date:
    """In work for so long before the referral that it is stable, to the day."""
    return next(
        day
        for day in (stepped(REFERRED_ON, -by) for by in range(1, 2_000))
        if months_after(day, terms["months"]) <= REFERRED_ON
    )


def crisis(terms: Terms) -> Iterator[Case]:
    so = in_work(terms, long_in_work(terms), point_of_crisis=True) | {"evidence": evidence("payslip", "case-note")}
    yield Case("at", None, so, agreements=("crisis",))
    yield Case("below", "council_agreement_needed" if terms["crisis_needs_agreement"] else None, so)
    yield Case("above", None, so, agreements=("stable-employment",))


def self_employed(terms: Terms, hours: int) -> dict[str, Any]:
    return {**told(self_employed=True, self_employed_hours=hours, invoiced_pence=0), "evidence": evidence("invoice")}


def hours_worked(terms: Terms) -> Iterator[Case]:
    hours = terms["hours_per_week"] * terms["weeks"]
    return least(hours, "self_employment_too_little", lambda worked: self_employed(terms, worked))


def placed(terms: Terms, hours: int, on: date = ACHIEVED_ON) -> dict[str, Any]:
    return {
        **told(placement_started_on=ACHIEVED_ON - timedelta(weeks=terms["weeks"]), placement_hours=hours),
        "achieved_on": on,
    }


def second_entry(terms: Terms) -> Iterator[Case]:
    first = (a_claim_on_record(terms["first"], achieved_on=date(2020, 3, 2)),)
    so = {"referred_on": date(2019, 10, 1), "service_started_on": date(2019, 10, 1)}
    for case in least(
        date.fromisoformat(terms["not_before"]),
        "second_entry_too_early",
        lambda day: {**so, **told(employment_started_on=day, previous_employment_ended_on=date(2020, 5, 1))},
    ):
        yield Case(case.place, case.refused, case.but, on_record=first)


def dual_support(terms: Terms) -> Iterator[Case]:
    """By exception, shown by one of these plans and agreed by the council (BR-G14, A-24)."""

    def shown(plan: str) -> dict[str, Any]:
        so = told(in_temporary_supported_accommodation=True, dual_support_reason="high-risk")
        return so | {"evidence": evidence("landlord-letter", plan)}

    for case in listed(terms["plans"], "exception_not_evidenced", shown):
        yield Case(case.place, case.refused, case.but, agreements=("supported-accommodation",))


def confirmed(terms: Terms) -> Iterator[Case]:
    facts: dict[str, Any] = dict.fromkeys(terms["facts"], True)
    yield Case("at", None, told(**facts))
    for name in terms["facts"]:
        yield Case("below", "not_confirmed", told(**facts | {name: False}))
        yield Case("above", "fact_missing", told(**facts | {name: None}))


def fell(terms: Terms) -> Iterator[Case]:
    """Of 10,000 basis points: one event more than the threshold allows is too many."""
    allowed = 10_000 - terms["basis_points"]
    return most(allowed, "reduction_too_small", lambda events: compared(cohort_size=10_000, cohort_events=events))


CASES: Mapping[tuple[str, str], Callable[[Terms], Iterable[Case]]] = {
    ("assessment_came_after_initial", "months"): lambda terms: least(
        months_after(LEAP_DAY, terms["months"]), "assessed_too_early", lambda day: assessed(terms, terms["stage"], day)
    ),
    ("score_rose", "points"): lambda terms: least(
        terms["points"],
        "score_not_improved",
        lambda by: scored(terms["instrument"], "initial", terms["stage"], 20, 20 + by),
    ),
    ("score_fell", "points"): lambda terms: least(
        terms["points"], "score_not_improved", lambda by: scored(terms["instrument"], "referral", "later", 20, 20 - by)
    ),
    ("items_are_enough", "count"): lambda terms: least(
        terms["count"], "evidence_missing", lambda count: {"evidence": evidence(*[terms["item_kind"]] * count)}
    ),
    ("support_lasted", "months"): supported,
    ("finances_are_resilient", "months_paid"): lambda terms: least(
        terms["months_paid"], "arrears_not_in_hand", lambda paid: told(route="arrears", months_paid=paid)
    ),
    ("finances_are_resilient", "debt_pence"): lambda terms: most(
        terms["debt_pence"], "arrears_not_in_hand", lambda owed: told(route="arrears", debt_pence=owed)
    ),
    ("finances_are_resilient", "routes"): lambda terms: listed(
        terms["routes"], "route_unknown", lambda route: told(route=route, months_paid=terms["months_paid"])
    ),
    ("accommodation_was_sustained", "months"): sustained,
    ("home_was_not_temporary", "plans"): dual_support,
    ("code_is_one_of", "codes"): lambda terms: listed(
        terms["codes"], "code_unknown", lambda code: told(**{terms["fact"]: code})
    ),
    ("these_were_confirmed", "facts"): confirmed,
    ("number_is_enough", "least"): lambda terms: least(
        terms["least"], "number_too_low", lambda number: told(**{terms["fact"]: number})
    ),
    ("education_was_taken_up", "sessions"): lambda terms: least(
        terms["sessions"], "too_few_sessions", lambda sessions: told(sessions_attended=sessions)
    ),
    ("qualification_is_approved", "credits"): lambda terms: least(
        terms["credits"],
        "too_few_credits",
        lambda credits: told(ofqual_number="603/1", ofqual_level=terms["level"], credits=credits),
    ),
    ("qualification_is_approved", "level"): lambda terms: least(
        terms["level"],
        "level_too_low",
        lambda level: told(ofqual_number="603/1", ofqual_level=level, credits=terms["credits"]),
    ),
    ("earnings_reached_the_table", "employed_pence"): lambda terms: least(
        terms["employed_pence"], "earnings_too_low", lambda pence: told(earned_pence=pence)
    ),
    ("earnings_reached_the_table", "self_employed_pence"): lambda terms: least(
        terms["self_employed_pence"],
        "self_employment_too_little",
        lambda pence: {**told(self_employed=True, invoiced_pence=pence), "evidence": evidence("invoice")},
    ),
    ("earnings_reached_the_table", "hours_per_week"): hours_worked,
    ("earnings_reached_the_table", "weeks"): hours_worked,
    ("employment_was_not_stable_at_referral", "months"): lambda terms: least(
        stepped(long_in_work(terms), 1), "stable_employment", lambda since: in_work(terms, since)
    ),
    ("employment_was_not_stable_at_referral", "gap_days"): lambda terms: least(
        terms["gap_days"] + 1, "stable_employment", lambda gap: in_work(terms, long_in_work(terms), gap)
    ),
    ("employment_was_not_stable_at_referral", "crisis_needs_agreement"): crisis,
    ("earlier_employment_had_ended", "not_before"): second_entry,
    ("placement_lasted", "weeks"): lambda terms: least(
        ACHIEVED_ON,
        "placement_too_short",
        lambda day: placed(terms, terms["weeks"] * terms["hours_per_week"], day),
    ),
    ("placement_lasted", "hours_per_week"): lambda terms: least(
        terms["weeks"] * terms["hours_per_week"], "too_few_hours", lambda hours: placed(terms, hours)
    ),
    ("engagement_was_sustained", "months"): engaged,
    ("support_had_ended_before", "months"): lambda terms: least(
        months_after(LEAP_DAY, terms["months"]),
        "no_re_entry",
        lambda day: {**told(earlier_support_ended_on=LEAP_DAY), "referred_on": day},
    ),
    ("measure_was_set_beforehand", "days"): lambda terms: most(
        ACHIEVED_ON - timedelta(days=terms["days"]),
        "measure_set_too_late",
        lambda day: told(goal_is_the_participants_own=True, measure_set_on=day),
    ),
    ("cohort_is_large_enough", "people"): lambda terms: least(
        terms["people"], "cohort_too_small", lambda people: compared(cohort_size=people)
    ),
    ("events_fell_enough", "basis_points"): fell,
}


@dataclass(frozen=True, slots=True)
class Threshold:
    """A parameter of one rule of one outcome, on the first version of a card that says it just so."""

    programme: str
    card: RateCard = field(repr=False)
    rate: Rate = field(repr=False)
    terms: RuleTerms = field(repr=False)
    parameter: str

    def __str__(self) -> str:
        value = self.terms.parameters[self.parameter]
        said = " ".join(value) if isinstance(value, tuple) else value
        return f"{self.programme} {self.card.card} {self.card.version} {self.rate.code} {self.parameter}={said}"

    @property
    def key(self) -> tuple[str, str]:
        return self.terms.kind, self.parameter

    @property
    def cases(self) -> tuple[Case, ...]:
        return tuple(CASES[self.key](self.terms.parameters))


def cards_shipped() -> Iterator[tuple[str, RateCard]]:
    for folder in FOLDERS:
        for document in load_folder(folder).claims_part().documents():
            yield folder.name, read_rate_card(document)


CARDS = tuple(cards_shipped())
THRESHOLDS = tuple(
    Threshold(programme, card, rate, terms, parameter)
    for programme, card in CARDS
    for rate in card.rates.values()
    for terms in rate.rules
    for parameter in terms.parameters
    if parameter not in NAMES
)
RATES = tuple((programme, card, rate) for programme, card in CARDS for rate in card.rates.values())
each_threshold = pytest.mark.parametrize("threshold", [t for t in THRESHOLDS if t.key in CASES], ids=str)
each_rate = pytest.mark.parametrize(
    ("card", "rate"),
    [(card, rate) for _, card, rate in RATES],
    ids=[f"{p} {c.card} {c.version} {r.code}" for p, c, r in RATES],
)


def test_every_threshold_on_a_card_has_its_cases_and_every_case_a_threshold() -> None:
    assert {threshold.key for threshold in THRESHOLDS} == set(CASES)


@each_threshold
def test_it_is_met_at_the_threshold_and_not_on_its_other_side(threshold: Threshold) -> None:
    cases = threshold.cases

    assert {case.place for case in cases} == {"below", "at", "above"}
    for case in cases:
        outcome = an_outcome(**{"code": threshold.rate.code, **case.but})
        question = Question(outcome, threshold.card, threshold.rate, TODAY, case.on_record, frozenset(case.agreements))
        check = ask(KINDS[threshold.terms.kind], question, **threshold.terms.parameters)

        assert (None if check.verdict == "pass" else check.code) == case.refused, case
        assert case.refused is None or check.remedy, case


OF_KBOP = tuple(
    threshold
    for threshold in THRESHOLDS
    if threshold.programme == "kbop" and threshold.card.in_force_on(ACHIEVED_ON) and threshold.key in CASES
)


@pytest.mark.parametrize("threshold", OF_KBOP, ids=str)
def test_at_its_threshold_nothing_else_stands_against_an_outcome_of_annex_a(threshold: Threshold) -> None:
    """The whole assessment of an outcome that is good but for this: the one refusal, or none."""
    good = {**GENERIC, **PDAP} if threshold.card.card == "pdap" else GENERIC
    for case in threshold.cases:
        but = dict(case.but)
        if not threshold.card.in_force_on(but.get("achieved_on", ACHIEVED_ON)):
            continue  # months from a leap day end under an earlier version
        if "evidence" in but and threshold.terms.kind != "items_are_enough":
            but["evidence"] = (*but["evidence"], *evidence(*good[threshold.rate.code]["evidence"]))
        outcome = a_good_outcome(threshold.card.card, threshold.rate.code, **but)
        earlier = case.on_record or tuple(claim for claim in FIRSTS if claim.outcome != outcome.code)
        found = codes(judged_after(outcome, *earlier, card=threshold.card.card, agreements=case.agreements))

        assert set(found) == ({case.refused} if case.refused else set()), case


@each_rate
def test_it_is_claimed_so_often_and_once_more_is_too_often(card: RateCard, rate: Rate) -> None:
    """BR-G1, BR-G2: whatever the slots."""
    rule = next(rule for rule in ALWAYS if rule.name == "limit_is_not_reached")
    for before in range(rate.limit + 1):
        others = tuple(a_claim_on_record(rate.code, slot=f"other-{number}") for number in range(before))
        check = ask(rule, Question(an_outcome(code=rate.code, slot=rate.slots[0]), card, rate, TODAY, others))

        assert (check.code == "limit_reached") is (before == rate.limit)


@each_rate
def test_it_is_claimed_in_its_slots_once_each_and_in_no_other(card: RateCard, rate: Rate) -> None:
    on, once = (
        next(rule for rule in ALWAYS if rule.name == name)
        for name in ("slot_is_on_the_rate_card", "outcome_is_claimed_once")
    )
    for slot in rate.slots:
        earlier = (a_claim_on_record(rate.code, slot=slot),)
        outcome = an_outcome(code=rate.code, slot=slot)

        assert ask(on, Question(outcome, card, rate, TODAY)).verdict == "pass"
        assert ask(once, Question(outcome, card, rate, TODAY)).verdict == "pass"
        assert ask(once, Question(outcome, card, rate, TODAY, earlier)).code == "already_claimed"
    assert ask(on, Question(an_outcome(code=rate.code, slot="of-no-card"), card, rate, TODAY)).code == "slot_unknown"


@each_rate
def test_one_claim_counts_from_one_to_so_many(card: RateCard, rate: Rate) -> None:
    """M-09."""
    rule = next(rule for rule in ALWAYS if rule.name == "quantity_is_in_the_rates_unit")
    counted = {0: "quantity_beyond_one_claim", 1: None, rate.most_per_claim: None}
    for quantity, refused in (counted | {rate.most_per_claim + 1: "quantity_beyond_one_claim"}).items():
        check = ask(rule, Question(an_outcome(quantity=quantity, unit=rate.unit), card, rate, TODAY))

        assert (None if check.verdict == "pass" else check.code) == refused


@each_rate
def test_so_many_units_are_paid_and_the_next_is_not(card: RateCard, rate: Rate) -> None:
    """M-03: nothing where the card sets no such limit."""
    if rate.paid_units is None:
        assert unpaid_units(None, rate.most_per_claim, 1_000_000) == 0
        return
    assert [unpaid_units(rate.paid_units, 1, rate.paid_units + by) for by in (-1, 0, 1)] == [0, 1, 1]
