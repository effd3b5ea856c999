from datetime import date

import pytest

from case_management.domain.plan import counting, in_force

SPRING, SUMMER = date(2021, 4, 1), date(2021, 7, 1)


@pytest.mark.parametrize(
    ("agreed_on", "day", "place"),
    [
        ([], SUMMER, None),
        ([SPRING], date(2021, 3, 31), 0),
        ([SPRING, SUMMER], date(2021, 6, 30), 0),
        ([SPRING, SUMMER], SUMMER, 1),
        ([SPRING, SPRING], SPRING, 1),
    ],
)
def test_the_plan_in_force_is_the_last_by_then_or_else_the_first(
    agreed_on: list[date], day: date, place: int | None
) -> None:
    assert in_force(agreed_on, day) == place


def test_an_outcome_is_shown_with_the_plan_its_rate_card_asks_for() -> None:
    plans = [("support", SPRING), ("safety", SUMMER)]

    assert counting(plans, {"support"}, SUMMER) == 0
    assert counting(plans, {"safety"}, SUMMER) == 1
    assert counting(plans, {"safety"}, SPRING) == 1
    assert counting(plans, set(), SUMMER) == 1
    assert counting([("safety", SUMMER)], {"support"}, SUMMER) == 0
    assert counting([], {"support"}, SUMMER) is None
