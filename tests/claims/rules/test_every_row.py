"""Every row of the shipped cards, by what they have in common."""

import inspect
from dataclasses import replace
from typing import get_args

import pytest

from claims.domain.eligibility import ALWAYS, KINDS
from programme import facts_asked
from programme.rule import AnyTerms
from tests.claims.builders import CARDS, EVERY_ROW, KBOP, a_claim_on_record, a_good_outcome, codes, judged

each_row = pytest.mark.parametrize(("card", "code"), EVERY_ROW)

ANNEX_A = frozenset(
    [
        "WB_INITIAL",
        "WB_2",
        "WB_3",
        "WB_IMP_12",
        "WB_IMP_13",
        "FIN_RES",
        "DA_RISK",
        "DA_LEGAL",
        "DA_INDEP",
        "STAT_ORDER",
        "ACC_PREV",
        "ACC_3M",
        "ACC_6M",
        "ACC_12M",
        "ACC_18M",
        "EDU_ENTRY",
        "OFQ_PART",
        "OFQ_FULL",
        "EMP_ENTRY",
        "EMP_6_5W",
        "EMP_13W",
        "EMP_26W",
        "VOL_ENTRY",
        "VOL_6W",
        "SVC_ACCESS",
        "MH_SUST",
        "DRUG_SUST",
        "EMP_ENTRY_2",
    ]
)


@pytest.mark.row("S-69")
def test_the_cards_hold_the_twenty_eight_outcomes_of_the_contract() -> None:
    assert {code for _, code in EVERY_ROW} == ANNEX_A


@pytest.mark.row("S-69")
def test_only_the_two_published_prices_are_not_marked_as_ours() -> None:
    published = {
        (rate.code, rate.price_pence) for card in CARDS for rate in card.rates.values() if not rate.illustrative
    }

    assert published == {("EMP_ENTRY", 50_000), ("EMP_26W", 220_000)}


@each_row
def test_a_well_evidenced_outcome_passes_every_rule(card: str, code: str) -> None:
    assessment = judged(a_good_outcome(card, code), card)

    assert codes(assessment) == []
    assert assessment.ready
    assert len(assessment.checks) >= len(ALWAYS) + 1


@each_row
def test_nothing_is_claimed_without_evidence(card: str, code: str) -> None:
    assert "evidence_missing" in codes(judged(a_good_outcome(card, code, evidence=()), card))


@each_row
def test_nothing_is_claimed_twice_in_one_slot(card: str, code: str) -> None:
    outcome = a_good_outcome(card, code)
    assessment = judged(outcome, card, a_claim_on_record(code, slot=outcome.slot, facts=dict(outcome.facts.values)))

    assert "already_claimed" in codes(assessment)
    assert assessment.duplicate


@each_row
def test_a_rule_that_lacks_a_fact_cannot_tell_which_is_no_pass(card: str, code: str) -> None:
    in_force = next(c for c in KBOP.rate_cards if c.card == card and c.version == "2020-07")
    rate = next(rate for rate in in_force.rates if rate.code == code)
    for fact in (fact.name for fact in facts_asked(rate) if fact.needed):
        assessment = judged(a_good_outcome(card, code, facts={fact: None}), card)
        untold = [check.refusal.fact for check in assessment.checks if check.refusal and check.verdict == "cannot-tell"]

        assert fact in untold, fact
        assert not assessment.ready


@each_row
def test_no_fact_is_read_that_no_form_asks_for(card: str, code: str) -> None:
    in_force = next(c for c in KBOP.rate_cards if c.card == card and c.version == "2020-07")
    rate = next(rate for rate in in_force.rates if rate.code == code)
    outcome = replace(a_good_outcome(card, code), facts=type(a_good_outcome(card, code).facts)({}))
    read = {refusal.fact for refusal in judged(outcome, card).refusals if refusal.code == "fact_missing"}

    assert read <= {fact.name for fact in facts_asked(rate)}


def test_every_check_names_its_rule_its_sentence_and_what_it_looked_at() -> None:
    outcome = a_good_outcome("generic", "ACC_3M")
    checks = {check.rule: check for check in judged(outcome).checks}
    passed = checks["one_accepted_item_is_there"]

    assert (passed.verdict, passed.sentence) == ("pass", "One accepted item is there.")
    assert passed.items == tuple(item.item_id for item in outcome.evidence)


def test_every_reason_is_given_at_once_with_what_would_satisfy_it() -> None:
    outcome = a_good_outcome("generic", "ACC_3M", evidence=(), slot="first", facts={"every_move_planned": False})
    assessment = judged(outcome)

    assert codes(assessment) == ["slot_unknown", "evidence_missing", "unplanned_move"]
    assert all(refusal.reason and refusal.remedy for refusal in assessment.refusals)


def test_each_kind_of_rule_takes_the_parameters_a_card_may_give_it() -> None:
    told = {
        get_args(terms.model_fields["kind"].annotation)[0]: set(terms.model_fields) - {"kind", "illustrative"}
        for terms in get_args(get_args(AnyTerms)[0])
    }
    taken = {
        name: {p.name for p in inspect.signature(rule.decide).parameters.values() if p.kind is p.KEYWORD_ONLY}
        for name, rule in KINDS.items()
    }

    assert told == taken


@pytest.mark.row("S-70")
def test_an_outcome_of_pdap_alone_is_not_on_the_generic_card() -> None:
    assert codes(judged(a_good_outcome("pdap", "DA_RISK"), "generic")) == ["not_on_rate_card"]


def test_the_third_assessment_is_not_for_pdap() -> None:
    assert codes(judged(a_good_outcome("generic", "WB_3"), "pdap")) == ["not_on_rate_card"]


def test_a_provider_without_a_card_can_claim_nothing() -> None:
    assert codes(judged(a_good_outcome("generic", "ACC_3M"), "no-such-card")) == ["not_on_rate_card"]
