"""A receipt is for these very facts under these very rules: nothing a rule reads is left out of it."""

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from uuid_utils.compat import uuid7

from claims.domain.eligibility import Basis, assess
from claims.domain.receipt import MAY_CHANGE, hash_of_facts, receipt_for, receipt_holds, refusals_it_forbids
from rulebook.equivalent import Equivalent
from rulebook.fact import Facts, FactValue
from rulebook.kinds import ALWAYS, KINDS
from rulebook.outcome import AssessmentResult, EvidenceItem, Outcome, PlanInForce
from rulebook.refusal import Refusal
from tests.claims.builders import TODAY, a_card, a_plan, a_rate, an_assessment, an_outcome, evidence
from tests.claims.code import names_read

RULES = {kind: rule.decide for kind, rule in (*((rule.kind, type(rule)) for rule in ALWAYS), *KINDS.items())}
UNREAD = {"outcome_id", "revision", "subject_id", "sha256", "plan_id"}
"""What no rule over facts reads; the record is looked up by some of it."""
IDS = {"item_id", "assessment_id"}
"""Read to tell items apart, or to name them: another id is no other fact."""

ITEM = EvidenceItem(uuid7(), "tenancy-agreement", "0" * 64, date(2022, 9, 1))
WHOLE = an_outcome(
    evidence=(ITEM,), facts={"ground": "homeless"}, assessments=(an_assessment("dash", "referral", 14),), plan=a_plan()
)
OTHER: dict[str, Any] = {
    "code": "ACC_3M",
    "slot": "first",
    "subject_kind": "family",
    "provider_id": "horton",
    "quantity": 2,
    "unit": "week",
    "kind": "safety",
    "instrument": "power-form",
    "stage": "later",
    "score": 15,
    "evidence": (),
    "facts": Facts({"ground": "prison"}),
    "assessments": (),
    "plan": None,
}
ANOTHER_DAY = date(2022, 8, 31)
RULING = Equivalent("ACC_PREV", "video-letter", "tenancy-agreement")


def names_of(kind: type[Any]) -> list[str]:
    return [each.name for each in fields(kind) if each.name not in UNREAD | IDS]


def other(name: str) -> Any:
    return OTHER.get(name, ANOTHER_DAY)


@pytest.mark.parametrize("name", names_of(Outcome))
def test_another_outcome_has_another_hash(name: str) -> None:
    assert hash_of_facts(replace(WHOLE, **{name: other(name)})) != hash_of_facts(WHOLE)


@pytest.mark.parametrize("name", names_of(EvidenceItem))
def test_another_item_has_another_hash(name: str) -> None:
    changed = replace(ITEM, **{name: other(name)})

    assert hash_of_facts(replace(WHOLE, evidence=(changed,))) != hash_of_facts(WHOLE)


@pytest.mark.parametrize("name", names_of(AssessmentResult))
def test_another_result_has_another_hash(name: str) -> None:
    changed = replace(WHOLE.assessments[0], **{name: other(name)})

    assert hash_of_facts(replace(WHOLE, assessments=(changed,))) != hash_of_facts(WHOLE)


@pytest.mark.parametrize("name", names_of(PlanInForce))
def test_another_plan_has_another_hash(name: str) -> None:
    assert WHOLE.plan is not None
    changed = replace(WHOLE.plan, **{name: other(name)})

    assert hash_of_facts(replace(WHOLE, plan=changed)) != hash_of_facts(WHOLE)


def test_another_fact_has_another_hash() -> None:
    told: tuple[dict[str, FactValue], ...] = (
        {},
        {"told": True},
        {"told": False},
        {"told": 1},
        {"told": 0},
        {"told": "x"},
        {"other": True},
    )

    assert len({hash_of_facts(an_outcome(facts=each)) for each in told}) == len(told)


def test_what_is_left_out_of_the_hash_is_read_by_no_rule_over_facts() -> None:
    read = frozenset[str]().union(*(names_read(decide) for name, decide in RULES.items() if name not in MAY_CHANGE))

    assert not read & UNREAD


def test_whoever_gave_ids_the_facts_are_the_same() -> None:
    renamed = replace(
        WHOLE,
        outcome_id=uuid7(),
        subject_id=uuid7(),
        evidence=(replace(ITEM, item_id=uuid7()),),
        assessments=(replace(WHOLE.assessments[0], assessment_id=uuid7()),),
    )

    assert hash_of_facts(renamed) == hash_of_facts(WHOLE)


def test_an_item_named_twice_is_one_item() -> None:
    twice, two = replace(WHOLE, evidence=(ITEM, ITEM)), replace(WHOLE, evidence=(ITEM, replace(ITEM, item_id=uuid7())))

    assert hash_of_facts(twice) == hash_of_facts(WHOLE) != hash_of_facts(two)


def test_every_rule_that_looks_at_the_record_is_said_to_change() -> None:
    looking = {name for name, decide in RULES.items() if names_read(decide) & {"live_claims", "on_record"}}

    assert looking == MAY_CHANGE


def test_a_receipt_names_the_rulings_it_rests_on_and_falls_with_them() -> None:
    card, outcome = a_card(a_rate()), an_outcome(evidence=evidence("video-letter"))
    of_another_kind = Equivalent("ACC_PREV", "voice-letter", "tenancy-agreement")

    receipt = receipt_for(outcome, assess(outcome, card, Basis(TODAY, precedents=(RULING, of_another_kind))), TODAY)

    assert receipt.rules == "generic test, video-letter as tenancy-agreement"
    assert receipt_holds(receipt, outcome, card, (RULING, of_another_kind), TODAY) is None
    fallen = receipt_holds(receipt, outcome, card, (of_another_kind,), TODAY)
    assert fallen is not None
    assert fallen.code == "rules_changed"


@pytest.mark.parametrize("code", ["unit_of_another_kind", "subject_of_another_kind", "quantity_beyond_one_claim"])
def test_subject_unit_and_quantity_that_passed_are_promised(code: str) -> None:
    card, outcome = a_card(a_rate(unit="week", subject="family")), an_outcome(unit="week", subject_kind="family")
    receipt = receipt_for(outcome, assess(outcome, card, Basis(TODAY)), TODAY)
    refusal = Refusal(code, "It is another.", "Record it so.")

    assert refusals_it_forbids(receipt, outcome, card, [refusal]) == (refusal,)
