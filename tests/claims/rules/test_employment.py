from datetime import date
from typing import Any

import pytest

from rulebook.kinds.employment import EarningsReachedTheTable
from tests.claims.builders import (
    KBOP,
    a_claim_on_record,
    a_good_outcome,
    codes,
    evidence,
    judged,
    judged_after,
)

SUSTAINED = ["EMP_6_5W", "EMP_13W", "EMP_26W"]
EARNINGS = {
    rate.code: rule.employed_pence
    for card in KBOP.rate_cards
    for rate in card.rates
    for rule in rate.judged_by
    if isinstance(rule, EarningsReachedTheTable)
}


@pytest.mark.parametrize("fact", ["offer_accepted", "first_day_attended"])
def test_entry_is_an_accepted_offer_and_a_first_day(fact: str) -> None:
    assert codes(judged(a_good_outcome("generic", "EMP_ENTRY", facts={fact: False}))) == ["employment_not_begun"]


@pytest.mark.parametrize(("trading", "refused"), [(True, []), (False, ["employment_not_begun"])])
def test_entry_into_self_employment_is_the_start_of_trading(trading: bool, refused: list[str]) -> None:
    facts = {"self_employed": True, "trading_started": trading, "offer_accepted": None, "first_day_attended": None}

    assert codes(judged(a_good_outcome("generic", "EMP_ENTRY", facts=facts))) == refused


DETAILS = {"employer_recorded": True, "role_recorded": True, "salary_recorded": True}


def test_a_self_certified_job_is_claimed_with_its_details_and_a_note_that_bears_them_out() -> None:
    items = evidence("self-certification", "case-note")

    assert judged(a_good_outcome("generic", "EMP_ENTRY", evidence=items, facts=DETAILS)).ready


@pytest.mark.parametrize("lacking", sorted(DETAILS))
def test_a_self_certified_job_lacks_none_of_its_details(lacking: str) -> None:
    items = evidence("self-certification", "case-note")
    outcome = a_good_outcome("generic", "EMP_ENTRY", evidence=items, facts={**DETAILS, lacking: False})

    assert codes(judged(outcome)) == ["self_certification_not_substantiated"]


@pytest.mark.row("S-62")
def test_a_self_certified_job_without_a_note_is_not_substantiated() -> None:
    outcome = a_good_outcome("generic", "EMP_ENTRY", evidence=evidence("self-certification"), facts=DETAILS)

    assert codes(judged(outcome)) == ["self_certification_alone", "self_certification_not_substantiated"]


@pytest.mark.parametrize("code", SUSTAINED)
def test_a_self_certification_does_not_evidence_sustained_employment(code: str) -> None:
    alone = evidence("self-certification", "case-note")
    accompanied = evidence("self-certification", "payslip")

    assert codes(judged(a_good_outcome("generic", code, evidence=alone))) == ["evidence_missing"]
    assert judged(a_good_outcome("generic", code, evidence=accompanied)).ready


@pytest.mark.row("S-80")
@pytest.mark.parametrize("code", SUSTAINED)
def test_a_check_of_hmrc_data_replaces_intrusive_documents(code: str) -> None:
    assert judged(a_good_outcome("generic", code, evidence=evidence("hmrc-check"))).ready


@pytest.mark.parametrize(
    ("kinds", "in_place", "refused"),
    [
        (("payslip",), True, []),
        (("payslip",), False, ["no_contract"]),
        (("payslip",), None, ["fact_missing"]),
        (("payslip", "employment-contract"), None, []),
    ],
)
def test_a_contract_is_in_place(kinds: tuple[str, ...], in_place: bool | None, refused: list[str]) -> None:
    outcome = a_good_outcome("generic", "EMP_13W", evidence=evidence(*kinds), facts={"contract_in_place": in_place})

    assert codes(judged(outcome)) == refused


@pytest.mark.row("S-95")
@pytest.mark.parametrize("code", SUSTAINED)
@pytest.mark.parametrize(("more", "refused"), [(-1, ["earnings_too_low"]), (0, []), (1, [])])
def test_gross_earnings_reach_the_earnings_table(code: str, more: int, refused: list[str]) -> None:
    outcome = a_good_outcome("generic", code, facts={"earned_pence": EARNINGS[code] + more})

    assert codes(judged(outcome)) == refused


@pytest.mark.parametrize("code", SUSTAINED)
@pytest.mark.parametrize(
    ("invoiced", "hours", "payable"),
    [(-1, 103, False), (0, 103, True), (1, None, True), (-1, 104, True), (None, 104, True), (None, 103, False)],
)
def test_the_self_employed_invoice_the_table_or_work_eight_hours_a_week_for_thirteen_weeks(
    code: str, invoiced: int | None, hours: int | None, payable: bool
) -> None:
    pence = None if invoiced is None else EARNINGS[code] + invoiced
    facts = {"self_employed": True, "invoiced_pence": pence, "self_employed_hours": hours, "earned_pence": None}

    assert judged(a_good_outcome("generic", code, evidence=evidence("invoice"), facts=facts)).ready is payable


def test_the_self_employed_need_no_contract_and_say_how_they_fared() -> None:
    facts = {"self_employed": True, "contract_in_place": None}
    assessment = judged(a_good_outcome("generic", "EMP_13W", evidence=evidence("invoice"), facts=facts))

    assert [refusal.fact for refusal in assessment.refusals] == ["invoiced_pence"]


def in_work(**facts: Any) -> dict[str, Any]:
    return {"in_work_at_referral": True, "in_work_since": date(2020, 8, 1), **facts}


@pytest.mark.parametrize(
    ("since", "refused"),
    [
        (date(2020, 7, 31), ["stable_employment"]),
        (date(2020, 8, 1), ["stable_employment"]),
        (date(2020, 8, 2), []),
    ],
)
def test_six_months_in_work_at_referral_are_stable_employment(since: date, refused: list[str]) -> None:
    assert codes(judged(a_good_outcome("generic", "EMP_26W", facts=in_work(in_work_since=since)))) == refused


@pytest.mark.parametrize(("days", "refused"), [(13, ["stable_employment"]), (14, ["stable_employment"]), (15, [])])
def test_a_gap_of_two_weeks_does_not_break_stable_employment(days: int, refused: list[str]) -> None:
    assert codes(judged(a_good_outcome("generic", "EMP_26W", facts=in_work(longest_gap_days=days)))) == refused


def test_the_council_may_agree_to_pay_despite_stable_employment() -> None:
    outcome = a_good_outcome("generic", "EMP_26W", facts=in_work())

    assert judged(outcome, agreements=("stable-employment",)).ready
    assert codes(judged(outcome, agreements=("crisis",))) == ["stable_employment"]


def test_a_point_of_crisis_is_told_in_a_note_and_agreed() -> None:
    crisis = in_work(point_of_crisis=True)
    told = a_good_outcome("generic", "EMP_26W", facts=crisis, evidence=evidence("payslip", "case-note"))
    untold = a_good_outcome("generic", "EMP_26W", facts=crisis)

    assert judged(told, agreements=("crisis",)).ready
    assert codes(judged(told)) == ["council_agreement_needed"]
    assert codes(judged(untold, agreements=("crisis",))) == ["exception_not_evidenced"]


def test_someone_in_work_at_referral_says_since_when() -> None:
    assessment = judged(a_good_outcome("generic", "EMP_6_5W", facts={"in_work_at_referral": True}))

    assert [refusal.fact for refusal in assessment.refusals] == ["in_work_since"]


@pytest.mark.row("S-73")
@pytest.mark.parametrize(
    ("achieved_on", "started_on", "refused"),
    [
        (date(2020, 6, 30), date(2020, 6, 30), ["not_on_rate_card"]),
        (date(2020, 7, 1), date(2020, 6, 30), ["second_entry_too_early"]),
        (date(2020, 7, 1), date(2020, 7, 1), []),
    ],
)
def test_a_second_entry_counts_from_its_date(achieved_on: date, started_on: date, refused: list[str]) -> None:
    outcome = a_good_outcome(
        "generic",
        "EMP_ENTRY_2",
        achieved_on=achieved_on,
        referred_on=date(2019, 10, 1),
        service_started_on=date(2019, 10, 1),
        facts={"employment_started_on": started_on, "previous_employment_ended_on": date(2020, 5, 1)},
    )
    first = a_claim_on_record("EMP_ENTRY", achieved_on=date(2020, 1, 1))

    assert codes(judged_after(outcome, first)) == refused


@pytest.mark.parametrize(
    ("ended_on", "refused"),
    [
        (date(2021, 3, 31), ["same_employment"]),
        (date(2021, 4, 1), []),
        (date(2022, 7, 31), []),
        (date(2022, 8, 1), ["same_employment"]),
    ],
)
def test_a_second_entry_is_a_new_spell_after_the_first_had_ended(ended_on: date, refused: list[str]) -> None:
    outcome = a_good_outcome("generic", "EMP_ENTRY_2", facts={"previous_employment_ended_on": ended_on})

    assert codes(judged(outcome)) == refused


@pytest.mark.row("S-73")
def test_a_second_entry_follows_a_first() -> None:
    assert codes(judged_after(a_good_outcome("generic", "EMP_ENTRY_2"))) == ["first_entry_missing"]


def test_a_second_entry_brings_no_second_sustainment() -> None:
    assert codes(judged(a_good_outcome("generic", "EMP_26W"), "generic", a_claim_on_record("EMP_26W"))) == [
        "already_claimed"
    ]


@pytest.mark.parametrize(
    ("earlier", "code"),
    [
        ("EMP_ENTRY", "EDU_ENTRY"),
        ("EDU_ENTRY", "EMP_ENTRY"),
        ("EMP_26W", "OFQ_FULL"),
        ("OFQ_FULL", "EMP_26W"),
    ],
)
def test_an_apprenticeship_may_be_claimed_as_employment_and_as_education(earlier: str, code: str) -> None:
    """BR-G4, whichever came first."""
    claimed = a_claim_on_record(earlier, slot="first", facts=dict(a_good_outcome("generic", earlier).facts.values))

    assert judged(a_good_outcome("generic", code), "generic", claimed).ready
