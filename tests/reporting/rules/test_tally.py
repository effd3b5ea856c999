from datetime import date
from typing import Any

import pytest

from reporting.domain.tally import (
    Cell,
    Change,
    Tally,
    allocation_tally,
    change_in_tally,
    outcome_tally,
    referral_tally,
)
from tests.reporting.builders import an_outcome

OCTOBER, NOVEMBER = date(2019, 10, 1), date(2019, 11, 1)


def cell(place: Any, month: date, provider: str = "horton") -> Cell:
    return Cell(provider, "ACC_3M", place, month)


def test_an_outcome_moves_from_outstanding_to_achieved_in_the_month_the_prime_accepts_it() -> None:
    assert outcome_tally(an_outcome()) == {
        cell("outstanding", OCTOBER): 1,
        cell("outstanding", NOVEMBER): -1,
        cell("achieved", NOVEMBER): 1,
    }


@pytest.mark.parametrize("accepted_on", [date(2019, 10, 31), date(2019, 10, 4), date(2019, 9, 30)])
def test_what_is_accepted_by_the_end_of_its_own_month_was_never_outstanding(accepted_on: date) -> None:
    assert outcome_tally(an_outcome(accepted_on=accepted_on)) == {cell("achieved", OCTOBER): 1}


@pytest.mark.parametrize(
    "gone",
    [
        {"achieved_on": None},
        {"claim_state": "withdrawn"},
        {"withdrawn_on": NOVEMBER},
        {"claim_state": "verified", "taken_back_on": NOVEMBER},
    ],
)
def test_what_does_not_stand_is_counted_nowhere(gone: dict[str, Any]) -> None:
    assert outcome_tally(an_outcome(**gone)) == {}


def test_a_joint_outcome_is_its_leads_and_beside_it_its_contributors() -> None:
    joint = outcome_tally(an_outcome(accepted_on=OCTOBER, contributors=["connect", "horton", "connect"]))

    assert joint == {cell("achieved", OCTOBER): 1, cell("contributed", OCTOBER, "connect"): 1}


def test_a_leap_day_is_of_february() -> None:
    leap = outcome_tally(an_outcome(achieved_on=date(2020, 2, 29), accepted_on=date(2020, 2, 29)))

    assert list(leap) == [cell("achieved", date(2020, 2, 1))]


def test_what_changed_is_taken_away_and_added_and_what_did_not_is_left_alone() -> None:
    before, after = an_outcome(), an_outcome(claim_state="returned")

    moves = change_in_tally(outcome_tally, Change(before, after))

    assert moves == {cell("outstanding", NOVEMBER): 1, cell("achieved", NOVEMBER): -1}
    assert change_in_tally(outcome_tally, Change(after, after)) == {}
    assert outcome_tally(before) + moves == outcome_tally(after) + Tally()


def test_a_placement_handed_back_is_nobodys_referral_and_the_hub_has_received_it_still() -> None:
    placed = {"provider_id": "horton", "allocated_on": OCTOBER, "declined_on": None, "withdrawn_on": None}
    received = {"referred_on": date(2019, 10, 31), "duplicate_on": None}

    assert allocation_tally(placed) == {Cell("horton", "placed", "achieved", OCTOBER): 1}
    assert allocation_tally(placed | {"declined_on": OCTOBER}) == {}
    assert allocation_tally(placed | {"withdrawn_on": OCTOBER}) == {}
    assert referral_tally(received) == {Cell("", "received", "achieved", OCTOBER): 1}
    assert referral_tally(received | {"duplicate_on": OCTOBER}) == {}
