"""Thresholds of the outcomes that ask less: money, learning, volunteering, services."""

from datetime import date
from typing import Any

import pytest

from tests.claims.builders import EVERY_ROW, a_good_outcome, codes, evidence, judged


@pytest.mark.row("S-96")
@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        ({"months_paid": 1}, ["arrears_not_in_hand"]),
        ({"months_paid": 2}, []),
        ({"months_paid": 3}, []),
        ({"debt_pence": 34_174}, []),
        ({"debt_pence": 34_175}, []),
        ({"debt_pence": 34_176}, ["arrears_not_in_hand"]),
        ({"debt_pence": 0}, []),
        ({"debt_pence": 34_176, "months_paid": 2}, []),
        ({"debt_pence": 34_175, "months_paid": 0}, []),
        ({}, ["fact_missing"]),
    ],
)
def test_arrears_are_paid_for_two_months_or_down_to_the_threshold(facts: dict[str, Any], refused: list[str]) -> None:
    assert codes(judged(a_good_outcome("generic", "FIN_RES", facts={"route": "arrears", **facts}))) == refused


def test_a_bank_account_is_a_route_for_pdap_only() -> None:
    outcome = a_good_outcome("generic", "FIN_RES", facts={"route": "bank-account"})

    assert codes(judged(outcome)) == ["route_unknown"]
    assert judged(outcome, "pdap").ready


@pytest.mark.parametrize("route", ["income", "budget", "right-to-remain"])
def test_the_other_routes_need_their_document_and_no_figure(route: str) -> None:
    assert judged(a_good_outcome("generic", "FIN_RES", facts={"route": route})).ready


@pytest.mark.parametrize(
    ("ground", "refused"),
    [("eviction-threat", []), ("homeless", []), ("unsuitable", []), ("unsafe", []), ("debt", ["code_unknown"])],
)
def test_prevention_names_one_of_four_grounds(ground: str, refused: list[str]) -> None:
    assert codes(judged(a_good_outcome("generic", "ACC_PREV", facts={"ground": ground}))) == refused


@pytest.mark.parametrize(("sessions", "refused"), [(1, ["too_few_sessions"]), (2, []), (3, [])])
def test_education_is_taken_up_with_the_second_session(sessions: int, refused: list[str]) -> None:
    assert codes(judged(a_good_outcome("generic", "EDU_ENTRY", facts={"sessions_attended": sessions}))) == refused


@pytest.mark.row("S-64")
def test_an_unaccredited_course_is_its_completed_toolkit() -> None:
    facts = {"unaccredited": True, "sessions_attended": None}
    certified = a_good_outcome("generic", "EDU_ENTRY", facts=facts)
    completed = a_good_outcome("generic", "EDU_ENTRY", facts=facts, evidence=evidence("completed-toolkit"))

    assert codes(judged(certified)) == ["evidence_missing"]
    assert judged(completed).ready


@pytest.mark.parametrize(
    ("code", "credits", "refused"),
    [
        ("OFQ_PART", 2, ["too_few_credits"]),
        ("OFQ_PART", 3, []),
        ("OFQ_PART", 4, []),
        ("OFQ_FULL", 8, ["too_few_credits"]),
        ("OFQ_FULL", 9, []),
        ("OFQ_FULL", 10, []),
    ],
)
def test_a_qualification_is_worth_its_credits(code: str, credits: int, refused: list[str]) -> None:
    assert codes(judged(a_good_outcome("generic", code, facts={"credits": credits}))) == refused


@pytest.mark.parametrize(("level", "refused"), [(0, ["level_too_low"]), (1, []), (2, [])])
def test_a_qualification_is_of_level_one_or_above(level: int, refused: list[str]) -> None:
    assert codes(judged(a_good_outcome("generic", "OFQ_PART", facts={"ofqual_level": level}))) == refused


@pytest.mark.row("S-97")
def test_a_qualification_without_its_ofqual_number_is_not_claimed() -> None:
    assessment = judged(a_good_outcome("generic", "OFQ_PART", facts={"ofqual_number": None}))

    assert [refusal.fact for refusal in assessment.refusals] == ["ofqual_number"]


@pytest.mark.parametrize(("hours", "refused"), [(35, ["too_few_hours"]), (36, []), (37, [])])
def test_six_weeks_average_six_hours(hours: int, refused: list[str]) -> None:
    assert codes(judged(a_good_outcome("generic", "VOL_6W", facts={"placement_hours": hours}))) == refused


@pytest.mark.parametrize(
    ("started_on", "refused"),
    [(date(2022, 7, 20), []), (date(2022, 7, 21), []), (date(2022, 7, 22), ["placement_too_short"])],
)
def test_six_weeks_have_passed(started_on: date, refused: list[str]) -> None:
    outcome = a_good_outcome("generic", "VOL_6W", facts={"placement_started_on": started_on})

    assert codes(judged(outcome)) == refused


@pytest.mark.parametrize("fact", ["placement_accepted", "first_day_attended"])
def test_volunteering_is_entered_with_acceptance_and_a_first_day(fact: str) -> None:
    assert codes(judged(a_good_outcome("generic", "VOL_ENTRY", facts={fact: False}))) == ["not_confirmed"]


@pytest.mark.parametrize(
    ("slot", "facts", "refused"),
    [
        ("mental-health", {"accepted_by_service": True}, []),
        ("mental-health", {"accepted_by_service": False}, ["service_not_accessed"]),
        ("mental-health", {"accepted_by_service": None, "gp_treatment_programme": True}, []),
        ("substance", {"accepted_by_service": True, "initial_appointment_attended": True}, []),
        ("substance", {"accepted_by_service": True, "initial_appointment_attended": False}, ["service_not_accessed"]),
        ("substance", {"accepted_by_service": True}, ["fact_missing"]),
        ("substance", {"gp_treatment_programme": True}, ["fact_missing"]),
        ("mental-health", {"already_receiving_service": True}, ["already_receiving_service"]),
    ],
)
def test_services_are_accessed_by_acceptance_and_for_substance_by_attendance(
    slot: str, facts: dict[str, Any], refused: list[str]
) -> None:
    assert codes(judged(a_good_outcome("generic", "SVC_ACCESS", slot=slot, facts=facts))) == refused


@pytest.mark.parametrize("code", ["MH_SUST", "DRUG_SUST"])
@pytest.mark.parametrize(
    ("engaged_on", "discharged_on", "refused"),
    [
        (date(2022, 6, 2), None, ["engagement_too_short"]),
        (date(2022, 6, 1), None, []),
        (date(2020, 1, 1), None, []),
        (date(2022, 8, 1), date(2022, 9, 1), []),
        (date(2022, 8, 1), date(2022, 9, 2), ["engagement_too_short"]),
        (date(2022, 6, 1), date(2022, 12, 1), []),
    ],
)
def test_engagement_lasts_three_months_or_until_discharge(
    code: str, engaged_on: date, discharged_on: date | None, refused: list[str]
) -> None:
    facts = {"engaged_from_on": engaged_on, "discharged_on": discharged_on}

    assert codes(judged(a_good_outcome("generic", code, facts=facts))) == refused


SHARED = tuple(code for card, code in EVERY_ROW if card == "pdap" and ("generic", code) in EVERY_ROW)


@pytest.mark.parametrize("code", SHARED)
def test_pdap_may_claim_what_the_cards_share(code: str) -> None:
    assert codes(judged(a_good_outcome("pdap", code), "pdap")) == []


@pytest.mark.parametrize(
    ("code", "fact", "listed"),
    [
        (
            "DA_LEGAL",
            "protection",
            ("non-molestation", "occupation", "child-arrangements", "prohibited-steps", "reported"),
        ),
        (
            "DA_INDEP",
            "course",
            ("healthy-relationship", "understanding-domestic-abuse", "parenting-rights", "freedom-programme"),
        ),
    ],
)
def test_domestic_abuse_outcomes_name_what_was_achieved(code: str, fact: str, listed: tuple[str, ...]) -> None:
    for named in listed:
        assert codes(judged(a_good_outcome("pdap", code, facts={fact: named}), "pdap")) == []
    assert codes(judged(a_good_outcome("pdap", code, facts={fact: "divorce"}), "pdap")) == ["code_unknown"]
