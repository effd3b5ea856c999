from datetime import date

import pytest

from referral_hub.domain.allocation import Choice, allocate
from referral_hub.domain.override import Override, overridden, refusals_of_override
from tests.referral_hub.builders import TODAY, WEIGHTS, a_candidate, a_need


def a_recommendation() -> Choice:
    panel = [
        a_candidate("horton"),
        a_candidate("connect", capacity=0),
        a_candidate("provider-9", left_on=date(2020, 5, 31)),
    ]
    return allocate(a_need(), panel, TODAY, WEIGHTS)


@pytest.mark.parametrize(
    ("override", "codes"),
    [
        (Override("connect", "She knows the worker there."), []),
        (Override("connect", "  "), ["override_needs_a_reason"]),
        (Override("provider-9", "Near to home."), ["not_in_partnership"]),
        (Override("elsewhere", "Near to home."), ["not_a_candidate"]),
        (Override("horton", "Near to home."), ["nothing_to_override"]),
    ],
)
def test_an_override_needs_a_reason_and_another_provider_of_the_partnership(
    override: Override, codes: list[str]
) -> None:
    assert [refusal.code for refusal in refusals_of_override(override, a_recommendation())] == codes


def test_an_override_keeps_the_recommendation_in_its_explanation() -> None:
    allocation = overridden(a_recommendation(), Override("connect", "She knows the worker there."))

    assert allocation.chosen == "connect"
    assert allocation.overridden
    assert allocation.explanation.recommended == "horton"
    assert allocation.explanation.weighings == a_recommendation().explanation.weighings


def test_a_participant_nobody_fits_can_still_be_placed_by_a_person() -> None:
    waiting = allocate(a_need(), [a_candidate("connect", capacity=0)], TODAY, WEIGHTS)

    assert refusals_of_override(Override("connect", "Agreed by telephone."), waiting) == ()
