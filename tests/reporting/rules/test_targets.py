from datetime import date

from reporting.domain.targets import Period, targets_by_month

SEPTEMBER, OCTOBER, NOVEMBER = date(2019, 9, 1), date(2019, 10, 1), date(2019, 11, 1)


def a_period(from_on: date = SEPTEMBER, until_on: date | None = None, **monthly: int) -> Period:
    return Period(from_on, until_on, monthly)


def test_a_target_holds_for_every_month_up_to_the_report_month() -> None:
    assert targets_by_month([a_period(starts=4)], NOVEMBER) == {"starts": {SEPTEMBER: 4, OCTOBER: 4, NOVEMBER: 4}}


def test_targets_of_several_providers_are_added_month_by_month() -> None:
    both = [a_period(starts=4), a_period(from_on=OCTOBER, starts=1, plans=2)]

    assert targets_by_month(both, OCTOBER) == {"starts": {SEPTEMBER: 4, OCTOBER: 5}, "plans": {OCTOBER: 2}}


def test_a_period_ends_with_its_last_day() -> None:
    changed = [a_period(until_on=date(2019, 10, 31), starts=4), a_period(from_on=NOVEMBER, starts=7)]

    assert targets_by_month(changed, NOVEMBER) == {"starts": {SEPTEMBER: 4, OCTOBER: 4, NOVEMBER: 7}}


def test_a_month_in_which_targets_change_counts_once_as_its_first_day_says() -> None:
    changed = [a_period(until_on=date(2019, 10, 14), starts=4), a_period(from_on=date(2019, 10, 15), starts=7)]

    assert targets_by_month(changed, NOVEMBER) == {"starts": {SEPTEMBER: 4, OCTOBER: 4, NOVEMBER: 7}}


def test_a_period_still_to_come_has_no_target_yet() -> None:
    assert targets_by_month([a_period(from_on=NOVEMBER, starts=4)], OCTOBER) == {}
