import asyncio
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from tests.case_management.api.world import (
    CASEWORKER,
    CONTRACTS_OFFICER,
    HUB,
    PRIME,
    PROVIDER_MANAGER,
    REFERRER,
    STRANGER,
    VERIFIER,
    World,
    an_allocation,
    refusals_in,
)


async def test_first_contact_starts_a_case_and_is_announced(world: World) -> None:
    case_id = await world.an_allocated_case()

    answer = await world.door.post(f"/v1/cases/{case_id}/start", CASEWORKER, {"worker": "worker-7"})

    assert answer.json() == {"id": str(case_id), "state": "started", "version": 2}
    [started] = await world.door.announced("CaseStarted")
    assert (started["case_id"], started["provider_id"], started["started_on"]) == (str(case_id), "horton", "2019-10-07")
    [began] = (await world.told(case_id))["phases"]
    assert (began["phase"], began["changed_on"], began["worker"]) == ("intensive", "2019-10-07", "worker-7")


@pytest.mark.parametrize(
    ("started_on", "code"),
    [("2019-09-08", "started_before_allocation"), ("2019-10-08", "started_in_the_future")],
)
async def test_a_case_starts_on_a_possible_day(world: World, started_on: str, code: str) -> None:
    case_id = await world.an_allocated_case()

    answer = await world.door.post(f"/v1/cases/{case_id}/start", CASEWORKER, {"started_on": started_on})

    assert (answer.status_code, refusals_in(answer)) == (422, [code])
    assert await world.door.announced("CaseStarted") == []


async def test_a_case_starts_once(world: World) -> None:
    case_id = await world.a_started_case()

    answer = await world.door.post(f"/v1/cases/{case_id}/start", CASEWORKER, {})

    assert (answer.status_code, refusals_in(answer)) == (409, ["case_not_awaiting_start"])
    assert len(await world.door.announced("CaseStarted")) == 1


async def test_of_two_who_start_a_case_at_once_one_does(world: World) -> None:
    case_id = await world.an_allocated_case()

    start = f"/v1/cases/{case_id}/start"
    answers = await asyncio.gather(*(world.door.post(start, CASEWORKER, {}) for _ in range(2)))

    assert sorted(one.status_code for one in answers) == [200, 409]
    assert len(await world.door.announced("CaseStarted")) == 1


async def test_the_same_request_again_is_answered_as_before_and_done_once(world: World) -> None:
    case_id = await world.an_allocated_case()

    first = await world.door.post(f"/v1/cases/{case_id}/start", CASEWORKER, {}, key="start-once")
    again = await world.door.post(f"/v1/cases/{case_id}/start", CASEWORKER, {}, key="start-once")

    assert (first.json(), again.headers["idempotency-replayed"]) == (again.json(), "true")
    assert len(await world.door.announced("CaseStarted")) == 1


async def test_what_changed_since_it_was_read_is_not_overwritten(world: World) -> None:
    case_id = await world.a_started_case()

    answer = await world.door.post(f"/v1/cases/{case_id}/phase", CASEWORKER, {"phase": "light-touch"}, version=1)

    assert answer.status_code == 412


async def test_a_case_is_made_need_to_know_once(world: World) -> None:
    case_id = await world.a_started_case()
    restriction, why = f"/v1/cases/{case_id}/restriction", {"reason": "domestic-abuse"}
    await world.door.post(restriction, PROVIDER_MANAGER, why)

    again = await world.door.post(restriction, PROVIDER_MANAGER, why)

    assert (again.status_code, refusals_in(again)) == (409, ["restricted_already"])


@pytest.mark.row("S-40")
async def test_a_case_moves_to_light_touch_and_back_on_crisis(world: World) -> None:
    case_id = await world.a_started_case()

    for phase, worker in (("light-touch", "engager-1"), ("intensive", None)):
        await world.door.post(f"/v1/cases/{case_id}/phase", CASEWORKER, {"phase": phase, "worker": worker})

    told = await world.told(case_id)
    assert [(one["phase"], one["worker"]) for one in told["phases"]] == [
        ("intensive", "caseworker.horton"),
        ("light-touch", "engager-1"),
        ("intensive", "engager-1"),
    ]
    assert [one["phase"] for one in await world.door.announced("CasePhaseChanged")] == ["light-touch", "intensive"]


async def test_a_strangers_case_is_as_absent_as_one_that_never_was(world: World) -> None:
    case_id = await world.a_started_case()

    foreign = await world.door.get(f"/v1/cases/{case_id}", STRANGER)
    absent = await world.door.get(f"/v1/cases/{uuid4()}", STRANGER)
    written = await world.door.post(f"/v1/cases/{case_id}/notes", STRANGER, {"text": "Mine now."})

    assert (foreign.status_code, written.status_code) == (404, 404)
    assert foreign.json() == absent.json()


@pytest.mark.parametrize(
    ("who", "status"), [(CASEWORKER, 200), (HUB, 200), (PRIME, 200), (VERIFIER, 200), (REFERRER, 403)]
)
async def test_who_may_read_a_case(world: World, who: str, status: int) -> None:
    case_id = await world.a_started_case()

    answer = await world.door.get(f"/v1/cases/{case_id}", who)

    assert answer.status_code == status


async def test_another_programmes_case_is_not_there(world: World) -> None:
    case_id = await world.an_allocated_case(programme_id="elsewhere")

    answer = await world.door.get(f"/v1/cases/{case_id}", PRIME)

    assert answer.status_code == 404


async def test_a_provider_lists_its_own_and_the_joint_cases_and_the_prime_all(world: World) -> None:
    own = await world.an_allocated_case(provider_id="connect", allocated_on=date(2019, 9, 10))
    joint = await world.a_started_case()
    other = await world.an_allocated_case(provider_id="foundation", allocated_on=date(2019, 9, 11))
    await world.joint_work(joint)

    seen = await world.door.get("/v1/cases", STRANGER)
    by_prime = await world.door.get("/v1/cases", PRIME)

    assert [one["id"] for one in seen.json()["items"]] == [str(own), str(joint)]
    assert [one["id"] for one in by_prime.json()["items"]] == [str(other), str(own), str(joint)]


async def test_a_list_is_narrowed_and_comes_in_pages(world: World) -> None:
    cases = [str(await world.an_allocated_case()) for _ in range(3)]
    started = str(await world.a_started_case())
    await world.an_allocated_case(provider_id="connect")

    pages: list[str] = []
    cursor: Any = None
    while True:
        page = (await world.door.get("/v1/cases", CASEWORKER, state="allocated", limit=2, cursor=cursor)).json()
        pages += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break

    by_worker = await world.door.get("/v1/cases", CASEWORKER, worker="caseworker.horton")
    assert pages == cases[::-1]
    assert [one["id"] for one in by_worker.json()["items"]] == [started]


@pytest.mark.row("S-144")
async def test_every_read_of_a_participant_is_in_the_audit(world: World) -> None:
    event = an_allocation()
    await world.hear(event)

    await world.door.get("/v1/cases", HUB)

    [read] = await world.door.rows("select actor, subjects from audit where action = 'list_cases'")
    assert read == {"actor": "hub.kbop-prime", "subjects": [f"participant/{event.participant_id}"]}


@pytest.mark.row("S-31")
async def test_the_golden_thread_tells_a_case_in_order(world: World) -> None:
    case_id = await world.a_started_case()
    late = await world.a_note(case_id, noted_on="2019-10-02")
    early = await world.a_note(case_id, noted_on="2019-09-20")
    document = await world.a_document(case_id)
    outcome = await world.an_outcome(case_id, document)

    told = await world.told(case_id, CASEWORKER)

    assert [one["id"] for one in told["notes"]] == [str(early), str(late)]
    assert [one["id"] for one in told["documents"]] == [str(document)]
    [said] = told["outcomes"]
    assert (said["id"], said["state"]) == (str(outcome), "evidenced")
    assert [one["item_id"] for one in said["revisions"][0]["evidence"]] == [str(document)]


@pytest.mark.row("S-65")
async def test_a_contracts_officer_reads_only_the_notes_that_evidence_an_outcome(world: World) -> None:
    case_id = await world.a_started_case()
    cited, _ = await world.a_note(case_id), await world.a_note(case_id)
    await world.an_outcome(case_id, cited)

    told = await world.told(case_id, CONTRACTS_OFFICER)
    written = await world.door.post(f"/v1/cases/{case_id}/notes", CONTRACTS_OFFICER, {"text": "Mine."})

    assert [one["id"] for one in told["notes"]] == [str(cited)]
    assert written.status_code == 403
