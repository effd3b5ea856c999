from datetime import date
from fractions import Fraction

import pytest

from reporting.domain.ratio import Ratio
from reporting.domain.targets import TargetPeriod, targets_by_month, targets_missing, vacancies_by_month

SEPTEMBER, OCTOBER, NOVEMBER = date(2019, 9, 1), date(2019, 10, 1), date(2019, 11, 1)


def a_period(from_on: date = SEPTEMBER, until_on: date | None = None, **monthly: int) -> TargetPeriod:
    return TargetPeriod("horton", from_on, until_on, monthly)


def test_a_target_holds_for_every_month_up_to_the_report_month() -> None:
    assert targets_by_month([a_period(starts=4)], NOVEMBER) == {"starts": {SEPTEMBER: 4, OCTOBER: 4, NOVEMBER: 4}}


@pytest.mark.row("S-104")
def test_targets_of_several_providers_are_added_month_by_month() -> None:
    both = [a_period(starts=4), a_period(from_on=OCTOBER, starts=1, plans=2)]

    assert targets_by_month(both, OCTOBER) == {"starts": {SEPTEMBER: 4, OCTOBER: 5}, "plans": {OCTOBER: 2}}


def test_a_period_ends_with_its_last_day() -> None:
    changed = [a_period(until_on=date(2019, 10, 31), starts=4), a_period(from_on=NOVEMBER, starts=7)]

    assert targets_by_month(changed, NOVEMBER) == {"starts": {SEPTEMBER: 4, OCTOBER: 4, NOVEMBER: 7}}


@pytest.mark.row("S-104")
def test_a_month_in_which_targets_change_counts_once_as_its_first_day_says() -> None:
    changed = [a_period(until_on=date(2019, 10, 14), starts=4), a_period(from_on=date(2019, 10, 15), starts=7)]

    assert targets_by_month(changed, NOVEMBER) == {"starts": {SEPTEMBER: 4, OCTOBER: 4, NOVEMBER: 7}}


def test_a_period_still_to_come_has_no_target_yet() -> None:
    assert targets_by_month([a_period(from_on=NOVEMBER, starts=4)], OCTOBER) == {}


def test_what_falls_to_vacant_posts_is_exact_and_only_where_a_provider_said_so() -> None:
    staffing = {("horton", OCTOBER): Ratio(50, 100), ("connect", SEPTEMBER): Ratio(0, 100)}

    assert vacancies_by_month([a_period(starts=7)], OCTOBER, staffing) == {"starts": {OCTOBER: Fraction(7, 2)}}


@pytest.mark.parametrize(
    ("period", "joined_on", "left_on", "missing"),
    [
        (a_period(), SEPTEMBER, None, ()),
        (a_period(from_on=OCTOBER), SEPTEMBER, None, (SEPTEMBER,)),
        (a_period(until_on=date(2019, 9, 30)), SEPTEMBER, None, (OCTOBER, NOVEMBER)),
        (a_period(until_on=date(2019, 9, 30)), SEPTEMBER, date(2019, 9, 30), ()),
        (a_period(until_on=date(2019, 9, 30)), SEPTEMBER, date(2019, 10, 1), (OCTOBER,)),
        (a_period(from_on=date(2019, 9, 16)), date(2019, 9, 16), None, ()),
        (a_period(from_on=date(2019, 12, 1)), date(2019, 12, 1), None, ()),
    ],
)
def test_targets_nobody_stated_are_named_month_by_month(
    period: TargetPeriod, joined_on: date, left_on: date | None, missing: tuple[date, ...]
) -> None:
    found = targets_missing([period], "horton", joined_on, left_on, NOVEMBER)

    assert (found.months if found else ()) == missing


def test_whoever_lacks_targets_reads_whose_for_when_and_what_to_do() -> None:
    one = targets_missing([a_period(from_on=OCTOBER)], "horton", SEPTEMBER, None, NOVEMBER)
    three = targets_missing([], "horton", SEPTEMBER, None, NOVEMBER)

    remedy = "they count as 0. An operator states them in kpi.toml and loads the programme again."
    assert one is not None
    assert three is not None
    assert one.says == f"No targets are stated for horton for 2019-09: {remedy}"
    assert three.says == f"No targets are stated for horton for 3 months, from 2019-09 to 2019-11: {remedy}"
