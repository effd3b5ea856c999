"""A request to close, or a closure, that was a mistake is put right or taken back; what a refusal tells to do works."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from common.contracts.referrals import AllocationDeclined
from common.ids import new_id
from tests.case_management.api.test_closures import DISENGAGED, WISHED, ask, three_attempts
from tests.case_management.api.world import (
    CASEWORKER,
    HUB,
    PRIME,
    PROVIDER_MANAGER,
    STRANGER,
    World,
    a_merge,
    an_allocation,
    came_about,
    refusals_in,
    someone,
)

pytestmark = pytest.mark.row("S-47")

NEXT_WEEK = datetime(2019, 10, 14, 9, tzinfo=UTC)
WHY = {"reason": "The wrong person was meant."}
COLLEAGUE = someone("prime-manager", "caseworker")


async def asked(world: World, body: dict[str, Any] = WISHED, **but: Any) -> tuple[UUID, UUID]:
    case_id = await world.a_started_case(**but)
    return case_id, await ask(world, case_id, body)


async def decided(world: World, request_id: UUID, decision: str = "confirmed", **more: Any) -> dict[str, Any]:
    body = {"decision": decision} | ({"reason": "Try her sister."} if decision == "refused" else {})
    return came_about(await world.door.post(f"/v1/closure-requests/{request_id}/decision", PRIME, body, **more))


async def closed(world: World, **but: Any) -> UUID:
    case_id, request_id = await asked(world, **but)
    await decided(world, request_id)
    return case_id


# --- the request


async def test_a_request_taken_back_lets_the_case_go_on_and_another_be_made(world: World) -> None:
    case_id, request_id = await asked(world)

    taken = came_about(await world.door.post(f"/v1/closure-requests/{request_id}/withdrawal", CASEWORKER, WHY))

    told = await world.told(case_id)
    assert (taken["state"], told["state"]) == ("withdrawn", "started")
    [kept] = told["corrections"]
    assert (kept["kind"], kept["of_id"], kept["reason"]) == (
        "closure-request-withdrawn",
        str(request_id),
        WHY["reason"],
    )
    [announced] = await world.door.announced("CaseClosureRequestWithdrawn")
    assert (announced["request_id"], announced["withdrawn_on"]) == (str(request_id), "2019-10-07")
    late = await world.door.post(f"/v1/closure-requests/{request_id}/decision", PRIME, {"decision": "confirmed"})
    assert (late.status_code, refusals_in(late)) == (409, ["closure_not_requested"])
    await decided(world, await ask(world, case_id, WISHED))


async def test_a_request_is_put_right_and_judged_as_if_it_were_new(world: World) -> None:
    case_id, request_id = await asked(world)
    path = f"/v1/closure-requests/{request_id}/corrections"
    not_their_wish = {"by_participant": False, "closure_reason": "deceased"} | WHY

    too_few = await world.door.post(path, CASEWORKER, {"by_participant": False} | WHY)
    unknown = await world.door.post(path, CASEWORKER, {"closure_reason": "bored"} | WHY)
    unachieved = await world.door.post(
        path, CASEWORKER, {"by_participant": False, "closure_reason": "outcomes-achieved"} | WHY
    )
    came_about(await world.door.post(path, CASEWORKER, not_their_wish))

    assert refusals_in(too_few) == ["not_personalised", "too_few_attempts", "too_few_channels"]
    assert refusals_in(unknown) == ["unknown_closure_reason"]
    assert "no_outcome_on_record" in refusals_in(unachieved)
    [request] = (await world.told(case_id))["closure_requests"]
    assert (request["reason"], request["by_participant"], request["state"]) == ("deceased", False, "open")
    [announced] = await world.door.announced("CaseClosureRequestCorrected")
    assert (announced["reason"], announced["by_participant"]) == ("deceased", False)
    await decided(world, request_id)
    assert (await world.told(case_id))["closure_reason"] == "deceased"


@pytest.mark.parametrize("decision", ["confirmed", "refused"])
async def test_of_a_request_that_was_decided_the_closure_is_put_right_or_another_made(
    world: World, decision: str
) -> None:
    case_id = await world.a_started_case()
    await three_attempts(world, case_id)
    request_id = await ask(world, case_id, DISENGAGED)
    await decided(world, request_id, decision)

    paths = [f"/v1/closure-requests/{request_id}/{step}" for step in ("withdrawal", "corrections")]
    late = [await world.door.post(paths[0], CASEWORKER, WHY)]
    late.append(await world.door.post(paths[1], CASEWORKER, {"closure_reason": "deceased"} | WHY))

    assert [(one.status_code, refusals_in(one)) for one in late] == [(409, ["closure_decided"])] * 2
    if decision == "refused":
        assert "again" in late[0].json()["detail"]
        await decided(world, await ask(world, case_id, DISENGAGED))
    else:
        assert "Ask the prime" in late[0].json()["detail"]
        came_about(await world.door.post(f"/v1/cases/{case_id}/reopening", PRIME, WHY))


async def test_what_was_taken_back_stays_so_and_a_second_request_says_what_can_be_done(world: World) -> None:
    case_id, request_id = await asked(world)

    second = await world.door.post(f"/v1/cases/{case_id}/closure-requests", CASEWORKER, WISHED)
    back = [await world.door.post(f"/v1/closure-requests/{request_id}/withdrawal", CASEWORKER, WHY) for _ in range(2)]

    assert refusals_in(second) == ["closure_not_open"]
    assert "take it back" in second.json()["detail"]
    assert [one.status_code for one in back] == [200, 409]
    assert refusals_in(back[1]) == ["withdrawn_already"]
    await ask(world, case_id, WISHED)


async def test_who_decides_and_who_takes_back_at_once_are_one_after_the_other(world: World) -> None:
    case_id, request_id = await asked(world)
    path = f"/v1/closure-requests/{request_id}"

    answers = await asyncio.gather(
        world.door.post(f"{path}/decision", PRIME, {"decision": "confirmed"}),
        world.door.post(f"{path}/withdrawal", CASEWORKER, WHY),
    )

    assert sorted(one.status_code for one in answers) == [200, 409]
    told = await world.told(case_id)
    assert (told["state"], told["closure_requests"][0]["state"]) in {("closed", "confirmed"), ("started", "withdrawn")}


# --- the closure


async def test_why_and_when_a_case_closed_is_put_right_and_announced_whole(world: World) -> None:
    case_id = await closed(world)
    path = f"/v1/cases/{case_id}/closure/corrections"

    right = {"closure_reason": "deceased", "closed_on": "2019-10-01"} | WHY
    answer = came_about(await world.door.post(path, PRIME, right))

    assert (answer["state"], answer["closure_reason"], answer["closed_on"]) == ("closed", "deceased", "2019-10-01")
    [kept] = (await world.told(case_id))["corrections"]
    assert (kept["kind"], kept["before"]) == (
        "closure",
        {"closure_reason": "disengaged", "closed_on": "2019-10-07"},
    )
    [announced] = await world.door.announced("CaseClosureCorrected")
    assert (announced["reason"], announced["closed_on"], announced["corrected_on"]) == (
        "deceased",
        "2019-10-01",
        "2019-10-07",
    )


@pytest.mark.parametrize(
    ("wrong", "code", "told"),
    [
        ({"closure_reason": "bored"}, "unknown_closure_reason", "disengaged"),
        ({"closed_on": "2019-10-08"}, "closed_on_an_impossible_day", "last day"),
        ({"closed_on": "2019-09-15"}, "closed_on_an_impossible_day", "2019-09-16"),
        ({"closure_reason": "outcomes-achieved"}, "no_outcome_on_record", "another reason"),
        ({}, "nothing_corrected", "leave the record as it is"),
    ],
)
async def test_a_closure_is_not_put_right_to_what_cannot_be(
    common_world: World, wrong: dict[str, str], code: str, told: str
) -> None:
    case_id = await closed(common_world)
    path = f"/v1/cases/{case_id}/closure/corrections"

    refused = await common_world.door.post(path, PRIME, wrong | WHY)

    assert (refused.status_code, refusals_in(refused)) == (422, [code])
    assert told in refused.text
    came_about(await common_world.door.post(path, PRIME, {"closure_reason": "deceased"} | WHY))


async def test_a_closure_does_not_move_before_an_outcome_that_counts(world: World) -> None:
    case_id = await closed(world)
    outcome_id = await world.an_outcome(case_id, achieved_on="2019-10-03")
    path, right = f"/v1/cases/{case_id}/closure/corrections", {"closed_on": "2019-10-02"} | WHY

    refused = await world.door.post(path, PRIME, right)

    assert refusals_in(refused) == ["closed_before_the_last"]
    earlier = {"achieved_on": "2019-10-02", "reason": "It was the day before."}
    came_about(await world.door.post(f"/v1/outcomes/{outcome_id}/revisions", CASEWORKER, earlier))
    came_about(await world.door.post(path, PRIME, right))
    achieved = {"closure_reason": "outcomes-achieved"} | WHY
    came_about(await world.door.post(path, PRIME, achieved))


PLAN = {"kind": "support", "goals": [{"goal": "A home."}], "agreed_on": "2019-10-04"}
LIGHT_TOUCH = {"phase": "light-touch", "changed_on": "2019-10-04"}
CHANGED, AGREED = {"changed_on": "2019-10-02"} | WHY, {"agreed_on": "2019-10-02"} | WHY


async def test_a_closure_does_not_move_before_what_was_done_in_the_case_until_that_is_put_right(world: World) -> None:
    case_id = await world.a_started_case()
    plan_id = came_about(await world.door.post(f"/v1/cases/{case_id}/plans", CASEWORKER, PLAN))["id"]
    came_about(await world.door.post(f"/v1/cases/{case_id}/phase", CASEWORKER, LIGHT_TOUCH))
    over = {"cases": [{"case_id": str(case_id), "worker": "worker-2"}], "handed_over_on": "2019-10-05"}
    came_about(await world.door.post("/v1/hand-overs", CASEWORKER, over))
    joint = await world.joint_work(case_id, from_on="2019-10-03")
    ended = {"ended_on": "2019-10-04"}
    came_about(await world.door.post(f"/v1/joint-work/{joint}/end", PROVIDER_MANAGER, ended))
    await decided(world, await ask(world, case_id, WISHED))
    path, right = f"/v1/cases/{case_id}/closure/corrections", {"closed_on": "2019-10-02"} | WHY

    refused = await world.door.post(path, PRIME, right)

    assert refusals_in(refused) == ["closed_before_the_last"]
    assert refused.json()["refusals"][0]["reason"] == (
        "On record after it: joint work agreed on 2019-10-03, a change of phase on 2019-10-04, a plan on 2019-10-04, "
        "joint work ended on 2019-10-04, a hand-over on 2019-10-05."
    )
    _, to_light_touch, handed_over = (await world.told(case_id))["phases"]
    for step, body in (
        (f"phases/{to_light_touch['id']}/corrections", CHANGED),
        (f"phases/{handed_over['id']}/withdrawal", WHY),
        (f"plans/{plan_id}/corrections", AGREED),
        (f"joint-work/{joint}/withdrawal", WHY),
    ):
        who = PROVIDER_MANAGER if step.startswith("joint") else CASEWORKER
        came_about(await world.door.post(f"/v1/{step}", who, body))
    assert came_about(await world.door.post(path, PRIME, right))["closed_on"] == "2019-10-02"


async def test_joint_work_that_ended_with_the_case_ends_with_it_on_the_day_that_is_right(world: World) -> None:
    case_id = await world.a_started_case()
    await world.joint_work(case_id, from_on="2019-09-20")
    await world.an_outcome(case_id, achieved_on="2019-09-25")
    await decided(world, await ask(world, case_id, WISHED))

    right = {"closed_on": "2019-10-02"} | WHY
    came_about(await world.door.post(f"/v1/cases/{case_id}/closure/corrections", PRIME, right))

    told = await world.told(case_id)
    [work] = told["joint_work"]
    assert (work["from_on"], work["ended_on"]) == ("2019-09-20", "2019-10-02")
    assert {one["kind"]: one["before"] for one in told["corrections"]} == {
        "closure": {"closed_on": "2019-10-07"},
        "joint-work": {"until_on": "2019-10-07"},
    }


async def test_where_outcomes_count_after_closure_its_day_is_free_of_them(world: World) -> None:
    await world.load_programme(recording={"after_closure": True})
    case_id = await closed(world)
    await world.an_outcome(case_id, achieved_on="2019-10-03")

    right = {"closed_on": "2019-10-02"} | WHY
    came_about(await world.door.post(f"/v1/cases/{case_id}/closure/corrections", PRIME, right))


async def test_a_case_that_is_open_has_no_closure_to_put_right_and_none_to_take_back(world: World) -> None:
    case_id, request_id = await asked(world)

    steps = (("closure/corrections", {"closed_on": "2019-10-01"} | WHY), ("reopening", WHY))
    waiting = [await world.door.post(f"/v1/cases/{case_id}/{step}", PRIME, body) for step, body in steps]
    await world.door.post(f"/v1/closure-requests/{request_id}/withdrawal", CASEWORKER, WHY)
    going_on = await world.door.post(f"/v1/cases/{case_id}/reopening", PRIME, WHY)

    assert [(one.status_code, refusals_in(one)) for one in waiting] == [(409, ["case_not_closed"])] * 2
    assert ("Decide" in waiting[0].json()["detail"], "Go on" in going_on.json()["detail"]) == (True, True)


# --- the way back


async def test_a_case_closed_by_mistake_goes_on_as_if_it_never_had(world: World) -> None:
    case_id = await closed(world)
    reopened = came_about(await world.door.post(f"/v1/cases/{case_id}/reopening", PRIME, WHY, at=NEXT_WEEK))

    assert (reopened["state"], reopened["closed_on"], reopened["closure_reason"]) == ("started", None, None)
    [announced] = await world.door.announced("CaseReopened")
    assert (announced["started_on"], announced["reopened_on"]) == ("2019-09-16", "2019-10-14")
    achieved = {"outcome": "ACC_ENTRY", "achieved_on": "2019-10-10"}
    came_about(await world.door.post(f"/v1/cases/{case_id}/outcomes", CASEWORKER, achieved, at=NEXT_WEEK))
    [kept] = (await world.told(case_id))["corrections"]
    assert (kept["kind"], kept["before"]["closed_on"]) == ("reopening", "2019-10-07")
    again = await world.door.post(f"/v1/cases/{case_id}/closure-requests", CASEWORKER, WISHED, at=NEXT_WEEK)
    await decided(world, UUID(came_about(again)["id"]), at=NEXT_WEEK)


async def test_one_that_had_not_begun_awaits_its_start_again(world: World) -> None:
    case_id = await world.an_allocated_case()
    await decided(world, await ask(world, case_id, WISHED))

    came_about(await world.door.post(f"/v1/cases/{case_id}/reopening", PRIME, WHY))

    assert (await world.told(case_id))["state"] == "allocated"
    came_about(await world.door.post(f"/v1/cases/{case_id}/start", CASEWORKER, {}))


async def test_joint_work_ended_with_the_closure_and_is_agreed_anew(world: World) -> None:
    case_id, request_id = await asked(world)
    await world.joint_work(case_id)
    await decided(world, request_id)
    came_about(await world.door.post(f"/v1/cases/{case_id}/reopening", PRIME, WHY))

    assert (await world.door.get(f"/v1/cases/{case_id}", STRANGER)).status_code == 404
    await world.joint_work(case_id, from_on="2019-10-07")
    assert (await world.door.get(f"/v1/cases/{case_id}", STRANGER)).status_code == 200


@pytest.mark.parametrize("merged", [False, True])
async def test_no_case_is_reopened_beside_another_of_the_same_person(world: World, merged: bool) -> None:
    person, alias = new_id(), new_id()
    case_id = await closed(world, participant_id=person)
    other = await world.a_started_case(participant_id=alias if merged else person, provider_id="horton")
    if merged:
        await world.hear(a_merge(person, alias))

    refused = await world.door.post(f"/v1/cases/{case_id}/reopening", PRIME, WHY)

    assert (refused.status_code, refusals_in(refused)) == (409, ["supported_again"])
    assert str(other) in refused.text
    assert await world.a_note(other)
    await decided(world, await ask(world, other, WISHED))
    came_about(await world.door.post(f"/v1/cases/{case_id}/reopening", PRIME, WHY))


async def test_what_the_hub_ended_the_hub_begins_again(world: World) -> None:
    allocated = an_allocation()
    await world.hear(allocated)
    about = allocated.model_dump(include={"programme_id", "participant_id", "referral_id", "allocation_id"})
    handed_back: dict[str, Any] = {"reason": "no-capacity", "complex": False, "declined_on": "2019-09-10"}
    more = {"event_id": new_id(), "occurred_at": NEXT_WEEK, "provider_id": "horton"}
    await world.hear(AllocationDeclined.model_validate(about | more | handed_back))
    [row] = await world.door.rows("select id from support_case")

    path = f"/v1/cases/{row['id']}"
    right = {"closed_on": "2019-09-11"} | WHY
    refused = [
        await world.door.post(f"{path}/reopening", PRIME, WHY),
        await world.door.post(f"{path}/closure/corrections", PRIME, right),
    ]

    assert [(one.status_code, refusals_in(one)) for one in refused] == [(409, ["closed_by_the_hub"])] * 2
    again = await world.an_allocated_case(participant_id=allocated.participant_id)
    came_about(await world.door.post(f"/v1/cases/{again}/start", CASEWORKER, {}))


async def test_the_prime_alone_puts_a_closure_right_and_the_provider_its_request(world: World) -> None:
    case_id, request_id = await asked(world)

    for who in (PRIME, HUB):
        assert (await world.door.post(f"/v1/closure-requests/{request_id}/withdrawal", who, WHY)).status_code == 403
    foreign = await world.door.post(f"/v1/closure-requests/{request_id}/withdrawal", STRANGER, WHY)
    await decided(world, request_id)
    for who in (CASEWORKER, PROVIDER_MANAGER, HUB):
        assert (await world.door.post(f"/v1/cases/{case_id}/reopening", who, WHY)).status_code == 403

    assert foreign.status_code == 404
    stale = await world.door.post(f"/v1/cases/{case_id}/reopening", PRIME, WHY, version=1)
    assert stale.status_code == 412
