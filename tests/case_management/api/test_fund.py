"""The personalisation fund over HTTP: small is quick, large is the board's, and its last pound is given once."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.case_management.api.world import (
    CASEWORKER,
    HORTON,
    PRIME,
    PROVIDER_MANAGER,
    STRANGER,
    World,
    came_about,
    refusals_in,
    someone,
)

BOARD = someone("prime-finance")
OTHER_MANAGER = someone("provider-manager", **HORTON, subject="another")
FUND = {
    "budget_pence": 50_000,
    "delegated_pence": 20_000,
    "split_within_days": 28,
    "categories": ["laptop", "landlord-bond"],
}


async def ask(world: World, case_id: UUID, pence: int = 20_000, who: str = CASEWORKER, **but: Any) -> httpx.Response:
    body = {"category": "laptop", "outcome": "ACC_ENTRY", "amount_pence": pence} | but
    return await world.door.post(f"/v1/cases/{case_id}/fund-requests", who, body)


async def decide(world: World, request: httpx.Response, who: str, decision: str = "approved") -> httpx.Response:
    path = f"/v1/fund-requests/{came_about(request)['id']}/decision"
    return await world.door.post(path, who, {"decision": decision, "reason": "As agreed."})


async def a_case_with_a_fund(world: World) -> UUID:
    await world.load_programme(fund=FUND)
    return await world.a_started_case()


@pytest.mark.row("S-49")
async def test_a_small_request_is_decided_by_the_manager_and_announced_without_words(world: World) -> None:
    case_id = await a_case_with_a_fund(world)
    asked = await ask(world, case_id)
    decided = await decide(world, asked, PROVIDER_MANAGER)

    assert (asked.json()["level"], asked.json()["split"]) == ("manager", False)
    assert decided.json()["state"] == "approved"
    [event] = await world.door.announced("FundRequestDecided")
    assert (event["amount_pence"], event["decision"]) == (20_000, "approved")
    assert "As agreed." not in str(event)


async def test_whoever_asked_reads_what_was_decided_and_no_amount(world: World) -> None:
    case_id = await a_case_with_a_fund(world)
    asked = await ask(world, case_id)
    await decide(world, asked, PROVIDER_MANAGER, "refused")

    answer = await world.door.get(f"/v1/cases/{case_id}/fund-requests", CASEWORKER)
    [told] = came_about(answer)["items"]

    assert (told["id"], told["state"], told["decision_reason"]) == (asked.json()["id"], "refused", "As agreed.")
    assert "pence" not in answer.text
    assert (await world.door.get(f"/v1/cases/{case_id}/fund-requests", STRANGER)).status_code == 404


@pytest.mark.row("S-49")
async def test_a_large_request_and_a_split_one_go_to_the_board(world: World) -> None:
    case_id = await a_case_with_a_fund(world)
    large = await ask(world, case_id, 20_001, category="landlord-bond")
    first = await ask(world, case_id, 15_000)
    second = await ask(world, case_id, 15_000)

    assert [(one.json()["level"], one.json()["split"]) for one in (large, first, second)] == [
        ("board", False),
        ("manager", False),
        ("board", True),
    ]
    tried = await decide(world, second, PROVIDER_MANAGER)
    assert (tried.status_code, refusals_in(tried)) == (422, ["decided_elsewhere"])
    assert (await decide(world, second, BOARD)).json()["state"] == "approved"


async def test_nobody_decides_on_their_own_request_nor_twice(world: World) -> None:
    case_id = await a_case_with_a_fund(world)
    asked = await ask(world, case_id, who=PROVIDER_MANAGER)
    own = await decide(world, asked, PROVIDER_MANAGER)
    other = await decide(world, asked, OTHER_MANAGER)
    again = await decide(world, asked, OTHER_MANAGER, "refused")

    assert (own.status_code, refusals_in(own)) == (422, ["own_fund_request"])
    assert (other.status_code, again.status_code, refusals_in(again)) == (200, 409, ["fund_request_decided"])


@pytest.mark.row("S-49")
async def test_the_last_pound_is_given_once(world: World) -> None:
    """£500 in all, and four ask for £200 at the same moment."""
    await world.load_programme(fund=FUND)
    asked = [await ask(world, await world.a_started_case()) for _ in range(4)]
    decided = await asyncio.gather(*(decide(world, one, PROVIDER_MANAGER) for one in asked))

    assert sorted(one.status_code for one in decided) == [200, 200, 409, 409]
    assert await world.door.rows("select approved_pence from fund") == [{"approved_pence": 40_000}]
    spent = next(one for one in decided if one.status_code == 409)
    assert "£100.00" in spent.text


async def test_a_provider_sees_its_own_requests_and_the_prime_all(world: World) -> None:
    case_id = await a_case_with_a_fund(world)
    await decide(world, await ask(world, case_id), PROVIDER_MANAGER)
    await ask(world, case_id, category="landlord-bond")
    path = "/v1/fund-requests"

    own = came_about(await world.door.get(path, PROVIDER_MANAGER))["items"]
    assert {one["state"] for one in own} == {"approved", "open"}
    assert came_about(await world.door.get(path, STRANGER))["items"] == []
    assert len(came_about(await world.door.get(path, PRIME, state="open"))["items"]) == 1
    assert (await world.door.get(path, CASEWORKER)).status_code == 403
    assert (await ask(world, case_id, who=STRANGER)).status_code == 404


async def test_a_programme_without_a_fund_says_so(world: World) -> None:
    await world.load_programme()
    answer = await ask(world, await world.a_started_case())

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/no-fund")
