from datetime import date

import pytest

from referral_hub.domain.birth import UNKNOWN, Birth, is_under
from referral_hub.domain.pathway import automatic_pathway, refusals_of_pathway
from tests.referral_hub.builders import a_pathway, a_traveller

DAY = date(2021, 6, 15)


@pytest.mark.parametrize(
    ("birth", "under_25"),
    [
        (Birth.on(date(1996, 6, 16)), True),
        (Birth.on(date(1996, 6, 15)), False),
        (Birth.in_year(1995), False),
        (Birth.in_year(1996), None),
        (Birth.in_year(1997), True),
        (Birth.of_age(24, DAY), True),
        (Birth.of_age(25, DAY), False),
        (UNKNOWN, None),
    ],
)
def test_an_age_is_told_or_it_cannot_be_told(birth: Birth, under_25: bool | None) -> None:
    assert is_under(25, birth, DAY) is under_25


@pytest.mark.parametrize("day", [DAY, date(2020, 2, 29), date(2021, 2, 28), date(2021, 3, 1)])
@pytest.mark.parametrize("age", [0, 16, 40])
def test_who_is_said_to_be_of_an_age_is_of_that_age_whichever_day_they_were_born(day: date, age: int) -> None:
    assert Birth.of_age(age, day).ages_on(day) == (age, age)


@pytest.mark.row("S-17")
def test_who_may_be_25_is_not_taken_for_young_by_a_pathway() -> None:
    pathway = a_pathway(under_age=25, automatic=True)
    unsure = a_traveller(birth=Birth.in_year(1996))

    assert automatic_pathway([pathway], unsure) is None
    assert [one.code for one in refusals_of_pathway(pathway, unsure)] == ["age_not_known_for_pathway"]
