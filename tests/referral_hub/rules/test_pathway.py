from datetime import date

import pytest

from referral_hub.domain.birth import Birth
from referral_hub.domain.pathway import Pathway, Traveller, automatic_pathway, refusals_of_pathway
from tests.referral_hub.builders import TODAY, a_pathway, a_traveller

YOUNG = a_pathway(agencies=frozenset({"knh"}), under_age=25, automatic=True)


@pytest.mark.row("S-17")
@pytest.mark.parametrize(
    ("born_on", "tagged"),
    [(date(1996, 6, 16), True), (date(1996, 6, 15), False), (date(1996, 6, 14), False)],
)
def test_a_tenant_is_under_25_until_the_day_before_the_birthday(born_on: date, tagged: bool) -> None:
    pathway = automatic_pathway([YOUNG], a_traveller(birth=Birth.on(born_on)))

    assert (pathway == YOUNG) is tagged


@pytest.mark.parametrize(
    ("pathway", "traveller", "code"),
    [
        (a_pathway(opens_on=None), a_traveller(), "pathway_not_open"),
        (a_pathway(opens_on=date(2021, 6, 16)), a_traveller(), "pathway_not_open"),
        (a_pathway(closes_on=date(2021, 6, 14)), a_traveller(), "pathway_not_open"),
        (YOUNG, a_traveller(agency_id="police"), "not_the_agencys_pathway"),
        (YOUNG, a_traveller(agency_id=None), "not_the_agencys_pathway"),
        (YOUNG, a_traveller(birth=Birth.on(date(1990, 1, 1))), "too_old_for_pathway"),
        (a_pathway(needs=frozenset({"offending"})), a_traveller(), "not_the_pathways_need"),
    ],
)
def test_a_pathway_is_refused(pathway: Pathway, traveller: Traveller, code: str) -> None:
    assert [refusal.code for refusal in refusals_of_pathway(pathway, traveller)] == [code]


@pytest.mark.row("S-20")
@pytest.mark.row("S-24")
def test_a_pathway_is_open_on_its_first_and_last_day() -> None:
    assert refusals_of_pathway(a_pathway(opens_on=TODAY, closes_on=TODAY), a_traveller()) == ()


def test_only_an_automatic_pathway_is_tagged_unasked() -> None:
    assert automatic_pathway([a_pathway()], a_traveller()) is None


@pytest.mark.row("S-16")
def test_the_first_fitting_pathway_in_the_programmes_order_is_tagged() -> None:
    later = a_pathway(code="later", automatic=True)

    assert automatic_pathway([YOUNG, later], a_traveller()) == YOUNG
