from datetime import date

import pytest

from rulebook.calendar import months_after
from tests.claims.builders import REFERRED_ON, a_good_outcome, codes, evidence, judged

MONTHS = [("ACC_3M", 3), ("ACC_6M", 6), ("ACC_12M", 12), ("ACC_18M", 18)]


@pytest.mark.parametrize(("code", "months"), MONTHS)
@pytest.mark.parametrize(("days", "refused"), [(-1, ["not_sustained_long_enough"]), (0, []), (1, [])])
def test_sustainment_counts_from_referral_for_those_housed_then(
    code: str, months: int, days: int, refused: list[str]
) -> None:
    due_on = months_after(REFERRED_ON, months)
    outcome = a_good_outcome("generic", code, achieved_on=date.fromordinal(due_on.toordinal() + days))

    assert codes(judged(outcome)) == refused


@pytest.mark.parametrize(("code", "months"), MONTHS)
@pytest.mark.parametrize(("days", "refused"), [(-1, ["not_sustained_long_enough"]), (0, []), (1, [])])
def test_sustainment_counts_from_entry_for_those_not_housed_at_referral(
    code: str, months: int, days: int, refused: list[str]
) -> None:
    entered_on = date(2021, 2, 28)
    achieved_on = date.fromordinal(months_after(entered_on, months).toordinal() + days)
    facts = {"housed_at_referral": False, "entered_accommodation_on": entered_on}

    assert codes(judged(a_good_outcome("generic", code, achieved_on=achieved_on, facts=facts))) == refused


def test_someone_housed_at_referral_cannot_count_from_a_later_entry_or_an_earlier_one() -> None:
    facts = {"housed_at_referral": True, "entered_accommodation_on": date(2020, 1, 1)}
    outcome = a_good_outcome("generic", "ACC_3M", achieved_on=date(2021, 4, 30), facts=facts)

    assert codes(judged(outcome)) == ["not_sustained_long_enough"]


@pytest.mark.parametrize(("entered_on", "refused"), [(date(2021, 1, 31), ["entry_before_referral"]), (REFERRED_ON, [])])
def test_entry_for_someone_not_housed_at_referral_is_not_before_it(entered_on: date, refused: list[str]) -> None:
    facts = {"housed_at_referral": False, "entered_accommodation_on": entered_on}

    assert codes(judged(a_good_outcome("generic", "ACC_3M", facts=facts))) == refused


@pytest.mark.parametrize(
    ("achieved_on", "payable"), [(date(2021, 2, 27), False), (date(2021, 2, 28), True), (date(2021, 3, 1), True)]
)
def test_twelve_months_from_a_leap_day_end_on_the_last_of_february(achieved_on: date, payable: bool) -> None:
    outcome = a_good_outcome(
        "generic",
        "ACC_12M",
        achieved_on=achieved_on,
        referred_on=date(2020, 2, 29),
        service_started_on=date(2020, 3, 2),
    )

    assert judged(outcome).ready is payable


def test_an_eviction_or_abandonment_ends_the_count() -> None:
    assert codes(judged(a_good_outcome("generic", "ACC_6M", facts={"every_move_planned": False}))) == ["unplanned_move"]


def test_a_tenancy_agreement_is_welcome_and_not_needed() -> None:
    with_it = a_good_outcome("generic", "ACC_3M", evidence=evidence("landlord-letter", "tenancy-agreement"))

    assert judged(with_it).ready
    assert judged(a_good_outcome("generic", "ACC_3M")).ready


TEMPORARY = {"in_temporary_supported_accommodation": True}
EXCEPTIONAL = {**TEMPORARY, "dual_support_reason": "high-risk"}


def test_a_stay_in_refuge_or_supported_accommodation_is_not_sustainment() -> None:
    outcome = a_good_outcome("generic", "ACC_3M", facts=TEMPORARY)

    assert codes(judged(outcome, agreements=("supported-accommodation",))) == ["temporary_accommodation"]


@pytest.mark.row("S-39")
@pytest.mark.parametrize("plan", ["risk-management-plan", "safety-plan"])
def test_by_exception_it_is_when_a_plan_shows_why_and_the_council_agrees(plan: str) -> None:
    outcome = a_good_outcome("generic", "ACC_3M", evidence=evidence("landlord-letter", plan), facts=EXCEPTIONAL)

    assert judged(outcome, agreements=("supported-accommodation",)).ready
    assert codes(judged(outcome)) == ["council_agreement_needed"]
    assert codes(judged(outcome, agreements=("stable-employment",))) == ["council_agreement_needed"]


@pytest.mark.row("S-39")
def test_the_exception_is_not_made_without_the_plan() -> None:
    outcome = a_good_outcome("generic", "ACC_3M", facts=EXCEPTIONAL)

    assert codes(judged(outcome, agreements=("supported-accommodation",))) == ["exception_not_evidenced"]
