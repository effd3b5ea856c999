"""What was asked of the fund by mistake is put right or taken back; what was approved only goes down, to the penny."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.case_management.api.test_closures import WISHED
from tests.case_management.api.test_fund import BOARD, FUND, a_case_with_a_fund, ask, decide
from tests.case_management.api.test_innovations import decide_on, propose
from tests.case_management.api.world import (
    CASEWORKER,
    CONTRACTS_OFFICER,
    HUB,
    PRIME,
    PROVIDER_MANAGER,
    STRANGER,
    VERIFIER,
    World,
    came_about,
    refusals_in,
    someone,
)

pytestmark = pytest.mark.row("S-49")

WHY = {"reason": "The shop had a sale."}
JOINT_MANAGER = someone("provider-manager", organisation="connect", kind="provider")


async def put_right(world: World, asked: httpx.Response, who: str = CASEWORKER, **said: Any) -> httpx.Response:
    return await world.door.post(f"/v1/fund-requests/{asked.json()['id']}/corrections", who, said | WHY)


async def taken_back(world: World, asked: httpx.Response, who: str = CASEWORKER) -> httpx.Response:
    return await world.door.post(f"/v1/fund-requests/{asked.json()['id']}/withdrawal", who, WHY)


async def approved_pence(world: World) -> int:
    [row] = await world.door.rows("select approved_pence from fund")
    return row["approved_pence"]


async def an_approved(world: World, pence: int = 20_000, **but: Any) -> tuple[UUID, httpx.Response]:
    case_id = await a_case_with_a_fund(world)
    asked = await ask(world, case_id, pence, **but)
    came_about(await decide(world, asked, PROVIDER_MANAGER))
    return case_id, asked


async def test_an_open_request_is_put_right_and_goes_to_whoever_decides_on_so_much(world: World) -> None:
    case_id = await a_case_with_a_fund(world)
    asked = await ask(world, case_id, 2_000)

    more = came_about(await put_right(world, asked, amount_pence=20_001, category="landlord-bond"))
    less = came_about(await put_right(world, asked, amount_pence=20_000))

    assert [(one["state"], one["level"], one["split"]) for one in (more, less)] == [
        ("open", "board", False),
        ("open", "manager", False),
    ]
    said = await world.door.announced("FundRequestCorrected")
    assert [(one["amount_pence"], one["level"], one["category"]) for one in said] == [
        (20_001, "board", "landlord-bond"),
        (20_000, "manager", "landlord-bond"),
    ]
    assert came_about(await decide(world, asked, PROVIDER_MANAGER))["state"] == "approved"


async def test_a_purchase_split_by_a_correction_is_seen_as_one(world: World) -> None:
    case_id = await a_case_with_a_fund(world)
    await ask(world, case_id, 15_000)
    other = await ask(world, case_id, 15_000, category="landlord-bond")

    split = came_about(await put_right(world, other, category="laptop"))

    assert (split["level"], split["split"]) == ("board", True)


async def test_of_what_is_approved_less_is_needed_and_the_rest_is_the_funds_again(world: World) -> None:
    _, asked = await an_approved(world)

    came_about(await put_right(world, asked, amount_pence=12_345))

    assert await approved_pence(world) == 12_345
    [said] = await world.door.announced("FundRequestCorrected")
    assert (said["state"], said["amount_pence"]) == ("approved", 12_345)
    came_about(await taken_back(world, asked))
    assert await approved_pence(world) == 0
    [back] = await world.door.announced("FundRequestWithdrawn")
    assert (back["was_approved"], back["amount_pence"]) == (True, 12_345)


@pytest.mark.parametrize("wrong", [{"amount_pence": 20_001}, {"category": "landlord-bond"}, {"outcome": "MH"}])
async def test_nothing_else_is_given_than_was_approved(world: World, wrong: dict[str, Any]) -> None:
    case_id, asked = await an_approved(world)

    refused = await put_right(world, asked, **wrong)

    assert (refused.status_code, refusals_in(refused)) == (422, ["fund_request_approved"])
    assert await approved_pence(world) == 20_000
    came_about(await taken_back(world, asked))
    named: dict[str, Any] = {name: value for name, value in wrong.items() if name != "amount_pence"}
    anew = await ask(world, case_id, 20_000, **named)
    came_about(await decide(world, anew, PROVIDER_MANAGER))


async def test_what_is_taken_back_is_the_funds_again_and_counts_for_no_split(world: World) -> None:
    case_id, asked = await an_approved(world, 15_000)
    came_about(await taken_back(world, asked))

    anew = await ask(world, case_id, 15_000)

    assert (anew.json()["level"], anew.json()["split"]) == ("manager", False)
    late = [await taken_back(world, asked), await put_right(world, asked, amount_pence=1)]
    assert [(one.status_code, refusals_in(one)) for one in late] == [(409, ["withdrawn_already"])] * 2
    decided = await decide(world, asked, BOARD)
    assert (decided.status_code, "fund_request_decided" in refusals_in(decided)) == (409, True)


async def test_a_request_that_was_refused_is_asked_for_anew(world: World) -> None:
    case_id = await a_case_with_a_fund(world)
    asked = await ask(world, case_id)
    await decide(world, asked, PROVIDER_MANAGER, "refused")

    late = [await taken_back(world, asked), await put_right(world, asked, amount_pence=1)]

    assert [(one.status_code, refusals_in(one)) for one in late] == [(409, ["fund_request_ended"])] * 2
    assert "new request" in late[0].json()["detail"]
    came_about(await decide(world, await ask(world, case_id), PROVIDER_MANAGER))


@pytest.mark.parametrize(
    ("wrong", "code", "told"),
    [
        ({"category": "yacht"}, "unknown_fund_category", "landlord-bond, laptop"),
        ({"outcome": "NONE"}, "unknown_outcome", "ACC_ENTRY"),
        ({"amount_pence": 50_001}, "above_the_fund", "in pence"),
        ({"amount_pence": 20_000}, "nothing_corrected", "Change what is wrong"),
    ],
)
async def test_an_open_request_is_not_put_right_to_what_cannot_be(
    world: World, wrong: dict[str, Any], code: str, told: str
) -> None:
    asked = await ask(world, await a_case_with_a_fund(world))

    refused = await put_right(world, asked, **wrong)

    assert (refused.status_code, refusals_in(refused)) == (422, [code])
    assert told in refused.json()["detail"]
    came_about(await put_right(world, asked, amount_pence=19_999))


async def test_of_a_closed_case_what_is_not_needed_goes_back(world: World) -> None:
    case_id, asked = await an_approved(world)
    wish = await world.door.post(f"/v1/cases/{case_id}/closure-requests", CASEWORKER, WISHED)
    path = f"/v1/closure-requests/{came_about(wish)['id']}/decision"
    came_about(await world.door.post(path, PRIME, {"decision": "confirmed"}))

    came_about(await put_right(world, asked, amount_pence=1))
    came_about(await taken_back(world, asked))

    assert await approved_pence(world) == 0


async def test_the_fund_is_exact_however_many_give_back_and_ask_at_once(world: World) -> None:
    await world.load_programme(fund=FUND)
    given = [await ask(world, await world.a_started_case()) for _ in range(2)]
    for one in given:
        came_about(await decide(world, one, PROVIDER_MANAGER))
    waiting = [await ask(world, await world.a_started_case()) for _ in range(3)]

    steps = [
        put_right(world, given[0], amount_pence=1),
        taken_back(world, given[1]),
        taken_back(world, given[1]),
        *(decide(world, one, PROVIDER_MANAGER) for one in waiting),
    ]
    answers = await asyncio.gather(*steps)

    assert sorted(one.status_code for one in answers[:3]) == [200, 200, 409]
    granted = sum(one.status_code == 200 for one in answers[3:])
    assert await approved_pence(world) == 1 + granted * 20_000 <= 50_000


async def test_who_decides_and_who_takes_back_at_once_are_one_after_the_other(world: World) -> None:
    asked = await ask(world, await a_case_with_a_fund(world))

    answers = await asyncio.gather(decide(world, asked, PROVIDER_MANAGER), taken_back(world, asked))

    assert answers[1].status_code == 200
    assert answers[0].status_code in {200, 409}
    assert await approved_pence(world) == 0


async def test_what_was_put_right_of_the_fund_is_for_the_leads_manager_and_the_prime(world: World) -> None:
    case_id, asked = await an_approved(world)
    await world.joint_work(case_id)
    came_about(await put_right(world, asked, amount_pence=1))
    path = f"/v1/cases/{case_id}/corrections"

    async def told(who: str) -> list[str]:
        listed = came_about(await world.door.get(path, who))["items"]
        assert [one["kind"] for one in listed] == [
            one["kind"] for one in (await world.told(case_id, who))["corrections"]
        ]
        return [one["kind"] for one in listed]

    assert [await told(who) for who in (PROVIDER_MANAGER, PRIME)] == [["fund-request"]] * 2
    for who in (CASEWORKER, CONTRACTS_OFFICER, HUB, VERIFIER, STRANGER, JOINT_MANAGER):
        assert await told(who) == []
    [kept] = came_about(await world.door.get(path, PRIME))["items"]
    assert (kept["before"], kept["after"]) == ({"amount_pence": 20_000}, {"amount_pence": 1})
    [shown] = came_about(await world.door.get(f"/v1/cases/{case_id}/fund-requests", CASEWORKER))["items"]
    assert "pence" not in str(shown)


async def test_only_who_supports_the_participant_puts_a_request_right(world: World) -> None:
    case_id = await a_case_with_a_fund(world)
    asked = await ask(world, case_id)

    for who, status in ((PRIME, 403), (HUB, 403), (CONTRACTS_OFFICER, 403), (BOARD, 403), (STRANGER, 404)):
        assert (await taken_back(world, asked, who)).status_code == status
    await world.joint_work(case_id)
    assert (await taken_back(world, asked, STRANGER)).status_code == 404


@pytest.mark.row("S-51")
async def test_an_innovation_taken_back_gives_its_money_back_and_another_can_be_proposed(world: World) -> None:
    await world.load_programme(fund=FUND)
    proposed = await propose(world)
    came_about(await decide_on(world, proposed))
    path = f"/v1/innovations/{proposed.json()['id']}/withdrawal"

    by_stranger = await world.door.post(path, JOINT_MANAGER, WHY)
    by_board = await world.door.post(path, BOARD, WHY)
    taken = came_about(await world.door.post(path, PROVIDER_MANAGER, WHY))
    again = await world.door.post(path, PROVIDER_MANAGER, WHY)

    assert (by_stranger.status_code, by_board.status_code, taken["state"]) == (404, 403, "withdrawn")
    assert (again.status_code, refusals_in(again)) == (409, ["fund_request_ended"])
    assert await approved_pence(world) == 0
    [said] = await world.door.announced("InnovationWithdrawn")
    assert (said["was_approved"], said["amount_pence"]) == (True, 40_000)
    [shown] = came_about(await world.door.get("/v1/innovations", PROVIDER_MANAGER))["items"]
    assert (shown["withdrawn_on"], shown["withdrawal_reason"]) == ("2019-10-07", WHY["reason"])
    late = await decide_on(world, proposed)
    assert (late.status_code, refusals_in(late)) == (409, ["fund_request_decided"])
    came_about(await decide_on(world, await propose(world)))
