from datetime import timedelta

import pytest

from case_management.domain.case import Case
from case_management.domain.plan import Plan, days_from_allocation, kinds_for, refusals_of_plan
from tests.case_management.builders import ALLOCATED_ON, TODAY, a_case, a_plan, an_allocated_case

CLOSED_ON = ALLOCATED_ON + timedelta(days=30)
CLOSED = a_case(state="closed", closed_on=CLOSED_ON)


@pytest.mark.row("S-33")
@pytest.mark.row("S-34")
@pytest.mark.parametrize(
    ("case", "plan", "codes"),
    [
        (a_case(), a_plan(), []),
        (a_case(restricted=True), a_plan(), []),
        (an_allocated_case(), a_plan(agreed_on=ALLOCATED_ON), []),
        (a_case(restricted=True), a_plan(kind="safety"), []),
        (a_case(), a_plan(kind="safety"), ["wrong_kind_of_plan"]),
        (a_case(), a_plan(goals=()), ["no_goal"]),
        (a_case(), a_plan(goals=("  ",)), ["no_goal"]),
        (a_case(), a_plan(agreed_with_participant=False), ["plan_not_agreed"]),
        (a_case(), a_plan(agreed_on=ALLOCATED_ON - timedelta(days=1)), ["plan_before_allocation"]),
        (a_case(), a_plan(agreed_on=TODAY + timedelta(days=1)), ["plan_in_the_future"]),
        (CLOSED, a_plan(agreed_on=CLOSED_ON), []),
        (CLOSED, a_plan(agreed_on=CLOSED_ON + timedelta(days=1)), ["plan_after_closure"]),
        (
            a_case(),
            a_plan(kind="safety", goals=(), agreed_with_participant=False),
            ["wrong_kind_of_plan", "no_goal", "plan_not_agreed"],
        ),
    ],
)
def test_a_plan_is_agreed_with_the_participant_and_fits_the_case(case: Case, plan: Plan, codes: list[str]) -> None:
    assert [refusal.code for refusal in refusals_of_plan(case, plan, {"support"}, TODAY)] == codes


@pytest.mark.row("S-34")
@pytest.mark.parametrize("restricted", [True, False])
@pytest.mark.parametrize(
    ("asked", "kinds"),
    [(set[str](), {"support", "safety"}), ({"support"}, {"support"}), ({"safety"}, {"safety"})],
)
def test_the_rate_card_decides_which_plan_and_need_to_know_adds_a_safety_plan(
    restricted: bool, asked: set[str], kinds: set[str]
) -> None:
    assert set(kinds_for(a_case(restricted=restricted), asked)) == kinds | ({"safety"} if restricted else set())


@pytest.mark.row("S-10")
def test_the_support_plan_clock_counts_calendar_days_from_allocation() -> None:
    assert days_from_allocation(a_case(), ALLOCATED_ON + timedelta(days=15)) == 15
