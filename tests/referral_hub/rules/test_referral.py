import pytest

from referral_hub.domain.referral import (
    ENDED,
    ENDS_PLACEMENT,
    MOVES,
    STATES,
    ReferralCannotMove,
    ReferralState,
    comes_first,
    moved,
    shown_to_agency,
)
from tests.referral_hub.builders import an_id, at


@pytest.mark.parametrize("state", [state for state in STATES if state not in ENDED])
def test_every_open_state_has_a_way_out(state: ReferralState) -> None:
    assert any(start == state for start, _ in MOVES | ENDS_PLACEMENT)


@pytest.mark.parametrize("state", sorted(ENDED))
def test_an_ended_referral_stays_ended(state: ReferralState) -> None:
    assert not any(start == state for start, _ in MOVES | ENDS_PLACEMENT)


@pytest.mark.parametrize("state", [state for state in STATES if state != "received"])
def test_every_state_can_be_reached_from_receipt(state: ReferralState) -> None:
    reached: set[ReferralState] = {"received"}
    for _ in STATES:
        reached |= {end for start, end in MOVES | ENDS_PLACEMENT if start in reached}

    assert state in reached


def test_a_referral_is_triaged_before_it_is_allocated() -> None:
    with pytest.raises(ReferralCannotMove, match="received cannot become allocated"):
        moved("received", "allocated")


def test_an_allocation_handed_back_puts_the_referral_on_the_waiting_list_again() -> None:
    assert moved("allocated", "triaged", ends_placement=True) == "triaged"


@pytest.mark.parametrize("to", STATES)
def test_nothing_moves_a_referral_on_and_leaves_its_placement_behind(to: ReferralState) -> None:
    with pytest.raises(ReferralCannotMove):
        moved("allocated", to)


def test_of_two_open_referrals_the_one_that_came_furthest_stays_and_of_equals_the_elder() -> None:
    allocated = comes_first("allocated", at(2021, 6, 3), an_id(3))
    elder = comes_first("received", at(2021, 6, 1), an_id(2))
    younger = comes_first("received", at(2021, 6, 2), an_id(1))

    assert sorted([younger, elder, allocated]) == [allocated, elder, younger]


@pytest.mark.parametrize("state", ["received", "triaged", "allocated"])
def test_an_agency_is_not_told_how_far_a_referral_has_come(state: ReferralState) -> None:
    assert shown_to_agency(state) == "received"
