import pytest

from referral_hub.domain.decline import DeclineAttempt, Room, needs_joint_risk_plan, refusals_of_decline

REASONS = frozenset({"no-capacity", "outside-expertise"})


@pytest.mark.parametrize(
    ("decline", "codes"),
    [
        (DeclineAttempt("no-capacity", "Two workers are ill."), []),
        (DeclineAttempt("too-high-risk", "Arson."), ["too_high_risk_is_not_final"]),
        (DeclineAttempt("unmotivated", "Missed a call."), ["unknown_decline_reason"]),
        (DeclineAttempt("no-capacity", " "), ["decline_not_accounted_for"]),
    ],
)
def test_a_decline_has_a_reason_that_may_be_one(decline: DeclineAttempt, codes: list[str]) -> None:
    assert [refusal.code for refusal in refusals_of_decline(decline, REASONS)] == codes


@pytest.mark.row("S-13")
def test_too_high_a_risk_is_not_final_even_where_a_programme_lists_it() -> None:
    refusals = refusals_of_decline(DeclineAttempt("too-high-risk", "Arson."), REASONS | {"too-high-risk"})

    assert [refusal.code for refusal in refusals] == ["too_high_risk_is_not_final"]


@pytest.mark.row("S-13")
def test_what_to_do_instead_of_declining_for_risk_depends_on_whether_anybody_is_placed() -> None:
    [by_provider] = refusals_of_decline(DeclineAttempt("too-high-risk", "Arson."), REASONS)
    [by_hub] = refusals_of_decline(DeclineAttempt("too-high-risk", "Arson.", by_hub=True), REASONS)

    assert "the allocation stands" in by_provider.remedy
    assert by_hub.remedy.startswith("Place the participant")


@pytest.mark.row("S-12")
@pytest.mark.parametrize(("room", "enough"), [(Room(10, 8, 2), True), (Room(10, 9, 2), False), (Room(0, 0, 1), False)])
def test_a_provider_had_room_for_whoever_fits_in_what_others_leave(room: Room, enough: bool) -> None:
    assert room.was_enough is enough


@pytest.mark.row("S-13")
def test_the_hub_owes_a_joint_risk_plan_for_too_high_a_risk_alone() -> None:
    assert needs_joint_risk_plan(DeclineAttempt("too-high-risk", "Arson."))
    assert not needs_joint_risk_plan(DeclineAttempt("no-capacity", "Full."))
