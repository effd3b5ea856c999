from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.case_management.api.world import CASEWORKER, PRIME, World, came_about, refusals_in, someone

A_DAY_LATER = datetime(2019, 10, 8, 9, 0, tzinfo=UTC)
DISENGAGED = {"reason": "disengaged"}
WISHED = {"reason": "disengaged", "by_participant": True}


async def three_attempts(world: World, case_id: UUID) -> None:
    for channel, how in (("phone", None), ("phone", None), ("in-person", "Met at the allotment.")):
        await world.a_note(case_id, attempt=True, channel=channel, tailored_how=how)


async def ask(world: World, case_id: UUID, body: Mapping[str, object]) -> UUID:
    return UUID(came_about(await world.door.post(f"/v1/cases/{case_id}/closure-requests", CASEWORKER, body))["id"])


@pytest.mark.row("S-47")
async def test_a_closure_needs_several_varied_and_tailored_attempts(world: World) -> None:
    case_id = await world.a_started_case()
    await world.a_note(case_id, attempt=True, channel="phone")

    answer = await world.door.post(f"/v1/cases/{case_id}/closure-requests", CASEWORKER, DISENGAGED)

    assert answer.status_code == 422
    assert refusals_in(answer) == ["not_personalised", "too_few_attempts", "too_few_channels"]
    assert await world.door.announced("CaseClosureRequested") == []


@pytest.mark.row("S-47")
async def test_the_prime_confirms_a_closure(world: World) -> None:
    case_id = await world.a_started_case()
    await three_attempts(world, case_id)
    request_id = await ask(world, case_id, DISENGAGED)

    path = f"/v1/closure-requests/{request_id}/decision"
    decided = await world.door.post(path, PRIME, {"decision": "confirmed"})
    again = await world.door.post(path, PRIME, {"decision": "confirmed"})

    assert (decided.json()["state"], decided.json()["case_state"]) == ("confirmed", "closed")
    assert (again.status_code, refusals_in(again)) == (409, ["closure_not_requested"])
    assert [one["type"] for one in await world.door.announced()][-2:] == ["CaseClosureRequested", "CaseClosed"]
    told = await world.told(case_id)
    assert (told["state"], told["closed_on"], told["closure_reason"]) == ("closed", "2019-10-07", "disengaged")


async def test_a_refused_closure_sends_the_case_back_and_says_why(world: World) -> None:
    case_id = await world.a_started_case()
    await three_attempts(world, case_id)
    path = f"/v1/closure-requests/{await ask(world, case_id, DISENGAGED)}/decision"

    bare = await world.door.post(path, PRIME, {"decision": "refused"})
    decided = await world.door.post(path, PRIME, {"decision": "refused", "reason": "Try her sister first."})

    assert (bare.status_code, refusals_in(bare)) == (422, ["refusal_without_reason"])
    assert (decided.json()["state"], decided.json()["case_state"]) == ("refused", "started")
    assert await world.door.announced("CaseClosed") == []


async def test_a_participants_own_wish_is_never_blocked(world: World) -> None:
    case_id = await world.an_allocated_case()
    path = f"/v1/closure-requests/{await ask(world, case_id, WISHED)}/decision"

    refused = await world.door.post(path, PRIME, {"decision": "refused", "reason": "An outcome is near."})
    confirmed = await world.door.post(path, PRIME, {"decision": "confirmed"})

    assert (refused.status_code, refusals_in(refused)) == (422, ["participants_own_wish"])
    assert confirmed.json()["case_state"] == "closed"


@pytest.mark.row("S-47")
async def test_no_provider_decides_on_a_closure(common_world: World) -> None:
    case_id = await common_world.a_started_case()
    path = f"/v1/closure-requests/{await ask(common_world, case_id, WISHED)}/decision"
    posing = someone("prime-manager", organisation="horton", kind="provider")

    by_worker = await common_world.door.post(path, CASEWORKER, {"decision": "confirmed"})
    by_provider = await common_world.door.post(path, posing, {"decision": "confirmed"})

    assert by_worker.status_code == 403
    assert by_provider.status_code == 403


async def test_what_was_achieved_is_still_recorded_after_closure(common_world: World) -> None:
    case_id = await common_world.a_started_case()
    path = f"/v1/closure-requests/{await ask(common_world, case_id, WISHED)}/decision"
    await common_world.door.post(path, PRIME, {"decision": "confirmed"})

    assert await common_world.an_outcome(case_id, await common_world.a_note(case_id))


@pytest.mark.parametrize(("decoupled", "status"), [(False, 422), (True, 201)])
async def test_what_is_achieved_after_closure_counts_where_the_programme_says_so(
    world: World, decoupled: bool, status: int
) -> None:
    await world.load_programme(recording={"after_closure": decoupled})
    case_id = await world.a_started_case()
    path = f"/v1/closure-requests/{await ask(world, case_id, WISHED)}/decision"
    await world.door.post(path, PRIME, {"decision": "confirmed"})

    outcome = {"outcome": "ACC_ENTRY", "achieved_on": "2019-10-08"}
    answer = await world.door.post(f"/v1/cases/{case_id}/outcomes", CASEWORKER, outcome, at=A_DAY_LATER)

    assert answer.status_code == status, answer.text
    assert status == 201 or refusals_in(answer) == ["achieved_after_closure"]


@pytest.mark.row("S-48")
@pytest.mark.parametrize(
    ("body", "code"), [({"reason": "bored"}, "unknown_closure_reason"), ({"reason": "outcomes-achieved"}, "no_outcome")]
)
async def test_a_closure_has_a_reason_that_holds(common_world: World, body: Mapping[str, object], code: str) -> None:
    case_id = await common_world.a_started_case()
    await three_attempts(common_world, case_id)

    answer = await common_world.door.post(f"/v1/cases/{case_id}/closure-requests", CASEWORKER, body)

    assert answer.status_code == 422
    assert [one for one in refusals_in(answer) if one.startswith(code)]


async def test_a_case_has_one_open_request(common_world: World) -> None:
    case_id = await common_world.a_started_case()
    await ask(common_world, case_id, WISHED)

    again = await common_world.door.post(f"/v1/cases/{case_id}/closure-requests", CASEWORKER, WISHED)

    assert (again.status_code, refusals_in(again)) == (409, ["closure_not_open"])
