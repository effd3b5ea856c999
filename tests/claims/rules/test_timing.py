from datetime import date, timedelta

import pytest

from tests.claims.builders import REFERRED_ON, STARTED_ON, TODAY, a_good_outcome, codes, judged


@pytest.mark.parametrize(("days", "refused"), [(0, []), (1, ["achieved_in_future"])])
def test_an_outcome_still_to_come_is_not_claimed(days: int, refused: list[str]) -> None:
    outcome = a_good_outcome("generic", "ACC_PREV", achieved_on=TODAY + timedelta(days=days))

    assert codes(judged(outcome)) == refused


@pytest.mark.parametrize(("days", "refused"), [(-1, ["achieved_before_referral"]), (0, []), (1, [])])
def test_an_outcome_follows_the_referral(days: int, refused: list[str]) -> None:
    outcome = a_good_outcome("generic", "ACC_PREV", achieved_on=REFERRED_ON + timedelta(days=days))

    assert codes(judged(outcome)) == refused


@pytest.mark.parametrize(
    ("code", "fact"),
    [
        ("EMP_ENTRY", "employment_started_on"),
        ("VOL_ENTRY", "placement_started_on"),
        ("VOL_6W", "placement_started_on"),
    ],
)
@pytest.mark.parametrize(("days", "refused"), [(-1, ["entry_before_service"]), (0, []), (1, [])])
def test_entry_takes_place_once_the_service_has_commenced(code: str, fact: str, days: int, refused: list[str]) -> None:
    outcome = a_good_outcome("generic", code, facts={fact: STARTED_ON + timedelta(days=days)})

    assert codes(judged(outcome)) == refused


@pytest.mark.parametrize(("day", "refused"), [(1, []), (2, ["entry_after_outcome"])])
def test_entry_is_not_later_than_the_outcome_it_makes(day: int, refused: list[str]) -> None:
    outcome = a_good_outcome("generic", "EMP_ENTRY", facts={"employment_started_on": date(2022, 9, day)})

    assert codes(judged(outcome)) == refused


@pytest.mark.parametrize(
    ("achieved_on", "refused"),
    [(date(2021, 5, 2), ["support_too_short"]), (date(2021, 5, 3), []), (date(2021, 5, 4), [])],
)
def test_a_statutory_order_takes_three_months_of_support(achieved_on: date, refused: list[str]) -> None:
    assert codes(judged(a_good_outcome("generic", "STAT_ORDER", achieved_on=achieved_on))) == refused


@pytest.mark.parametrize(
    ("code", "refused"),
    [("ACC_6M", []), ("ACC_12M", ["achieved_after_support"]), ("ACC_18M", ["achieved_after_support"])],
)
def test_long_sustainment_is_not_paid_after_support_has_ended(code: str, refused: list[str]) -> None:
    ended = a_good_outcome("generic", code, facts={"support_ended_on": date(2022, 8, 31)})
    last_day = a_good_outcome("generic", code, facts={"support_ended_on": date(2022, 9, 1)})

    assert codes(judged(ended)) == refused
    assert judged(last_day).ready
