import pytest

from tests.case_management.api.world import (
    CASEWORKER,
    CONTRACTS_OFFICER,
    HUB,
    PRIME,
    PROVIDER_MANAGER,
    STRANGER,
    World,
    a_part,
    refusals_in,
)

JOINT = STRANGER


@pytest.mark.row("S-44")
@pytest.mark.row("S-32")
async def test_a_joint_provider_sees_the_case_while_the_work_lasts(world: World) -> None:
    case_id = await world.a_started_case()
    note, outcome = await world.a_note(case_id), await world.an_outcome(case_id)

    joint_work_id = await world.joint_work(case_id)
    during = await world.told(case_id, JOINT)
    ended = await world.door.post(f"/v1/joint-work/{joint_work_id}/end", PROVIDER_MANAGER, {})
    after = await world.door.get(f"/v1/cases/{case_id}", JOINT)

    assert [one["id"] for one in during["notes"]] == [str(note)]
    assert [one["id"] for one in during["outcomes"]] == [str(outcome)]
    assert (ended.json()["ended_on"], after.status_code) == ("2019-10-07", 404)
    said = await world.door.announced("JointWorkAgreed", "JointWorkEnded")
    assert [(one["type"], one["joint_provider_id"]) for one in said] == [
        ("JointWorkAgreed", "connect"),
        ("JointWorkEnded", "connect"),
    ]


@pytest.mark.row("S-44")
async def test_a_joint_provider_writes_notes_and_the_lead_decides(common_world: World) -> None:
    case_id = await common_world.a_started_case()
    await common_world.joint_work(case_id)

    note = await common_world.a_note(case_id, who=JOINT)
    document = await common_world.a_document(case_id, who=JOINT)
    outcome = {"outcome": "ACC_ENTRY", "achieved_on": "2019-10-01", "evidence": [str(document), str(note)]}
    recorded = await common_world.door.post(f"/v1/cases/{case_id}/outcomes", JOINT, outcome)
    closed = await common_world.door.post(f"/v1/cases/{case_id}/closure-requests", JOINT, {"reason": "disengaged"})
    by_lead = await common_world.door.post(f"/v1/cases/{case_id}/outcomes", CASEWORKER, outcome)

    assert (recorded.status_code, closed.status_code, by_lead.status_code) == (403, 403, 201)


@pytest.mark.row("S-44")
async def test_joint_providers_contribute_to_an_outcome_of_their_time(world: World) -> None:
    case_id = await world.a_started_case()
    await world.joint_work(case_id, from_on="2019-09-30")
    await world.joint_work(case_id, "foundation", from_on="2019-10-05")
    note = await world.a_note(case_id)

    await world.an_outcome(case_id, note)
    await world.an_outcome(case_id, note, outcome="MH", slot="first", contributors=["foundation"])

    contributors = [one["contributors"] for one in await world.door.announced("OutcomeEvidenced")]
    assert contributors == [["connect"], ["foundation"]]


@pytest.mark.row("S-67")
async def test_of_a_restricted_case_only_what_is_shareable_is_seen(world: World) -> None:
    case_id = await world.a_started_case(restricted=True)
    shared, _ = await world.a_note(case_id, shareable=True), await world.a_note(case_id)
    open_document, kept = await world.a_document(case_id, shareable="true"), await world.a_document(case_id)
    plan = {"kind": "safety", "goals": [{"goal": "The address nobody knows."}]}
    await world.door.post(f"/v1/cases/{case_id}/plans", CASEWORKER, plan)
    await world.an_outcome(case_id, kept)
    await world.joint_work(case_id)

    by_joint, by_hub, by_prime = [await world.told(case_id, who) for who in (JOINT, HUB, PRIME)]
    contents = [await world.door.get(f"/v1/documents/{one}/content", JOINT) for one in (open_document, kept)]

    for told in (by_joint, by_hub):
        assert [one["id"] for one in told["notes"]] == [str(shared)]
        assert [one["id"] for one in told["documents"]] == [str(open_document)]
    assert (by_joint["plans"], by_joint["outcomes"]) == ([], [])
    assert (len(by_prime["notes"]), len(by_prime["documents"])) == (2, 2)
    assert [one.status_code for one in contents] == [200, 404]
    [agreed] = await world.door.announced("JointWorkAgreed")
    assert agreed["shareable_only"] is True


async def test_what_a_joint_provider_writes_on_a_restricted_case_both_may_read(common_world: World) -> None:
    case_id = await common_world.a_started_case(restricted=True)
    await common_world.joint_work(case_id)

    note = await common_world.a_note(case_id, who=JOINT)

    seen = [(await common_world.told(case_id, who))["notes"] for who in (JOINT, CASEWORKER)]
    assert [[one["id"] for one in notes] for notes in seen] == [[str(note)], [str(note)]]


@pytest.mark.parametrize(
    ("but", "status", "code"),
    [
        ({"joint_provider_id": "horton"}, 422, "joint_with_itself"),
        ({"joint_provider_id": "foundation", "from_on": "2019-10-08"}, 422, "joint_on_an_impossible_day"),
        ({"joint_provider_id": "connect"}, 409, "joint_already"),
        ({"joint_provider_id": "no-such-provider"}, 422, "unknown_provider"),
    ],
)
async def test_joint_work_that_cannot_be_is_refused(
    common_world: World, but: dict[str, str], status: int, code: str
) -> None:
    case_id = await common_world.a_started_case()
    await common_world.joint_work(case_id)

    answer = await common_world.door.post(f"/v1/cases/{case_id}/joint-work", PROVIDER_MANAGER, but)

    assert (answer.status_code, refusals_in(answer)) == (status, [code])


async def test_only_the_leads_manager_agrees_and_ends_joint_work(common_world: World) -> None:
    case_id = await common_world.a_started_case()
    joint_work_id = await common_world.joint_work(case_id)

    body = {"joint_provider_id": "foundation"}
    by_officer = await common_world.door.post(f"/v1/cases/{case_id}/joint-work", CONTRACTS_OFFICER, body)
    by_joint = await common_world.door.post(f"/v1/cases/{case_id}/joint-work", JOINT, body)
    ended_by_joint = await common_world.door.post(f"/v1/joint-work/{joint_work_id}/end", JOINT, {})

    assert [one.status_code for one in (by_officer, by_joint, ended_by_joint)] == [403, 403, 403]


async def test_joint_work_ends_once(common_world: World) -> None:
    joint_work_id = await common_world.joint_work(await common_world.a_started_case())
    await common_world.door.post(f"/v1/joint-work/{joint_work_id}/end", PROVIDER_MANAGER, {})

    again = await common_world.door.post(f"/v1/joint-work/{joint_work_id}/end", PROVIDER_MANAGER, {})

    assert (again.status_code, refusals_in(again)) == (409, ["joint_work_ended"])


async def test_a_provider_joins_while_it_is_in_the_partnership(world: World) -> None:
    dates = {"joined_on": "2019-09-20", "left_on": "2019-10-04"}
    partner = {"provider_id": "calder", "card": "kbop-lcf"} | dates
    await world.load_programme(provider_cards=[*a_part()["provider_cards"], partner])
    path, body = f"/v1/cases/{await world.a_started_case()}/joint-work", {"joint_provider_id": "calder"}

    early, late, last = [
        await world.door.post(path, PROVIDER_MANAGER, body | {"from_on": day})
        for day in ("2019-09-19", "2019-10-05", "2019-10-04")
    ]

    assert [refusals_in(early), refusals_in(late), last.status_code] == [["unknown_provider"]] * 2 + [201]
    assert late.json()["refusals"][0]["remedy"] == "Choose from connect, foundation."
