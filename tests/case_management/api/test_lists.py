"""Worklists of cases: with whom nobody spoke longest, who has no plan; and whom that is not for."""

from typing import Any
from uuid import UUID

import pytest

from common.ids import new_id
from tests.case_management.api.test_fund import FUND
from tests.case_management.api.world import (
    CASEWORKER,
    HUB,
    PRIME,
    PROVIDER_MANAGER,
    STRANGER,
    VERIFIER,
    World,
    came_about,
)
from tests.parts.eventually import eventually

PLAN = {"kind": "support", "goals": [{"goal": "A flat of her own."}]}


async def listed(world: World, who: str = CASEWORKER, **asked: Any) -> list[dict[str, Any]]:
    return came_about(await world.door.get("/v1/cases", who, **asked))["items"]


async def ids(world: World, who: str = CASEWORKER, **asked: Any) -> list[str]:
    return [each["id"] for each in await listed(world, who, **asked)]


async def test_with_whom_nobody_spoke_longest_stands_at_the_head(world: World) -> None:
    spoken, silent = await world.a_started_case(), await world.a_started_case()
    await world.an_allocated_case()
    await world.a_note(silent, channel="phone", attempt=True, tailored_how="By text.", noted_on="2019-10-01")
    await world.a_note(silent, noted_on="2019-10-02")
    await world.a_note(spoken, channel="phone", noted_on="2019-10-03")
    await world.a_note(spoken, channel="phone", noted_on="2019-09-20")

    found = await listed(world, order="contact")
    assert [(each["id"], each["last_contact_on"]) for each in found] == [
        (str(silent), "2019-09-16"),
        (str(spoken), "2019-10-03"),
    ]
    assert await ids(world, no_contact_since="2019-10-03") == [str(silent)]
    assert {each["last_contact_on"] for each in await listed(world)} == {None}
    for who, told in ((CASEWORKER, "2019-10-03"), (VERIFIER, None)):
        case = came_about(await world.door.get(f"/v1/cases/{spoken}", who))
        assert case["last_contact_on"] == told


async def test_a_start_put_right_moves_the_last_contact_with_it(world: World) -> None:
    case_id = await world.a_started_case()
    right = {"started_on": "2019-09-18", "reason": "The day was wrong."}
    came_about(await world.door.post(f"/v1/cases/{case_id}/start/corrections", CASEWORKER, right))

    assert [each["last_contact_on"] for each in await listed(world, order="contact")] == ["2019-09-18"]


async def test_who_has_no_plan_is_found_until_there_is_one(world: World) -> None:
    planned, without = str(await world.a_started_case()), str(await world.a_started_case())
    plan = came_about(await world.door.post(f"/v1/cases/{planned}/plans", CASEWORKER, PLAN))

    assert await ids(world, without_plan="true") == [without]
    assert await ids(world, without_plan="false") == [planned]
    withdrawal = {"reason": "It was another person's."}
    came_about(await world.door.post(f"/v1/plans/{plan['id']}/withdrawal", CASEWORKER, withdrawal))
    assert await ids(world, without_plan="true") == [without, planned]


@pytest.mark.row("S-67")
async def test_nobody_asks_by_what_they_are_not_shown(world: World) -> None:
    case_id = await world.a_started_case(restricted=True)
    await world.joint_work(case_id)
    asked: list[dict[str, Any]] = [{"order": "contact"}, {"no_contact_since": "2019-10-05"}, {"without_plan": "true"}]

    for each in asked:
        for who in (HUB, VERIFIER):
            assert (await world.door.get("/v1/cases", who, **each)).status_code == 403, each
        assert await ids(world, STRANGER, **each) == [], each
        assert await ids(world, PRIME, **each) == [str(case_id)], each
    assert await ids(world, STRANGER) == [str(case_id)]


async def test_cases_are_found_by_phase_and_referral_and_counted(world: World) -> None:
    referral_id = new_id()
    wanted = str(await world.an_allocated_case(referral_id=referral_id))
    started = str(await world.a_started_case())
    body = {"phase": "light-touch", "changed_on": "2019-09-20"}
    came_about(await world.door.post(f"/v1/cases/{started}/phase", CASEWORKER, body))

    assert await ids(world, phase="light-touch") == [started]
    assert await ids(world, referral_id=str(referral_id)) == [wanted]
    assert await ids(world, STRANGER, referral_id=str(referral_id)) == []
    page = came_about(await world.door.get("/v1/cases", PROVIDER_MANAGER, limit=1, count="true"))
    assert (len(page["items"]), page["count"]) == (1, 2)


async def test_what_a_provider_newly_sees_has_changed_for_it(world: World) -> None:
    case_id = await world.a_started_case()

    async def seen(since: str) -> tuple[list[str], str]:
        page = came_about(await world.door.get("/v1/cases", STRANGER, updated_since=since))
        return [each["id"] for each in page["items"]], page["mark"]

    assert await seen("0") == ([], "0")
    await world.a_note(case_id, channel="phone")
    await world.joint_work(case_id)

    async def is_told() -> bool:
        return (await seen("0"))[0] == [str(case_id)]

    await eventually(is_told)


async def named(world: World, path: str, external_id: str | None, who: str = CASEWORKER) -> Any:
    return await world.door.put(f"/v1/{path}/external-ids/horton-crm", who, {"external_id": external_id})


async def test_a_case_is_found_by_what_a_providers_own_system_calls_it(world: World) -> None:
    first, second = str(await world.a_started_case()), str(await world.a_started_case())
    came_about(await named(world, f"cases/{first}", "A-1"))

    assert await ids(world, external_id="horton-crm:A-1") == [first]
    taken = await named(world, f"cases/{second}", "A-1")
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/external-id-taken")
    assert first in taken.json()["detail"]
    came_about(await named(world, f"cases/{first}", None))
    came_about(await named(world, f"cases/{second}", "A-1"))
    assert await ids(world, external_id="horton-crm:A-1") == [second]


async def test_nobody_learns_what_another_organisation_calls_a_case(world: World) -> None:
    case_id = str(await world.a_started_case())
    await world.joint_work(UUID(case_id))
    came_about(await named(world, f"cases/{case_id}", "A-1"))
    came_about(await named(world, f"cases/{case_id}", "A-1", STRANGER))
    outcome = await world.an_outcome(UUID(case_id))
    came_about(await named(world, f"outcomes/{outcome}", "A-1"))

    for who in (PRIME, HUB):
        assert await ids(world, who, external_id="horton-crm:A-1") == []
    own = came_about(await world.door.get("/v1/external-ids", CASEWORKER, external_id="A-1"))["items"]
    theirs = came_about(await world.door.get("/v1/external-ids", STRANGER, external_id="A-1"))["items"]
    assert [(each["kind"], each["thing_id"]) for each in own] == [("case", case_id), ("outcome", str(outcome))]
    assert [(each["kind"], each["thing_id"]) for each in theirs] == [("case", case_id)]
    foreign = await world.an_allocated_case(provider_id="foundation")
    assert (await named(world, f"cases/{foreign}", "A-2")).status_code == 404


async def paged(world: World, path: str, who: str = CASEWORKER, **asked: Any) -> list[dict[str, Any]]:
    """Every row of a list, one a page."""
    rows: list[dict[str, Any]] = []
    while True:
        page = came_about(await world.door.get(path, who, limit=1, **asked))
        rows += page["items"]
        if page["next"] is None:
            return rows
        asked["cursor"] = page["next"]


async def test_notes_of_a_case_are_found_by_channel_sharing_and_month(world: World) -> None:
    case_id = await world.a_started_case()
    path = f"/v1/cases/{case_id}/notes"
    called = await world.a_note(case_id, channel="phone", noted_on="2019-09-30")
    missed = await world.a_note(case_id, channel="phone", attempt=True, tailored_how="By text.", noted_on="2019-10-01")
    shared = await world.a_note(case_id, shareable=True, corrects=str(called), noted_on="2019-10-02")
    await world.a_note(await world.a_started_case(), channel="phone")
    answers: list[tuple[dict[str, Any], list[UUID]]] = [
        ({}, [called, missed, shared]),
        ({"order": "-noted"}, [shared, missed, called]),
        ({"channel": "phone"}, [called, missed]),
        ({"attempt": "true"}, [missed]),
        ({"shareable": "true"}, [shared]),
        ({"corrects": str(called)}, [shared]),
        ({"month": "2019-10"}, [missed, shared]),
        ({"provider": "connect"}, []),
    ]

    for asked, notes in answers:
        assert [note["id"] for note in await paged(world, path, **asked)] == [str(each) for each in notes], asked
    counted = came_about(await world.door.get(path, CASEWORKER, channel="phone", count="true"))
    assert counted["count"] == 2


async def test_corrections_of_a_case_are_found_by_kind_and_thing(world: World) -> None:
    case_id = await world.a_started_case()
    made = came_about(
        await world.door.post(
            f"/v1/cases/{case_id}/assessments", CASEWORKER, {"instrument": "homelessness-star", "score": 30}
        )
    )
    right = {"score": 31, "reason": "The form says so."}
    came_about(await world.door.post(f"/v1/assessments/{made['id']}/corrections", CASEWORKER, right))
    right = {"started_on": "2019-09-18", "reason": "The day was wrong."}
    came_about(await world.door.post(f"/v1/cases/{case_id}/start/corrections", CASEWORKER, right))
    path = f"/v1/cases/{case_id}/corrections"

    assert [one["kind"] for one in await paged(world, path)] == ["assessment", "start"]
    assert [one["kind"] for one in await paged(world, path, order="-made")] == ["start", "assessment"]
    assert [one["kind"] for one in await paged(world, path, kind="start")] == ["start"]
    assert [one["kind"] for one in await paged(world, path, of_id=made["id"])] == ["assessment"]


async def test_what_is_asked_of_the_fund_is_a_queue_that_says_how_long_it_is(world: World) -> None:
    await world.load_programme(fund=FUND)
    garden = {"outcome": "ACC_ENTRY", "amount_pence": 40_000, "purpose": "A garden where people meet."}
    first, second = [
        came_about(await world.door.post("/v1/innovations", PROVIDER_MANAGER, garden))["id"] for _ in range(2)
    ]
    back = {"reason": "Another fund pays for it."}
    came_about(await world.door.post(f"/v1/innovations/{first}/withdrawal", PROVIDER_MANAGER, back))

    assert [one["id"] for one in await paged(world, "/v1/innovations", PRIME, order="requested")] == [first, second]
    page = came_about(await world.door.get("/v1/innovations", PRIME, state="open", count="true"))
    assert ([one["id"] for one in page["items"]], page["count"]) == ([second], 1)
    assert await paged(world, "/v1/innovations", PRIME, provider="connect") == []
    assert len(await paged(world, "/v1/innovations", PRIME, month="2019-10", outcome="ACC_ENTRY")) == 2


async def test_outcomes_of_all_cases_are_found_by_case_worker_state_day_and_another_systems_id(world: World) -> None:
    first, second = await world.a_started_case(), await world.a_started_case()
    note = await world.a_note(first)
    evidenced = str(await world.an_outcome(first, note, achieved_on="2019-10-01"))
    recorded = str(await world.an_outcome(second, achieved_on="2019-09-30"))
    came_about(await named(world, f"outcomes/{recorded}", "O-7"))
    moved = {"phase": "light-touch", "changed_on": "2019-10-02", "worker": "sam"}
    came_about(await world.door.post(f"/v1/cases/{second}/phase", CASEWORKER, moved))
    whose = (await listed(world))[-1]["participant_id"]
    cases: dict[tuple[str, str], list[str]] = {
        ("order", "achieved"): [recorded, evidenced],
        ("case_id", str(first)): [evidenced],
        ("participant_id", whose): [evidenced],
        ("worker", "sam"): [recorded],
        ("state", "evidenced"): [evidenced],
        ("external_id", "horton-crm:O-7"): [recorded],
        ("month", "2019-09"): [recorded],
        ("from_day", "2019-10-01"): [evidenced],
        ("to_day", "2019-09-30"): [recorded],
        ("provider", "connect"): [],
    }

    for (name, value), found in cases.items():
        assert [each["id"] for each in await paged(world, "/v1/outcomes", **{name: value})] == found, name
    assert await paged(world, "/v1/outcomes", STRANGER) == []
    assert {each["provider_id"] for each in await paged(world, "/v1/outcomes", PRIME)} == {"horton"}


async def test_a_corrected_outcome_is_listed_under_its_new_day_and_told_as_changed(world: World) -> None:
    case_id = await world.a_started_case()
    outcome = await world.an_outcome(case_id, achieved_on="2019-10-01")
    other = await world.an_outcome(await world.a_started_case(), achieved_on="2019-10-01")

    async def changed(since: str) -> tuple[list[str], str]:
        page = came_about(await world.door.get("/v1/outcomes", CASEWORKER, updated_since=since))
        return [each["id"] for each in page["items"]], page["mark"]

    async def both() -> bool:
        return len((await changed("0"))[0]) == 2

    await eventually(both)
    _, mark = await changed("0")
    right = {"achieved_on": "2019-09-29", "reason": "The day was wrong."}
    came_about(await world.door.post(f"/v1/outcomes/{outcome}/revisions", CASEWORKER, right))

    async def told() -> bool:
        return (await changed(mark))[0] == [str(outcome)]

    await eventually(told)
    days = {each["id"]: each["achieved_on"] for each in await paged(world, "/v1/outcomes")}
    assert days == {str(outcome): "2019-09-29", str(other): "2019-10-01"}


@pytest.mark.row("S-67")
async def test_assessments_and_documents_of_all_cases_are_listed_within_sight(world: World) -> None:
    restricted, open_case = await world.a_started_case(restricted=True), await world.a_started_case()
    for case_id, score in ((restricted, 30), (open_case, 40)):
        await world.joint_work(case_id)
        body = {"instrument": "homelessness-star", "score": score}
        came_about(await world.door.post(f"/v1/cases/{case_id}/assessments", CASEWORKER, body))
    kept = str(await world.a_document(restricted))
    shared = str(await world.a_document(restricted, shareable=True))
    plain = str(await world.a_document(open_case))
    await world.an_outcome(open_case, UUID(plain))

    seen = {
        CASEWORKER: ([40, 30], {kept, shared, plain}),
        STRANGER: ([40], {shared, plain}),
        HUB: ([40, 30], {shared, plain}),
        VERIFIER: ([40, 30], {plain}),
    }
    for who, (scores, documents) in seen.items():
        assert [each["score"] for each in await paged(world, "/v1/assessments", who)] == scores, who
        assert {each["id"] for each in await paged(world, "/v1/documents", who)} == documents, who
        of_case = await paged(world, "/v1/documents", who, case_id=str(restricted))
        assert {each["id"] for each in of_case} == documents - {plain}, who

    assert [each["id"] for each in await paged(world, "/v1/documents", cited="true")] == [plain]
    assert await paged(world, "/v1/documents", from_day="2030-01-01") == []
    assert await paged(world, "/v1/assessments", stage="third") == await paged(
        world, "/v1/assessments", withdrawn="true"
    )


async def test_what_a_joint_provider_newly_reads_of_a_case_has_changed_for_it(world: World) -> None:
    case_id = await world.a_started_case()
    body = {"instrument": "homelessness-star", "score": 30}
    came_about(await world.door.post(f"/v1/cases/{case_id}/assessments", CASEWORKER, body))
    await world.an_outcome(case_id, await world.a_document(case_id))

    async def told() -> list[int]:
        paths = "assessments", "documents", "outcomes"
        pages = [came_about(await world.door.get(f"/v1/{path}", STRANGER, updated_since="0")) for path in paths]
        return [len(page["items"]) for page in pages]

    assert await told() == [0, 0, 0]
    await world.joint_work(case_id)

    async def is_told() -> bool:
        return await told() == [1, 1, 1]

    await eventually(is_told)


async def test_an_outcome_is_named_as_it_is_recorded_and_a_name_that_is_taken_keeps_nothing(world: World) -> None:
    case_id = await world.a_started_case()
    path, body = f"/v1/cases/{case_id}/outcomes", {"outcome": "ACC_ENTRY", "achieved_on": "2019-10-01"}
    named_so = body | {"external_ids": {"horton-crm": "O-1", "ledger": "17"}}
    first = came_about(await world.door.post(path, CASEWORKER, named_so))["id"]

    for name in ("horton-crm:O-1", "ledger:17"):
        assert [one["id"] for one in await paged(world, "/v1/outcomes", external_id=name)] == [first]
    other = body | {"achieved_on": "2019-10-02", "external_ids": {"ledger": "18", "horton-crm": "O-1"}}
    taken = await world.door.post(path, CASEWORKER, other)
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/external-id-taken")
    assert all(word in taken.json()["detail"] for word in (first, "O-1", "horton-crm"))
    assert len(await paged(world, "/v1/outcomes")) == 1
    assert await paged(world, "/v1/external-ids", external_id="18") == []
