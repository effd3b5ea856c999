"""Joint work agreed wrongly is put right or taken back: sight and credit follow; what a refusal tells to do works."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.case_management.api.test_closures import WISHED, ask
from tests.case_management.api.world import (
    CASEWORKER,
    PRIME,
    PROVIDER_MANAGER,
    STRANGER,
    World,
    came_about,
    refusals_in,
    someone,
)

pytestmark = pytest.mark.row("S-44")

CONNECT, FOUNDATION = STRANGER, someone("caseworker", organisation="foundation", kind="provider")
WHY = {"reason": "The wrong provider was chosen."}


async def put_right(world: World, joint_work_id: UUID, who: str = PROVIDER_MANAGER, **said: Any) -> httpx.Response:
    return await world.door.post(f"/v1/joint-work/{joint_work_id}/corrections", who, said | WHY)


async def taken_back(world: World, joint_work_id: UUID, who: str = PROVIDER_MANAGER) -> httpx.Response:
    return await world.door.post(f"/v1/joint-work/{joint_work_id}/withdrawal", who, WHY)


async def ended(world: World, joint_work_id: UUID, on: str) -> dict[str, Any]:
    answer = await world.door.post(f"/v1/joint-work/{joint_work_id}/end", PROVIDER_MANAGER, {"ended_on": on})
    return came_about(answer)


async def sees(world: World, case_id: UUID) -> tuple[bool, bool]:
    """Whether connect and foundation see the case."""
    answers = [await world.door.get(f"/v1/cases/{case_id}", who) for who in (CONNECT, FOUNDATION)]
    return answers[0].is_success, answers[1].is_success


async def contributors(world: World) -> list[list[str]]:
    return [one["contributors"] for one in await world.door.announced("OutcomeEvidenced")]


async def test_the_provider_that_was_meant_sees_the_case_and_is_credited_with_what_was_achieved(world: World) -> None:
    case_id = await world.a_started_case()
    joint_work_id = await world.joint_work(case_id, from_on="2019-09-20")
    await world.an_outcome(case_id, await world.a_note(case_id))

    answer = came_about(await put_right(world, joint_work_id, joint_provider_id="foundation"))

    assert (answer["joint_provider_id"], answer["from_on"], answer["ended_on"]) == ("foundation", "2019-09-20", None)
    assert await sees(world, case_id) == (False, True)
    assert await contributors(world) == [["connect"], ["foundation"]]
    assert [one["cause"] for one in await world.door.announced("OutcomeEvidenced")] == [None, "joint-work"]
    [said] = await world.door.announced("JointWorkCorrected")
    assert (said["joint_provider_id"], said["instead_of"], said["sees_it"]) == ("foundation", "connect", True)
    [kept] = (await world.told(case_id))["corrections"]
    assert (kept["kind"], kept["before"]) == ("joint-work", {"organisation_id": "connect"})


async def test_days_put_right_credit_those_who_were_joint_on_the_day(world: World) -> None:
    case_id = await world.a_started_case()
    joint_work_id = await world.joint_work(case_id, from_on="2019-10-05")
    await world.an_outcome(case_id, await world.a_note(case_id))

    came_about(await put_right(world, joint_work_id, from_on="2019-09-20"))
    await ended(world, joint_work_id, "2019-09-30")
    came_about(await put_right(world, joint_work_id, ended_on="2019-10-01"))

    assert await contributors(world) == [[], ["connect"], [], ["connect"]]
    assert await sees(world, case_id) == (False, False)


async def test_an_outcome_without_evidence_yet_is_credited_rightly_once_it_has_some(world: World) -> None:
    case_id = await world.a_started_case()
    joint_work_id = await world.joint_work(case_id, from_on="2019-09-20")
    outcome_id = await world.an_outcome(case_id)

    came_about(await put_right(world, joint_work_id, joint_provider_id="foundation"))
    evidence = {"evidence": [str(await world.a_note(case_id))]}
    came_about(await world.door.post(f"/v1/outcomes/{outcome_id}/revisions", CASEWORKER, evidence))

    assert await contributors(world) == [["foundation"]]


async def test_who_was_named_stays_named_while_they_worked_on_the_case_at_all(world: World) -> None:
    case_id = await world.a_started_case()
    connect, foundation = [
        await world.joint_work(case_id, one, from_on="2019-09-20") for one in ("connect", "foundation")
    ]
    await world.an_outcome(case_id, await world.a_note(case_id), contributors=["connect"])

    came_about(await put_right(world, foundation, from_on="2019-09-25"))
    await ended(world, connect, "2019-09-25")
    assert await contributors(world) == [["connect"]]
    came_about(await taken_back(world, connect))

    assert await contributors(world) == [["connect"], []]


async def test_one_that_ended_by_mistake_goes_on(world: World) -> None:
    case_id = await world.a_started_case()
    joint_work_id = await world.joint_work(case_id)
    await ended(world, joint_work_id, "2019-10-07")
    again = await world.door.post(f"/v1/joint-work/{joint_work_id}/end", PROVIDER_MANAGER, {})
    assert (refusals_in(again), "put it right" in again.json()["detail"]) == (["joint_work_ended"], True)

    came_about(await put_right(world, joint_work_id, going_on=True))

    assert await sees(world, case_id) == (True, False)
    both = await put_right(world, joint_work_id, going_on=True, ended_on="2019-10-07")
    assert both.status_code == 422


async def test_what_was_never_agreed_is_taken_back_and_can_be_agreed_anew(world: World) -> None:
    case_id = await world.a_started_case()
    joint_work_id = await world.joint_work(case_id)

    answer = came_about(await taken_back(world, joint_work_id))
    late = [await taken_back(world, joint_work_id), await put_right(world, joint_work_id, from_on="2019-10-01")]

    assert answer["withdrawn_on"] == "2019-10-07"
    assert await sees(world, case_id) == (False, False)
    [said] = await world.door.announced("JointWorkWithdrawn")
    assert (said["joint_work_id"], said["joint_provider_id"], said["sees_it"]) == (
        str(joint_work_id),
        "connect",
        False,
    )
    assert [(one.status_code, refusals_in(one)) for one in late] == [(409, ["withdrawn_already"])] * 2
    await world.joint_work(case_id)
    assert await sees(world, case_id) == (True, False)


async def test_an_old_agreement_put_right_or_taken_back_leaves_the_one_that_goes_on(world: World) -> None:
    case_id = await world.a_started_case()
    old = await world.joint_work(case_id, from_on="2019-09-16")
    await ended(world, old, "2019-09-20")
    await world.joint_work(case_id, from_on="2019-10-01")

    came_about(await put_right(world, old, ended_on="2019-09-21"))
    came_about(await taken_back(world, old))

    assert await sees(world, case_id) == (True, False)
    said = await world.door.announced("JointWorkCorrected", "JointWorkWithdrawn")
    assert [one["sees_it"] for one in said] == [True, True]


@pytest.mark.parametrize(
    ("wrong", "status", "code", "told"),
    [
        ({"joint_provider_id": "nobody"}, 422, "unknown_provider", "Choose from connect, foundation"),
        ({"joint_provider_id": "horton"}, 422, "joint_with_itself", "another provider"),
        ({"joint_provider_id": "foundation"}, 409, "joint_already", "correct its days"),
        ({"from_on": "2019-10-08"}, 422, "joint_on_an_impossible_day", "day it was agreed"),
        ({"ended_on": "2019-10-08"}, 422, "joint_end_on_an_impossible_day", "last day"),
        ({"shareable_only": False}, 422, "nothing_corrected", "Change what is wrong"),
    ],
)
async def test_joint_work_is_not_put_right_to_what_cannot_be(
    common_world: World, wrong: dict[str, Any], status: int, code: str, told: str
) -> None:
    case_id = await common_world.a_started_case()
    await common_world.joint_work(case_id, "foundation")
    joint_work_id = await common_world.joint_work(case_id)

    refused = await put_right(common_world, joint_work_id, **wrong)

    assert (refused.status_code, refusals_in(refused)) == (status, [code])
    assert told in refused.json()["detail"]
    came_about(await put_right(common_world, joint_work_id, from_on="2019-10-01"))


async def test_days_that_overlap_are_given_outside_of_those_there_are(common_world: World) -> None:
    case_id = await common_world.a_started_case()
    old = await common_world.joint_work(case_id, from_on="2019-09-16")
    await ended(common_world, old, "2019-09-20")
    new = await common_world.joint_work(case_id, from_on="2019-10-01")

    refused = await put_right(common_world, new, from_on="2019-09-18")

    assert refusals_in(refused) == ["joint_already"]
    assert "2019-09-16 to 2019-09-20" in refused.text
    came_about(await put_right(common_world, new, from_on="2019-09-20"))


async def test_of_a_closed_case_joint_work_is_put_right_and_does_not_go_on(world: World) -> None:
    case_id = await world.a_started_case()
    joint_work_id = await world.joint_work(case_id)
    request_id = await ask(world, case_id, WISHED)
    came_about(await world.door.post(f"/v1/closure-requests/{request_id}/decision", PRIME, {"decision": "confirmed"}))

    refused = await put_right(world, joint_work_id, going_on=True)

    assert (refused.status_code, refusals_in(refused)) == (409, ["case_closed"])
    came_about(await put_right(world, joint_work_id, from_on="2019-09-20", ended_on="2019-10-01"))


async def test_of_a_restricted_case_nobody_is_shown_more_by_a_correction(world: World) -> None:
    case_id = await world.a_started_case(restricted=True)
    joint_work_id = await world.joint_work(case_id)

    shown = came_about(await put_right(world, joint_work_id, shareable_only=False, from_on="2019-10-01"))

    assert shown["shareable_only"] is True


async def test_only_the_leads_manager_puts_joint_work_right(common_world: World) -> None:
    case_id = await common_world.a_started_case()
    joint_work_id = await common_world.joint_work(case_id)
    joint_manager = someone("provider-manager", organisation="connect", kind="provider")
    nobody = someone("provider-manager", organisation="foundation", kind="provider")

    for who, status in ((CASEWORKER, 403), (PRIME, 403), (joint_manager, 403), (nobody, 404)):
        assert (await taken_back(common_world, joint_work_id, who)).status_code == status
        assert (await put_right(common_world, joint_work_id, who, from_on="2019-10-01")).status_code == status
    [lead] = await common_world.door.rows(
        "select id from case_access where case_id = :id and scope = 'lead'", id=case_id
    )
    assert (await taken_back(common_world, lead["id"])).status_code == 404
