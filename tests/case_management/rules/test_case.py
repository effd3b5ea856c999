from datetime import date, timedelta
from typing import get_args

import pytest

from case_management.domain.case import (
    MOVES,
    Case,
    CaseCannotMove,
    CaseState,
    PhaseChange,
    at_last,
    in_force_on,
    moved,
    refusals_of_hand_over,
    refusals_of_phase_change,
    refusals_of_phase_correction,
    refusals_of_start,
    refusals_of_start_correction,
    refusals_of_start_withdrawal,
)
from case_management.domain.timeline import DatedFact
from tests.case_management.builders import ALLOCATED_ON, STARTED_ON, TODAY, a_case, an_allocated_case


@pytest.mark.parametrize("state", [state for state in get_args(CaseState) if state != "closed"])
def test_every_state_but_closed_has_a_way_out(state: CaseState) -> None:
    assert any(start == state for start, _ in MOVES)


@pytest.mark.parametrize("state", ["closure-requested", "closed"])
def test_a_closed_case_only_goes_on_where_it_was_before_its_closure_was_asked_for(state: CaseState) -> None:
    with pytest.raises(CaseCannotMove):
        moved("closed", state)


def test_a_started_case_closes_by_request_or_at_once_as_a_duplicate_or_had_not_started() -> None:
    assert {to for state, to in MOVES if state == "started"} == {"allocated", "closure-requested", "closed"}


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


CLOSED_ON = date(2021, 6, 1)
CLOSED = a_case(state="closed", closed_on=CLOSED_ON)
BEGAN = PhaseChange("intensive", STARTED_ON, "worker-1")
LIGHT = PhaseChange("light-touch", date(2021, 3, 1))
TAKEN_OVER = PhaseChange("light-touch", date(2021, 4, 1), "worker-2")
BACK = PhaseChange("intensive", date(2021, 5, 1))


@pytest.mark.parametrize(
    ("case", "change", "then", "codes"),
    [
        (a_case(), PhaseChange("light-touch", STARTED_ON), BEGAN, []),
        (a_case(), PhaseChange("intensive", TODAY), LIGHT, []),
        (a_case(state="closure-requested"), PhaseChange("light-touch", TODAY), BEGAN, []),
        (a_case(), PhaseChange("intensive", TODAY), BEGAN, ["phase_unchanged"]),
        (a_case(), PhaseChange("light-touch", STARTED_ON - timedelta(days=1)), None, ["changed_before_the_start"]),
        (a_case(), PhaseChange("light-touch", TODAY + timedelta(days=1)), BEGAN, ["changed_in_the_future"]),
        (an_allocated_case(), PhaseChange("light-touch", TODAY), None, ["case_not_under_way"]),
        (CLOSED, PhaseChange("light-touch", CLOSED_ON), BEGAN, []),
        (CLOSED, PhaseChange("light-touch", TODAY), BEGAN, ["changed_after_closure"]),
    ],
)
def test_phases_change_either_way_while_the_case_is_under_way(
    case: Case, change: PhaseChange, then: PhaseChange | None, codes: list[str]
) -> None:
    assert [refusal.code for refusal in refusals_of_phase_change(case, change, then, TODAY)] == codes


@pytest.mark.parametrize(
    ("case", "change", "codes"),
    [
        (a_case(), PhaseChange("intensive", TODAY, "worker-2"), []),
        (a_case(), PhaseChange("intensive", TODAY, "worker-1"), ["worker_unchanged"]),
        (CLOSED, PhaseChange("intensive", TODAY, "worker-2"), ["changed_after_closure"]),
    ],
)
def test_a_case_under_way_is_handed_over_to_another(case: Case, change: PhaseChange, codes: list[str]) -> None:
    assert [refusal.code for refusal in refusals_of_hand_over(case, change, BEGAN, TODAY)] == codes


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        (STARTED_ON, []),
        (date(2021, 6, 1), []),
        (STARTED_ON - timedelta(days=1), ["changed_before_the_start"]),
        (date(2021, 6, 2), ["changed_after_closure"]),
        (TODAY + timedelta(days=1), ["changed_after_closure", "changed_in_the_future"]),
    ],
)
def test_a_change_put_right_was_while_the_case_lasted(day: date, codes: list[str]) -> None:
    assert [one.code for one in refusals_of_phase_correction(CLOSED, PhaseChange("intensive", day), TODAY)] == codes


@pytest.mark.parametrize(
    ("changes", "last"),
    [
        ([BEGAN], BEGAN),
        ([BEGAN, LIGHT], PhaseChange("light-touch", LIGHT.changed_on, "worker-1")),
        ([BEGAN, LIGHT, TAKEN_OVER], PhaseChange("light-touch", LIGHT.changed_on, "worker-2")),
        ([BEGAN, LIGHT, TAKEN_OVER, BACK], PhaseChange("intensive", BACK.changed_on, "worker-2")),
        ([BEGAN, BACK], PhaseChange("intensive", STARTED_ON, "worker-1")),
    ],
)
def test_a_case_has_come_to_its_last_phase_since_its_first_day_with_whoever_was_named_last(
    changes: list[PhaseChange], last: PhaseChange
) -> None:
    assert at_last(changes) == last


@pytest.mark.parametrize(
    ("day", "held"),
    [
        (STARTED_ON - timedelta(days=1), None),
        (STARTED_ON, BEGAN),
        (date(2021, 3, 31), PhaseChange("light-touch", LIGHT.changed_on, "worker-1")),
        (TODAY, PhaseChange("intensive", BACK.changed_on, "worker-2")),
    ],
)
def test_what_held_on_a_day_is_the_last_change_by_then(day: date, held: PhaseChange | None) -> None:
    assert in_force_on([BEGAN, LIGHT, TAKEN_OVER, BACK], day) == held


@pytest.mark.parametrize(
    ("case", "outcomes", "codes"),
    [
        (a_case(), 0, []),
        (a_case(), 1, ["outcomes_rest_on_it"]),
        (an_allocated_case(), 0, ["start_not_open"]),
        (a_case(state="closure-requested"), 0, ["start_not_open"]),
        (CLOSED, 2, ["start_not_open", "outcomes_rest_on_it"]),
    ],
)
def test_a_start_is_taken_back_while_nothing_rests_on_it(case: Case, outcomes: int, codes: list[str]) -> None:
    assert [one.code for one in refusals_of_start_withdrawal(case, outcomes)] == codes


LATER = (DatedFact("a change of phase", date(2021, 2, 1)), DatedFact("a hand-over", date(2021, 3, 1)))


@pytest.mark.parametrize(
    ("case", "started_on", "codes"),
    [
        (a_case(), ALLOCATED_ON, []),
        (a_case(), date(2021, 2, 1), []),
        (a_case(), date(2021, 2, 2), ["changed_before_the_start"]),
        (a_case(), ALLOCATED_ON - timedelta(days=1), ["started_before_allocation"]),
        (an_allocated_case(), ALLOCATED_ON, ["case_not_started"]),
        (a_case(state="closed", closed_on=date(2021, 1, 20)), date(2021, 1, 21), ["started_after_closure"]),
        (a_case(), TODAY + timedelta(days=1), ["started_in_the_future", "changed_before_the_start"]),
    ],
)
def test_a_start_is_put_right_within_the_case_and_before_what_came_after(
    case: Case, started_on: date, codes: list[str]
) -> None:
    refusals = refusals_of_start_correction(case, started_on, TODAY, LATER)

    assert [one.code for one in refusals] == codes
    assert "2021-03-01" not in str(refusals) or started_on > LATER[1].on
