"""The fund can finance a change of a service: the board's to decide, and from the same pounds (BR-O8)."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.case_management.api.test_fund import BOARD, FUND, ask, decide
from tests.case_management.api.world import (
    CASEWORKER,
    PRIME,
    PROVIDER_MANAGER,
    STRANGER,
    World,
    came_about,
    refusals_in,
)

GARDEN = {"outcome": "ACC_ENTRY", "amount_pence": 40_000, "purpose": "A garden where people meet."}


async def propose(world: World, who: str = PROVIDER_MANAGER, **but: Any) -> httpx.Response:
    return await world.door.post("/v1/innovations", who, GARDEN | but)


async def decide_on(world: World, proposed: httpx.Response, who: str = BOARD, **body: Any) -> httpx.Response:
    path = f"/v1/innovations/{came_about(proposed)['id']}/decision"
    return await world.door.post(path, who, {"decision": "approved"} | body)


@pytest.mark.row("S-51")
async def test_the_board_decides_on_an_innovation_however_small_and_it_is_announced_without_words(world: World) -> None:
    await world.load_programme(fund=FUND)
    proposed = await propose(world, amount_pence=1)

    by_its_own_manager = await decide_on(world, proposed, PROVIDER_MANAGER)
    decided = await decide_on(world, proposed)
    again = await decide_on(world, proposed)

    assert by_its_own_manager.status_code == 403
    assert (decided.json()["state"], decided.json()["version"]) == ("approved", 2)
    assert (again.status_code, refusals_in(again)) == (409, ["fund_request_decided"])
    [event] = await world.door.announced("InnovationDecided")
    assert event["subject"] == f"innovation/{proposed.json()['id']}"
    assert (event["amount_pence"], event["decision"]) == (1, "approved")
    assert "garden" not in str(event)


async def test_innovations_and_participants_needs_share_the_last_pound(world: World) -> None:
    """£500 in all: a garden for £400, and twice £200 for people, decided at the same moment."""
    await world.load_programme(fund=FUND)
    garden, cases = await propose(world), [await world.a_started_case() for _ in range(2)]
    asked = [await ask(world, case_id) for case_id in cases]

    decided = await asyncio.gather(decide_on(world, garden), *(decide(world, one, PROVIDER_MANAGER) for one in asked))

    [fund] = await world.door.rows("select approved_pence from fund")
    granted = [pence for one, pence in zip(decided, (40_000, 20_000, 20_000), strict=True) if one.is_success]
    assert fund["approved_pence"] == sum(granted) <= 50_000
    assert 409 in [one.status_code for one in decided]


async def test_a_refused_innovation_says_why_and_costs_nothing(world: World) -> None:
    await world.load_programme(fund=FUND)
    proposed = await propose(world)

    wordless = await decide_on(world, proposed, decision="refused")
    refused = await decide_on(world, proposed, decision="refused", reason="A garden is there already.")

    assert refusals_in(wordless) == ["refusal_without_reason"]
    assert refused.json()["state"] == "refused"
    [shown] = came_about(await world.door.get("/v1/innovations", PROVIDER_MANAGER))["items"]
    assert (shown["decision_reason"], shown["purpose"]) == ("A garden is there already.", GARDEN["purpose"])
    assert await world.door.rows("select 1 from fund where approved_pence > 0") == []


@pytest.mark.parametrize(
    ("but", "code"),
    [({"outcome": "NO_SUCH"}, "unknown_outcome"), ({"amount_pence": 50_001}, "above_the_fund")],
)
async def test_what_no_fund_could_grant_is_not_asked(world: World, but: dict[str, Any], code: str) -> None:
    await world.load_programme(fund=FUND)

    answer = await propose(world, **but)

    assert (answer.status_code, refusals_in(answer)) == (422, [code])


@pytest.mark.parametrize("but", [{"amount_pence": 0}, {"amount_pence": 1.5}, {"purpose": " "}, {"purpose": "\u0000"}])
async def test_nonsense_is_unreadable(world: World, but: dict[str, Any]) -> None:
    await world.load_programme(fund=FUND)

    assert (await propose(world, **but)).status_code == 422


async def test_a_provider_sees_its_own_innovations_and_the_prime_all(world: World) -> None:
    await world.load_programme(fund=FUND)
    await propose(world)
    path = "/v1/innovations"

    seen = {
        who: len(came_about(await world.door.get(path, token))["items"])
        for who, token in (("own", PROVIDER_MANAGER), ("foreign", STRANGER), ("prime", PRIME), ("board", BOARD))
    }
    assert seen == {"own": 1, "foreign": 0, "prime": 1, "board": 1}
    assert (await propose(world, CASEWORKER)).status_code == 403
    assert (await world.door.get(path, CASEWORKER)).status_code == 403
