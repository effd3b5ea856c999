from pathlib import Path

from programme import load_folder
from tests.case_management.api.world import CASEWORKER, OPERATOR, PRIME, World, a_part, came_about

KBOP = Path(__file__).parents[3] / "programmes/kbop"


async def test_the_same_programme_again_changes_nothing_and_another_is_the_next_version(world: World) -> None:
    again = await world.load_programme()
    other = await world.load_programme(evidence_kinds=[])

    assert again == {"programme_id": "kbop", "version": 1, "changed": False}
    assert other == {"programme_id": "kbop", "version": 2, "changed": True}


async def test_only_an_operator_loads_and_only_the_programme_signed_in_to(common_world: World) -> None:
    by_prime = await common_world.door.put("/v1/programmes/kbop", PRIME, a_part())
    elsewhere = await common_world.door.put("/v1/programmes/elsewhere", OPERATOR, a_part(programme_id="elsewhere"))

    assert (by_prime.status_code, elsewhere.status_code) == (403, 403)


async def test_a_caseworker_reads_the_guidance_without_a_price(common_world: World) -> None:
    part = came_about(await common_world.door.get("/v1/programmes/kbop", CASEWORKER))

    assert [one["outcome"] for one in part["guides"][0]["outcomes"]] == ["ACC_ENTRY", "MH"]
    assert "pence" not in str(part)


async def test_the_shipped_programme_loads(world: World) -> None:
    part = load_folder(KBOP).cases_part().model_dump(mode="json", by_alias=True)

    loaded = await world.door.put("/v1/programmes/kbop", OPERATOR, part)

    assert loaded.json() == {"programme_id": "kbop", "version": 2, "changed": True}
