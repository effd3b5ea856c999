"""The same file under another participant is shown to a person, who says what is so; nobody else learns of it."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from common.ids import new_id
from tests.case_management.api.world import (
    CASEWORKER,
    HUB,
    PRIME,
    STRANGER,
    VERIFIER,
    World,
    a_merge,
    came_about,
    refusals_in,
)

pytestmark = pytest.mark.row("S-74")


async def listed(world: World, who: str = PRIME, **narrowed: Any) -> list[tuple[str, str]]:
    found = came_about(await world.door.get("/v1/same-files", who, **narrowed))["items"]
    return [(one["first"]["document_id"], one["second"]["document_id"]) for one in found]


async def decided(
    world: World, second: UUID, decision: str, wrong: UUID | None = None, who: str = PRIME
) -> httpx.Response:
    body = {"decision": decision, "reason": "I read both."} | ({"wrong_id": str(wrong)} if wrong else {})
    return await world.door.post(f"/v1/same-files/{second}/decision", who, body)


async def a_pair(world: World) -> tuple[UUID, UUID]:
    """The same letter in the cases of two participants."""
    first, second = [await world.a_document(await world.a_started_case()) for _ in range(2)]
    return first, second


async def test_the_same_file_under_another_participant_is_taken_and_flagged(world: World) -> None:
    first = came_about(await world.upload(await world.a_started_case()))
    second = came_about(await world.upload(await world.a_started_case()))

    assert (first["same_file_as"], second["same_file_as"]) == ([], [first["id"]])
    assert await listed(world) == await listed(world, HUB) == [(first["id"], second["id"])]


async def test_the_same_file_again_in_ones_own_cases_is_no_matter(world: World) -> None:
    participant, alias = new_id(), new_id()
    cases = [await world.a_started_case(participant_id=one) for one in (participant, participant, alias)]
    await world.hear(a_merge(participant, alias))
    kept = [came_about(await world.upload(case_id)) for case_id in (*cases, cases[0])]

    assert [one["same_file_as"] for one in kept] == [[], [], [], []]
    assert await listed(world) == []


async def test_nobody_learns_from_a_file_that_another_provider_has_it(world: World) -> None:
    theirs = await world.a_started_case(provider_id="horton")
    first = await world.a_document(theirs)
    ours = await world.an_allocated_case(provider_id="connect")
    second = came_about(await world.upload(ours, who=STRANGER))

    assert second["same_file_as"] == []
    for who in (CASEWORKER, STRANGER, VERIFIER):
        assert (await world.door.get("/v1/same-files", who)).status_code == 403
    assert await listed(world) == [(str(first), second["id"])]


async def test_of_a_restricted_case_the_hub_is_told_only_what_is_shared(world: World) -> None:
    await world.a_document(await world.a_started_case())
    restricted = await world.a_started_case(restricted=True)
    await world.a_document(restricted)
    shared = await world.a_document(restricted, shareable="true")

    assert len(await listed(world)) == 2
    assert [second for _, second in await listed(world, HUB)] == [str(shared)]


async def test_what_is_said_is_kept_with_who_and_why_and_said_again_the_last_stands(world: World) -> None:
    first, second = await a_pair(world)

    came_about(await decided(world, second, "wrong", first))
    came_about(await decided(world, second, "coincidence"))

    [shown] = came_about(await world.door.get("/v1/same-files", PRIME, decided="true"))["items"]
    assert (shown["decision"], shown["reason"], shown["decided_by"]) == (
        "coincidence",
        "I read both.",
        "prime-manager.kbop-prime",
    )
    assert await listed(world, decided="false") == []
    assert len(await world.door.rows("select 1 from same_file_decision")) == 2
    audited = await world.door.rows("select subjects from audit where action = 'decide_same_file'")
    assert all(f"document/{one}" in entry["subjects"] for entry in audited for one in (first, second))


async def test_a_document_in_the_wrong_case_evidences_nothing_and_what_rested_on_it_is_said_again(world: World) -> None:
    await world.a_document(await world.a_started_case())
    case_id = await world.a_started_case()
    wrong, note = await world.a_document(case_id), await world.a_note(case_id)
    outcome_id = await world.an_outcome(case_id, wrong, note)

    came_about(await decided(world, wrong, "wrong", wrong))

    [first, again] = await world.door.announced("OutcomeEvidenced")
    assert ([one["item_id"] for one in again["evidence"]], again["cause"]) == ([str(note)], "document")
    assert (again["outcome_id"], again["revision"], len(first["evidence"])) == (str(outcome_id), 2, 2)
    body = {"outcome": "MH", "slot": "first", "achieved_on": "2019-10-01", "evidence": [str(wrong)]}
    refused = await world.door.post(f"/v1/cases/{case_id}/outcomes", CASEWORKER, body)
    assert (refused.status_code, refusals_in(refused)) == (422, ["document_of_another"])
    assert came_about(await world.door.get(f"/v1/documents/{wrong}", CASEWORKER))["misplaced"]
    came_about(await decided(world, wrong, "coincidence"))
    came_about(await world.door.post(f"/v1/cases/{case_id}/outcomes", CASEWORKER, body))


async def test_which_of_the_two_is_wrong_must_be_said(common_world: World) -> None:
    first, second = await a_pair(common_world)

    unnamed = await decided(common_world, second, "wrong")
    neither = await decided(common_world, second, "wrong", uuid4())
    both = await decided(common_world, second, "coincidence", first)

    assert [refusals_in(one) for one in (unnamed, neither, both)] == [["wrong_document_not_named"]] * 3


async def test_only_the_prime_decides_and_only_on_a_pair(common_world: World) -> None:
    _, second = await a_pair(common_world)

    assert (await decided(common_world, second, "coincidence", who=HUB)).status_code == 403
    assert (await decided(common_world, second, "coincidence", who=CASEWORKER)).status_code == 403
    assert (await decided(common_world, uuid4(), "coincidence")).status_code == 404
