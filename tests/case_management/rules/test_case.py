from datetime import date, timedelta

import pytest

from case_management.domain.case import (
    MOVES,
    STATES,
    Case,
    CaseCannotMove,
    CaseState,
    PhaseChange,
    moved,
    refusals_of_phase_change,
    refusals_of_start,
)
from tests.case_management.builders import ALLOCATED_ON, STARTED_ON, TODAY, a_case, an_allocated_case


@pytest.mark.parametrize("state", [state for state in STATES if state != "closed"])
def test_every_state_but_closed_has_a_way_out(state: CaseState) -> None:
    assert any(start == state for start, _ in MOVES)


@pytest.mark.parametrize("state", ["closure-requested", "closed"])
def test_a_closed_case_only_goes_on_where_it_was_before_its_closure_was_asked_for(state: CaseState) -> None:
    with pytest.raises(CaseCannotMove):
        moved("closed", state)


def test_a_started_case_closes_by_request_or_at_once_as_a_duplicate() -> None:
    assert {to for state, to in MOVES if state == "started"} == {"closure-requested", "closed"}


@pytest.mark.parametrize(("case", "state"), [(a_case(), "started"), (an_allocated_case(), "allocated")])
def test_a_case_whose_closure_is_not_granted_returns_to_where_it_was(case: Case, state: CaseState) -> None:
    assert case.state_without_closure == state
    assert moved("closure-requested", case.state_without_closure) == state


@pytest.mark.parametrize(
    ("case", "started_on", "codes"),
    [
        (an_allocated_case(), ALLOCATED_ON, []),
        (an_allocated_case(), TODAY, []),
        (an_allocated_case(), ALLOCATED_ON - timedelta(days=1), ["started_before_allocation"]),
        (an_allocated_case(), TODAY + timedelta(days=1), ["started_in_the_future"]),
        (a_case(), TODAY, ["case_not_awaiting_start"]),
        (a_case(state="closed"), date(2020, 1, 1), ["case_not_awaiting_start", "started_before_allocation"]),
    ],
)
def test_a_case_starts_once_between_allocation_and_today(case: Case, started_on: date, codes: list[str]) -> None:
    assert [refusal.code for refusal in refusals_of_start(case, started_on, TODAY)] == codes


@pytest.mark.parametrize(
    ("case", "change", "codes"),
    [
        (a_case(), PhaseChange("light-touch", STARTED_ON), []),
        (a_case(phase="light-touch"), PhaseChange("intensive", TODAY), []),
        (a_case(state="closure-requested"), PhaseChange("light-touch", TODAY), []),
        (a_case(), PhaseChange("intensive", TODAY), ["phase_unchanged"]),
        (a_case(), PhaseChange("light-touch", STARTED_ON - timedelta(days=1)), ["phase_before_the_last"]),
        (a_case(phase_since=date(2021, 5, 2)), PhaseChange("light-touch", date(2021, 5, 1)), ["phase_before_the_last"]),
        (a_case(), PhaseChange("light-touch", TODAY + timedelta(days=1)), ["phase_in_the_future"]),
        (an_allocated_case(), PhaseChange("light-touch", TODAY), ["case_not_under_way"]),
        (a_case(state="closed"), PhaseChange("light-touch", TODAY), ["case_not_under_way"]),
    ],
)
def test_phases_change_either_way_while_the_case_is_under_way(
    case: Case, change: PhaseChange, codes: list[str]
) -> None:
    assert [refusal.code for refusal in refusals_of_phase_change(case, change, TODAY)] == codes
