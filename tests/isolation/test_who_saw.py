"""Who saw this person, when? Later pages, the feed and healing are in the answer, each reading once."""

from typing import Any

import pytest

from tests.isolation.claims_world import a_claim
from tests.isolation.worlds import OWN, World, bearer


@pytest.mark.xdist_group("isolation-claims")
@pytest.mark.parametrize("world", ["claims"], indirect=True)
async def test_every_way_to_someone_is_in_the_answer_and_nobody_who_did_not_look(world: World) -> None:
    claim_id = await a_claim(world)
    [row] = await world.door.rows(
        "select participant_id::text as id from claim where claim_id::text = :id", id=claim_id
    )
    person, system, auditor = row["id"], bearer("provider-system"), bearer("auditor")
    await a_claim(world)
    await world.relay()

    pages = await read_until(world, person, bearer("caseworker"), "/v1/claims", "cursor", "next", provider=OWN)
    entries = await read_until(world, person, system, "/v1/events", "after", "next_after", topic="claims")
    streams = [{"topic": "claims", "subject": f"participant/{person}", "from": 1}]
    assert (await world.post("/v1/events/missing", system, {"streams": streams}))["items"]

    assert min(pages, entries) > 1
    seen = await world.door.get(f"/v1/participants/{person}/audit", auditor, at=world.at)
    told = [(sight["actor"], sight["action"]) for sight in seen.json()["items"] if sight["cause"] is None]
    assert sorted(told) == [
        (f"caseworker.{OWN}", "list_claims"),
        (f"provider-system.{OWN}", "heal_streams"),
        (f"provider-system.{OWN}", "read_events"),
    ]


async def read_until(world: World, person: str, who: str, path: str, asked: str, following: str, **query: Any) -> int:
    """On which page of one, read in order, somebody stands."""
    place: dict[str, Any] = {}
    for page in range(1, 500):
        told = (await world.door.get(path, who, at=world.at, limit=1, **query, **place)).json()
        if any(person in str(item) for item in told["items"]):
            return page
        place = {asked: told[following]}
    raise AssertionError(f"{person} is on no page")
