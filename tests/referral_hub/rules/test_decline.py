import pytest

from referral_hub.domain.decline import Decline, needs_joint_risk_plan, refusals_of_decline

REASONS = frozenset({"no-capacity", "outside-expertise"})


@pytest.mark.parametrize(
    ("decline", "codes"),
    [
        (Decline("no-capacity", "Two workers are ill."), []),
        (Decline("too-high-risk", "Arson."), ["too_high_risk_is_not_final"]),
        (Decline("unmotivated", "Missed a call."), ["unknown_decline_reason"]),
        (Decline("no-capacity", " "), ["decline_not_accounted_for"]),
    ],
)
def test_a_decline_has_a_reason_that_may_be_one(decline: Decline, codes: list[str]) -> None:
    assert [refusal.code for refusal in refusals_of_decline(decline, REASONS)] == codes


@pytest.mark.row("S-13")
def test_too_high_a_risk_is_not_final_even_where_a_programme_lists_it() -> None:
    refusals = refusals_of_decline(Decline("too-high-risk", "Arson."), REASONS | {"too-high-risk"})

    assert [refusal.code for refusal in refusals] == ["too_high_risk_is_not_final"]


@pytest.mark.row("S-13")
def test_the_hub_owes_a_joint_risk_plan_for_too_high_a_risk_alone() -> None:
    assert needs_joint_risk_plan(Decline("too-high-risk", "Arson."))
    assert not needs_joint_risk_plan(Decline("no-capacity", "Full."))
