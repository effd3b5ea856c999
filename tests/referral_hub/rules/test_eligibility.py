from dataclasses import replace
from datetime import date, timedelta

import pytest

from referral_hub.domain.birth import UNKNOWN, Birth
from referral_hub.domain.eligibility import Arrival, refusals_of_arrival
from tests.referral_hub.builders import COHORT, TODAY, an_arrival


def codes(arrival: Arrival) -> set[str]:
    return {refusal.code for refusal in refusals_of_arrival(arrival, COHORT, TODAY)}


def test_a_usual_referral_is_taken() -> None:
    assert codes(an_arrival()) == set()


@pytest.mark.row("S-26")
@pytest.mark.parametrize(
    ("born_on", "refused"),
    [
        (date(2005, 6, 14), set[str]()),
        (date(2005, 6, 15), set[str]()),
        (date(2005, 6, 16), {"too_young"}),
    ],
)
def test_sixteen_on_the_day_of_referral_is_old_enough(born_on: date, refused: set[str]) -> None:
    assert codes(an_arrival(birth=Birth.on(born_on))) == refused


@pytest.mark.parametrize(
    ("referred_on", "refused"), [(date(2020, 2, 28), {"too_young"}), (date(2020, 2, 29), set[str]())]
)
def test_a_leap_day_birthday_is_counted_on_the_day(referred_on: date, refused: set[str]) -> None:
    assert codes(an_arrival(birth=Birth.on(date(2004, 2, 29)), referred_on=referred_on)) == refused


@pytest.mark.row("S-26")
@pytest.mark.parametrize(
    ("arrival", "refused"),
    [
        (an_arrival(referred_on=TODAY + timedelta(days=1)), {"referred_in_the_future"}),
        (an_arrival(birth=Birth.on(date(1900, 6, 14))), {"impossible_date_of_birth"}),
        (an_arrival(birth=Birth.on(TODAY + timedelta(days=1))), {"impossible_date_of_birth", "too_young"}),
        (an_arrival(birth=Birth.on(TODAY)), {"too_young"}),
        (an_arrival(birth=Birth.on(date(1900, 6, 16))), set[str]()),
        (an_arrival(needs=frozenset[str]()), {"no_need"}),
        (an_arrival(needs=frozenset({"homelessness", "loneliness"})), {"unknown_need"}),
        (an_arrival(source="horoscope"), {"unknown_source"}),
        (an_arrival(agency_id=None), {"agency_missing"}),
        (an_arrival(source="self"), {"agency_not_expected"}),
        (an_arrival(source="self", agency_id=None), set[str]()),
    ],
)
def test_a_referral_is_refused_for_its_fault(arrival: Arrival, refused: set[str]) -> None:
    assert codes(arrival) == refused


def test_every_reason_for_refusal_is_given_at_once() -> None:
    arrival = an_arrival(birth=Birth.on(date(2010, 1, 1)), needs=frozenset[str](), source="unheard", agency_id=None)

    assert codes(arrival) == {"too_young", "no_need", "unknown_source", "agency_missing"}


def test_an_agency_the_programme_does_not_know_is_refused() -> None:
    known = replace(COHORT, agencies={"housing-solutions": "council"})

    assert refusals_of_arrival(an_arrival(), known, TODAY) == ()
    [refusal] = refusals_of_arrival(an_arrival(agency_id="corner-shop"), known, TODAY)
    assert refusal.code == "unknown_agency"


@pytest.mark.row("S-03")
@pytest.mark.parametrize(
    ("source", "codes"), [("council", []), ("police", ["source_is_not_the_agencys"]), ("rumour", ["unknown_source"])]
)
def test_an_agency_refers_as_what_it_is(source: str, codes: list[str]) -> None:
    known = replace(COHORT, agencies={"housing-solutions": "council"})

    assert [one.code for one in refusals_of_arrival(an_arrival(source=source), known, TODAY)] == codes


def test_nobody_was_referred_before_the_programme_began() -> None:
    begun = replace(COHORT, starts_on=TODAY)

    assert refusals_of_arrival(an_arrival(), begun, TODAY) == ()
    [refusal] = refusals_of_arrival(an_arrival(referred_on=TODAY - timedelta(days=1)), begun, TODAY)
    assert refusal.code == "referred_before_the_programme"


def test_nobody_is_referred_after_the_programme_ended() -> None:
    ended = replace(COHORT, ends_on=TODAY - timedelta(days=1))

    assert refusals_of_arrival(an_arrival(referred_on=TODAY - timedelta(days=1)), ended, TODAY) == ()
    [refusal] = refusals_of_arrival(an_arrival(), ended, TODAY)
    assert refusal.code == "referred_after_the_programme"
    assert "`Simulated-Now`" in refusal.remedy


@pytest.mark.parametrize(
    ("birth", "believed", "refused"),
    [
        (UNKNOWN, False, {"age_not_known"}),
        (UNKNOWN, True, set[str]()),
        (Birth.in_year(2005), False, {"age_not_known"}),
        (Birth.in_year(2005), True, set[str]()),
        (Birth.in_year(2004), False, set[str]()),
        (Birth.in_year(2006), True, {"too_young"}),
    ],
)
def test_where_the_birth_date_cannot_tell_the_referrer_is_asked(
    birth: Birth, believed: bool, refused: set[str]
) -> None:
    assert codes(an_arrival(birth=birth, believed_of_age=believed)) == refused
