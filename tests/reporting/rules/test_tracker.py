from datetime import date
from fractions import Fraction

import pytest

from reporting.domain.month import month_after
from reporting.domain.tracker import Figures, Promised, Targets, Tracker, target_to_date, tracker
from tests.reporting.builders import ANNEX_B, CONTRACT_START, THIRD_MONTH, counts

TEN_A_MONTH = {month_after(CONTRACT_START, number): 10 for number in range(55)}
TARGETS: Targets = {"acc-3m": TEN_A_MONTH, "starts": TEN_A_MONTH, "added-value": {THIRD_MONTH: 1}}
REACHED = counts(
    achieved={"ACC_3M": 24, "EMP_ENTRY": 2, "EMP_ENTRY_2": 1},
    outstanding={"ACC_3M": 4},
    added_value={"ACC_3M": 5},
    activity={"referrals": 40, "new-starts": 28},
)


def a_tracker(month: date = THIRD_MONTH) -> Tracker:
    return tracker(ANNEX_B, Promised(TARGETS, CONTRACT_START, month), REACHED)


def figures(code: str) -> Figures:
    return next(line.figures for line in a_tracker().lines if line.code == code)


@pytest.mark.row("S-101")
def test_the_worked_example_of_the_requirements() -> None:
    line = figures("acc-3m")

    assert (line.monthly_target, line.target_to_date, line.actuals, line.outstanding) == (10, 30, 24, 4)
    assert line.variance == -6
    assert line.percent_of_target == "80.0%"


def test_the_rows_keep_the_programmes_order_with_the_total_last() -> None:
    codes = [line.code for line in a_tracker().lines]

    assert codes == [*(row.code for row in ANNEX_B), "total-outcomes"]
    assert len(codes) == 26


def test_without_a_target_there_is_no_percentage() -> None:
    line = figures("emp-entry")

    assert line.actuals == 3
    assert line.variance == 3
    assert line.percent_of_target == "n/a"


def test_the_total_leaves_out_referrals_and_starts_and_added_value() -> None:
    assert a_tracker().total == Figures(10, 30, actuals=27, outstanding=4, capacity_target=Fraction(30))


@pytest.mark.row("S-122")
def test_added_value_is_shown_beside_the_total() -> None:
    month = a_tracker()

    assert figures("added-value").actuals == 5
    assert month.total_with_added_value == Figures(11, 31, actuals=32, outstanding=4, capacity_target=Fraction(31))


def test_referrals_and_starts_are_counted_in_their_own_rows() -> None:
    assert figures("referrals").actuals == 40
    assert figures("starts").variance == -2


@pytest.mark.parametrize(
    ("month", "sum_of_targets"),
    [(date(2019, 8, 31), 0), (date(2019, 9, 1), 10), (date(2019, 11, 30), 30), (date(2020, 9, 1), 130)],
)
def test_the_target_to_date_begins_with_the_contract_and_takes_in_the_report_month(
    month: date, sum_of_targets: int
) -> None:
    assert target_to_date(TEN_A_MONTH, CONTRACT_START, month) == sum_of_targets


def test_a_month_without_a_target_adds_nothing() -> None:
    assert target_to_date({date(2019, 9, 1): 10, date(2019, 11, 1): 7}, CONTRACT_START, THIRD_MONTH) == 17


def test_a_contract_that_begins_within_a_month_has_that_months_target() -> None:
    assert target_to_date(TEN_A_MONTH, date(2019, 9, 16), date(2019, 9, 30)) == 10


@pytest.mark.row("S-121")
def test_the_target_by_posts_filled_is_rounded_once_when_all_months_rows_and_providers_are_added() -> None:
    one_a_month = {month_after(CONTRACT_START, number): 1 for number in range(3)}
    targets = {"stat-order": one_a_month, "emp-26w": one_a_month}
    half = {code: {month: Fraction(1, 2) for month in one_a_month} for code in targets}
    month = tracker(ANNEX_B, Promised(targets, CONTRACT_START, THIRD_MONTH, half), counts())

    by_row = [line.figures.adjusted_for_capacity.target_to_date for line in month.lines if line.code in targets]
    assert by_row == [2, 2], "three halves, half up; and not three times one"
    assert month.total.adjusted_for_capacity.target_to_date == 3
    assert (month.total + month.total).adjusted_for_capacity.target_to_date == 6


def test_an_outcome_without_a_row_is_named_and_not_lost() -> None:
    month = tracker(ANNEX_B, Promised({}, CONTRACT_START, THIRD_MONTH), counts(outstanding={"DA_RISK": 1}))

    assert month.unplaced == {"DA_RISK"}
    assert a_tracker().unplaced == frozenset()
