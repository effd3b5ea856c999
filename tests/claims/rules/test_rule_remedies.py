"""What to do instead, said with every refusal of a rule, is done; the rule then lets the outcome pass."""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from claims.domain.eligibility import Basis, assess
from rulebook.answers import NO_ANSWERS, Answers
from rulebook.claims_on_record import ClaimOnRecord
from rulebook.kinds import KINDS
from rulebook.rate_card import EvidenceRule
from tests.claims.builders import (
    ACHIEVED_ON,
    REFERRED_ON,
    STARTED_ON,
    TODAY,
    a_card,
    a_claim_on_record,
    a_plan,
    a_rate,
    an_assessment,
    an_outcome,
    codes,
    evidence,
)

RULEBOOK = Path("libs/rulebook/src/rulebook")
JUDGING = Path("services/claims/src/claims/domain/eligibility.py")
STAR = {"instrument": "homelessness-star"}
FIRST = an_assessment("homelessness-star", "initial", 20)
EARLY = date(2021, 2, 10)
ENTRY = {"first": "EMP_ENTRY", "not_before": "2020-04-01"}
COHORT = {"cohort_size": 1_000, "cohort_events": 100, "comparison_size": 1_000, "comparison_events": 200}
HMRC = frozenset({"hmrc-check"})
SELF_CERTIFIED = EvidenceRule(any_of=frozenset({"self-certification", "payslip"}))


@dataclass(frozen=True, slots=True)
class Told:
    """A code, what its remedy says, what of the outcome brings it about, and what of it is another once it is done."""

    code: str
    says: str
    wrong: Mapping[str, Any]
    right: Mapping[str, Any] = field(default_factory=dict[str, Any])
    rule: str | None = None
    terms: Mapping[str, Any] = field(default_factory=dict[str, Any])
    rate: Mapping[str, Any] = field(default_factory=dict[str, Any])
    before: tuple[ClaimOnRecord, ...] = ()
    then: tuple[ClaimOnRecord, ...] = ()
    """What is on record before and after."""
    agreed: tuple[str, ...] = ()
    """What the council has agreed to afterwards."""
    asked: Answers = NO_ANSWERS
    then_answered: Answers = NO_ANSWERS
    """What sources answered before and after."""

    def judged(
        self,
        but: Mapping[str, Any],
        on_record: Sequence[ClaimOnRecord],
        agreed: Sequence[str] = (),
        said: Answers = NO_ANSWERS,
    ) -> Any:
        rules = (KINDS[self.rule].read(self.terms),) if self.rule else ()
        card = a_card(a_rate(rules=rules, **self.rate))
        return assess(an_outcome(**but), card, Basis(TODAY, tuple(on_record), frozenset(agreed), answers=said))


def facts(**told: Any) -> dict[str, Any]:
    return {"facts": told}


def of(rule: str, **terms: Any) -> dict[str, Any]:
    return {"rule": rule, "terms": terms}


def shown(*kinds: str, **but: Any) -> dict[str, Any]:
    return {"evidence": evidence(*kinds), **but}


SUSTAINED, MOVES = of("accommodation_was_sustained", months=3), of("every_move_was_planned")
TEMPORARY = of("home_was_not_temporary", plans=("risk-plan", "safety-plan"))
IN_REFUGE = {"in_temporary_supported_accommodation": True}
STABLE = of("employment_was_not_stable_at_referral", months=6, gap_days=14, crisis_needs_agreement=True)
IN_WORK = {"in_work_at_referral": True, "in_work_since": date(2019, 1, 1)}
CRISIS = IN_WORK | {"point_of_crisis": True}
EARNINGS = of("earnings_reached_the_table", employed_pence=100, self_employed_pence=100, hours_per_week=16, weeks=13)
SECOND = of("earlier_employment_had_ended", **ENTRY)
SECOND_JOB = {"employment_started_on": date(2022, 8, 1), "previous_employment_ended_on": date(2022, 5, 31)}
QUALIFIED = {"ofqual_number": "603/1234/5", "ofqual_level": 2, "ofqual_subject": "catering", "credits": 9}
AN_ENTRY = a_claim_on_record("EMP_ENTRY")
SAME = a_claim_on_record("ACC_PREV", slot="first", facts=QUALIFIED)
TWICE = {"slots": ("first", "second"), "limit": 2}
WEEKS = {"unit": "week", "most_per_claim": 13, "slots": ("1", "2"), "limit": 2}
A_QUARTER = a_claim_on_record(
    "ACC_PREV", slot="1", achieved_on=date(2022, 6, 1), facts={"period_began_on": date(2022, 3, 2)}
)

FOLLOWED = (
    Told("achieved_in_future", "Correct the date", {"achieved_on": date(2023, 1, 2)}, {"achieved_on": TODAY}),
    Told(
        "achieved_before_referral",
        "Correct the date",
        {"achieved_on": date(2021, 1, 31)},
        {"achieved_on": REFERRED_ON},
    ),
    Told(
        "evidence_dated_ahead",
        "Correct the date of the item",
        {"evidence": evidence("tenancy-agreement", dated_on=date(2023, 1, 2))},
        {"evidence": evidence("tenancy-agreement", dated_on=TODAY)},
    ),
    Told("evidence_missing", "Attach any one of: tenancy-agreement", shown(), shown("tenancy-agreement")),
    Told(
        "evidence_missing",
        "Attach: letter",
        shown("tenancy-agreement"),
        shown("tenancy-agreement", "letter"),
        rate={"evidence": EvidenceRule(all_of=("letter",))},
    ),
    Told(
        "evidence_missing",
        "business-plan counts once this is recorded: self employed",
        shown("business-plan"),
        shown("business-plan", **facts(self_employed=True)),
        rate={
            "evidence": EvidenceRule(any_of=frozenset({"business-plan"}), only_if={"business-plan": "self_employed"})
        },
    ),
    Told(
        "evidence_missing",
        "Attach 1 more of this kind: dash-form",
        shown("tenancy-agreement", "dash-form"),
        shown("tenancy-agreement", "dash-form", "dash-form"),
        **of("items_are_enough", item_kind="dash-form", count=2),
    ),
    Told(
        "evidence_missing",
        "Attach: completed-toolkit",
        facts(unaccredited=True),
        shown("tenancy-agreement", "completed-toolkit", **facts(unaccredited=True)),
        **of("education_was_taken_up", sessions=2),
    ),
    Told(
        "evidence_missing",
        "Ask the Council to record what the source answers: hmrc-check",
        shown("hmrc-check"),
        rate={"evidence": EvidenceRule(any_of=("hmrc-check",))},
        asked=Answers(HMRC),
        then_answered=Answers(HMRC, HMRC),
    ),
    Told(
        "accompanying_evidence_missing",
        "Attach any one of: letter",
        {},
        shown("tenancy-agreement", "letter"),
        rate={"evidence": EvidenceRule(any_of=frozenset({"tenancy-agreement"}), plus=frozenset({"letter"}))},
    ),
    Told(
        "self_certification_alone",
        "Cite a case note",
        shown("self-certification"),
        shown("self-certification", "case-note"),
        rate={"evidence": SELF_CERTIFIED},
    ),
    Told(
        "self_certification_not_substantiated",
        "or attach other evidence",
        shown("self-certification", "case-note"),
        shown("self-certification", "payslip"),
        rate={"evidence": SELF_CERTIFIED},
        **of("self_certified_employment_is_detailed"),
    ),
    Told(
        "self_certification_not_substantiated",
        "Record employer, role, start date and salary and cite the case note",
        shown("self-certification", "case-note"),
        shown(
            "self-certification",
            "case-note",
            **facts(
                employer_recorded=True, role_recorded=True, salary_recorded=True, employment_started_on=date(2022, 8, 1)
            ),
        ),
        rate={"evidence": SELF_CERTIFIED},
        **of("self_certified_employment_is_detailed"),
    ),
    Told("slot_unknown", "Record it as one of: only", {"slot": "second"}, {"slot": "only"}),
    Told(
        "subject_of_another_kind",
        "Record it for a participant",
        {"subject_kind": "family"},
        {"subject_kind": "participant"},
    ),
    Told("unit_of_another_kind", "of this unit were achieved: outcome", {"unit": "week"}, {"unit": "outcome"}),
    Told("quantity_beyond_one_claim", "Record at most 1 in one outcome", {"quantity": 2}, {"quantity": 1}),
    Told("fact_missing", "Record the answer", {}, facts(every_move_planned=True), **MOVES),
    Told(
        "prerequisite_missing",
        "Evidence WB_INITIAL first",
        {},
        then=(a_claim_on_record("WB_INITIAL", state="raised"),),
        **of("prerequisite_is_claimed", prerequisite="WB_INITIAL"),
    ),
    Told(
        "already_claimed",
        "this one is then taken up again",
        {},
        before=(a_claim_on_record("ACC_PREV"),),
        then=(a_claim_on_record("ACC_PREV", taken_back=True),),
    ),
    Told(
        "entry_before_referral",
        "Correct the date of entry",
        facts(housed_at_referral=False, entered_accommodation_on=date(2021, 1, 31)),
        facts(housed_at_referral=False, entered_accommodation_on=date(2021, 2, 28)),
        **SUSTAINED,
    ),
    Told(
        "not_sustained_long_enough",
        "Claim it for a date from 2021-05-01",
        {"achieved_on": date(2021, 4, 30), **facts(housed_at_referral=True)},
        {"achieved_on": date(2021, 5, 1), **facts(housed_at_referral=True)},
        **SUSTAINED,
    ),
    Told(
        "not_sustained_long_enough",
        "Claim it for a date from 2022-10-01",
        facts(housed_at_referral=True, resettled_on=date(2022, 7, 1)),
        {"achieved_on": date(2022, 10, 1), **facts(housed_at_referral=True, resettled_on=date(2022, 7, 1))},
        **SUSTAINED,
    ),
    Told(
        "unplanned_move",
        "record when they were resettled",
        facts(every_move_planned=False),
        facts(every_move_planned=True, resettled_on=date(2022, 3, 1)),
        **MOVES,
    ),
    Told(
        "temporary_accommodation",
        "record why dual support is needed and attach the plan",
        facts(**IN_REFUGE),
        shown("tenancy-agreement", "safety-plan", **facts(**IN_REFUGE, dual_support_reason="complex")),
        agreed=("supported-accommodation",),
        **TEMPORARY,
    ),
    Told(
        "exception_not_evidenced",
        "Attach one of: risk-plan, safety-plan",
        facts(**IN_REFUGE, dual_support_reason="complex"),
        shown("tenancy-agreement", "risk-plan", **facts(**IN_REFUGE, dual_support_reason="complex")),
        agreed=("supported-accommodation",),
        **TEMPORARY,
    ),
    Told(
        "council_agreement_needed",
        "its agreement on the claim: supported-accommodation",
        shown("tenancy-agreement", "risk-plan", **facts(**IN_REFUGE, dual_support_reason="complex")),
        shown("tenancy-agreement", "risk-plan", **facts(**IN_REFUGE, dual_support_reason="complex")),
        agreed=("supported-accommodation",),
        **TEMPORARY,
    ),
    Told(
        "entry_after_outcome",
        "Correct whichever date is wrong",
        facts(employment_started_on=date(2022, 9, 2)),
        facts(employment_started_on=ACHIEVED_ON),
        **of("entry_followed_service_start", fact="employment_started_on"),
    ),
    Told(
        "entry_before_service",
        "Correct the date if it is wrong",
        facts(employment_started_on=date(2021, 2, 2)),
        facts(employment_started_on=STARTED_ON),
        **of("entry_followed_service_start", fact="employment_started_on"),
    ),
    Told(
        "support_too_short",
        "Claim it for a date from 2021-05-03",
        {"achieved_on": date(2021, 5, 2)},
        {"achieved_on": date(2021, 5, 3)},
        **of("support_lasted", months=3),
    ),
    Told(
        "employment_not_begun",
        "attended the first day",
        facts(offer_accepted=True, first_day_attended=False),
        facts(offer_accepted=True, first_day_attended=True),
        **of("employment_had_begun"),
    ),
    Told(
        "no_contract",
        "record that one is in place",
        facts(contract_in_place=False),
        facts(contract_in_place=True),
        **of("contract_was_in_place"),
    ),
    Told(
        "no_contract",
        "Attach the contract",
        facts(contract_in_place=False),
        shown("tenancy-agreement", "employment-contract"),
        **of("contract_was_in_place"),
    ),
    Told("earnings_too_low", "when accumulated gross", facts(earned_pence=99), facts(earned_pence=100), **EARNINGS),
    Told(
        "self_employment_too_little",
        "or 208 hours worked",
        facts(self_employed=True, self_employed_hours=207),
        facts(self_employed=True, self_employed_hours=208),
        **EARNINGS,
    ),
    Told(
        "stable_employment",
        "agrees on the claim (stable-employment)",
        facts(**IN_WORK),
        facts(**IN_WORK),
        agreed=("stable-employment",),
        **STABLE,
    ),
    Told(
        "stable_employment",
        "record that and cite the case note",
        facts(**IN_WORK),
        shown("tenancy-agreement", "case-note", **facts(**CRISIS)),
        agreed=("crisis",),
        **STABLE,
    ),
    Told(
        "exception_not_evidenced",
        "Cite the case note",
        facts(**CRISIS),
        shown("tenancy-agreement", "case-note", **facts(**CRISIS)),
        agreed=("crisis",),
        **STABLE,
    ),
    Told(
        "council_agreement_needed",
        "its agreement on the claim: crisis",
        shown("tenancy-agreement", "case-note", **facts(**CRISIS)),
        shown("tenancy-agreement", "case-note", **facts(**CRISIS)),
        agreed=("crisis",),
        **STABLE,
    ),
    Told(
        "first_entry_missing",
        "claimed as EMP_ENTRY",
        facts(**SECOND_JOB),
        facts(**SECOND_JOB),
        then=(AN_ENTRY,),
        **SECOND,
    ),
    Told(
        "second_entry_too_early",
        "began on 2020-04-01 or later",
        facts(**SECOND_JOB | {"employment_started_on": date(2020, 3, 31)}),
        facts(**SECOND_JOB),
        before=(AN_ENTRY,),
        then=(AN_ENTRY,),
        **SECOND,
    ),
    Told(
        "same_employment",
        "2021-04-01 or later, before 2022-08-01",
        facts(**SECOND_JOB | {"previous_employment_ended_on": date(2022, 8, 1)}),
        facts(**SECOND_JOB | {"previous_employment_ended_on": date(2022, 7, 31)}),
        before=(AN_ENTRY,),
        then=(AN_ENTRY,),
        **SECOND,
    ),
    Told(
        "too_few_sessions",
        "first 2 sessions",
        facts(sessions_attended=1),
        facts(sessions_attended=2),
        **of("education_was_taken_up", sessions=2),
    ),
    Told(
        "level_too_low",
        "Level 2 or above",
        facts(**QUALIFIED | {"ofqual_level": 1}),
        facts(**QUALIFIED),
        **of("qualification_is_approved", credits=6, level=2),
    ),
    Told(
        "too_few_credits",
        "when 6 credits are earned",
        facts(**QUALIFIED | {"credits": 5}),
        facts(**QUALIFIED | {"credits": 6}),
        **of("qualification_is_approved", credits=6, level=2),
    ),
    Told(
        "same_qualification",
        "a higher level or in a different subject",
        {"slot": "second", **facts(**QUALIFIED)},
        {"slot": "second", **facts(**QUALIFIED | {"ofqual_subject": "plumbing"})},
        rate=TWICE,
        before=(SAME,),
        then=(SAME,),
        **of("second_qualification_differs"),
    ),
    Told(
        "placement_too_short",
        "Claim it for a date from 2022-09-12",
        facts(placement_started_on=date(2022, 8, 1), placement_hours=36),
        {"achieved_on": date(2022, 9, 12), **facts(placement_started_on=date(2022, 8, 1), placement_hours=36)},
        **of("placement_lasted", weeks=6, hours_per_week=6),
    ),
    Told(
        "too_few_hours",
        "when 36 hours",
        facts(placement_started_on=date(2022, 1, 1), placement_hours=35),
        facts(placement_started_on=date(2022, 1, 1), placement_hours=36),
        **of("placement_lasted", weeks=6, hours_per_week=6),
    ),
    Told(
        "service_not_accessed",
        "when the service has accepted",
        facts(already_receiving_service=False, accepted_by_service=False),
        facts(already_receiving_service=False, accepted_by_service=True),
        **of("service_was_accessed"),
    ),
    Told(
        "engagement_too_short",
        "on discharge if that is sooner",
        facts(engaged_from_on=date(2022, 8, 1)),
        facts(engaged_from_on=date(2022, 8, 1), discharged_on=date(2022, 8, 20)),
        **of("engagement_was_sustained", months=3),
    ),
    Told(
        "route_unknown",
        "Record one of: arrears, income",
        facts(route="lottery"),
        facts(route="income"),
        **of("finances_are_resilient", routes=("income", "arrears"), months_paid=2, debt_pence=34_175),
    ),
    Told(
        "arrears_not_in_hand",
        "when the debt is £341.75 or less",
        facts(route="arrears", debt_pence=34_176, months_paid=1),
        facts(route="arrears", debt_pence=34_175, months_paid=1),
        **of("finances_are_resilient", routes=("income", "arrears"), months_paid=2, debt_pence=34_175),
    ),
    Told(
        "plan_not_agreed",
        "Agree the support plan, and claim it for a date from the day",
        {"plan": a_plan(agreed_on=date(2022, 9, 2))},
        {"plan": a_plan(agreed_on=date(2022, 9, 2)), "achieved_on": date(2022, 9, 2)},
        **of("plan_was_agreed", plan="support"),
    ),
    Told(
        "assessment_missing",
        "Record the initial assessment and its score",
        {},
        {"assessments": (FIRST,)},
        **of("assessment_was_made", stage="initial", **STAR),
    ),
    Told(
        "assessed_too_early",
        "Assess again on or after 2021-05-03, and claim it for a date from then",
        {"assessments": (FIRST, an_assessment("homelessness-star", "second", 20, date(2021, 5, 2)))},
        {"assessments": (FIRST, an_assessment("homelessness-star", "second", 20, date(2021, 5, 3)))},
        **of("assessment_came_after_initial", stage="second", months=3, **STAR),
    ),
    Told(
        "score_not_improved",
        "when a later assessment shows",
        {"assessments": (FIRST, an_assessment("homelessness-star", "second", 21))},
        {"assessments": (FIRST, an_assessment("homelessness-star", "second", 22))},
        **of("score_rose", stage="second", points=2, **STAR),
    ),
    Told(
        "score_not_improved",
        "when a later assessment shows",
        {"assessments": (an_assessment("dash", "referral", 14), an_assessment("dash", "later", 13))},
        {"assessments": (an_assessment("dash", "referral", 14), an_assessment("dash", "later", 12))},
        **of("score_fell", instrument="dash", points=2),
    ),
    Told(
        "weeks_not_passed",
        "or claim fewer",
        {"slot": "1", "quantity": 13, "unit": "week", **facts(period_began_on=date(2022, 8, 1))},
        {"slot": "1", "quantity": 4, "unit": "week", **facts(period_began_on=date(2022, 8, 1))},
        rate=WEEKS,
        **of("weeks_have_passed"),
    ),
    Told(
        "weeks_counted_before",
        "Begin on the day on which the earlier claim ends",
        {"slot": "2", "unit": "week", **facts(period_began_on=date(2022, 5, 31))},
        {"slot": "2", "unit": "week", **facts(period_began_on=date(2022, 6, 1))},
        rate=WEEKS,
        before=(A_QUARTER,),
        then=(A_QUARTER,),
        **of("weeks_are_counted_once"),
    ),
    Told(
        "not_confirmed",
        "when this is so: goal met",
        facts(goal_met=False),
        facts(goal_met=True),
        **of("these_were_confirmed", facts=("goal_met",)),
    ),
    Told(
        "code_unknown",
        "Record one of: civil, criminal",
        facts(order="imagined"),
        facts(order="civil"),
        **of("code_is_one_of", fact="order", codes=("criminal", "civil")),
    ),
    Told(
        "number_too_low",
        "Claim it with 6 or more",
        facts(attempts=5),
        facts(attempts=6),
        **of("number_is_enough", fact="attempts", least=6),
    ),
    Told(
        "goal_of_another",
        "Claim a goal that the participant set",
        facts(goal_is_the_participants_own=False, measure_set_on=EARLY),
        facts(goal_is_the_participants_own=True, measure_set_on=EARLY),
        **of("measure_was_set_beforehand", days=14),
    ),
    Told(
        "measure_set_too_late",
        "Agree the next goal",
        facts(goal_is_the_participants_own=True, measure_set_on=date(2022, 8, 31)),
        {
            "achieved_on": date(2022, 9, 14),
            **facts(goal_is_the_participants_own=True, measure_set_on=date(2022, 8, 31)),
        },
        **of("measure_was_set_beforehand", days=14),
    ),
    Told(
        "cohort_too_small",
        "with 1000 people or more",
        facts(**COHORT | {"cohort_size": 999}),
        facts(**COHORT),
        **of("cohort_is_large_enough", people=1_000),
    ),
    Told(
        "not_what_was_avoided",
        "Record 100",
        {"quantity": 99, **facts(**COHORT)},
        {"quantity": 100, **facts(**COHORT)},
        rate={"most_per_claim": 1_000},
        **of("quantity_is_what_was_avoided"),
    ),
    Told(
        "not_what_was_avoided",
        "Record 100",
        {"quantity": 99, **facts(**COHORT)},
        {"quantity": 100, **facts(**COHORT)},
        rate={"most_per_claim": 1_000},
        **of("quantity_is_what_is_left_to_pay", paid_as="POOLED"),
    ),
    Told(
        "not_on_rate_card",
        "check the code and the date",
        {"code": "ACC_3M"},
        {"code": "ACC_PREV"},
    ),
)
"""Every remedy that can be followed with the outcome itself."""

ENDS = {
    "limit_reached": "nothing more can be claimed",
    "reduction_too_small": "the cohort pays nothing alone",
    "no_re_entry": "the earlier support goes on",
    "contact_not_agreed": "nothing can be claimed for them",
    "achieved_after_support": "the programme does not pay for it",
    "already_receiving_service": "another outcome is claimed instead: MH_SUST and DRUG_SUST are on the card",
}
"""Where nothing makes it payable, the remedy says so, or names what is claimed instead."""


@pytest.mark.row("S-78")
@pytest.mark.parametrize("told", FOLLOWED, ids=[f"{told.code}: {told.says}" for told in FOLLOWED])
def test_what_a_rule_says_to_do_makes_the_outcome_claimable(told: Told) -> None:
    before = told.judged(told.wrong, told.before, said=told.asked)

    assert told.code in codes(before)
    assert any(told.says in refusal.remedy for refusal in before.refusals if refusal.code == told.code)
    assert codes(told.judged({**told.wrong, **told.right}, told.then, told.agreed, told.then_answered)) == []


def test_every_refusal_of_a_rule_has_its_remedy_followed_or_says_that_it_is_the_end() -> None:
    followed = {told.code for told in FOLLOWED}

    assert set(written()) == followed | ENDS.keys()
    assert not followed & ENDS.keys()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_rule_has_its_case(kind: str) -> None:
    """One that is followed, unless all it can say is that nothing makes the outcome payable."""
    source = inspect.getsource(KINDS[kind])
    said = set(re.findall(r'Refusal\(\s*"(\w+)"', source))

    assert kind in {told.rule for told in FOLLOWED} or (said and said <= ENDS.keys())


def written() -> Iterator[str]:
    """The codes that rules say no with, as they stand in the code."""
    for module in (*RULEBOOK.glob("kinds/*.py"), RULEBOOK / "evidence.py", JUDGING):
        for node in ast.walk(ast.parse(module.read_text())):
            match node:
                case ast.Call(func=ast.Name("Refusal"), args=[ast.Constant(str(code)), *_]):
                    yield code
                case ast.Call(func=ast.Name("one_of"), args=[_, _, ast.Constant(str(code))]):
                    yield code
                case _:
                    pass
