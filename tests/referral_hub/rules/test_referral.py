import pytest

from referral_hub.domain.referral import (
    ENDED,
    MOVES,
    STATES,
    ReferralCannotMove,
    ReferralState,
    moved,
    participant_has_no_open_referral,
)


@pytest.mark.parametrize("state", [state for state in STATES if state not in ENDED])
def test_every_open_state_has_a_way_out(state: ReferralState) -> None:
    assert any(start == state for start, _ in MOVES)


@pytest.mark.parametrize("state", sorted(ENDED))
def test_an_ended_referral_stays_ended(state: ReferralState) -> None:
    assert not any(start == state for start, _ in MOVES)


@pytest.mark.parametrize("state", [state for state in STATES if state != "received"])
def test_every_state_can_be_reached_from_receipt(state: ReferralState) -> None:
    reached: set[ReferralState] = {"received"}
    for _ in STATES:
        reached |= {end for start, end in MOVES if start in reached}

    assert state in reached


def test_a_referral_is_triaged_before_it_is_allocated() -> None:
    with pytest.raises(ReferralCannotMove, match="received cannot become allocated"):
        moved("received", "allocated")


def test_an_allocation_handed_back_puts_the_referral_on_the_waiting_list_again() -> None:
    assert moved("allocated", "triaged") == "triaged"


@pytest.mark.parametrize("state", [state for state in STATES if state not in ENDED])
def test_a_person_with_an_open_referral_is_not_referred_again(state: ReferralState) -> None:
    refusal = participant_has_no_open_referral(["closed", state])

    assert refusal is not None
    assert refusal.code == "already_referred"


def test_a_closed_or_declined_participant_may_return() -> None:
    assert participant_has_no_open_referral(["closed", "declined"]) is None
