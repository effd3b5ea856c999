"""What a caseworker recorded wrongly is put right in one step: by addition, with a reason, and announced."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.case_management.api.world import (
    CASEWORKER,
    CONTRACTS_OFFICER,
    HUB,
    PRIME,
    STRANGER,
    VERIFIER,
    World,
    came_about,
    refusals_in,
)

WHY = "The form says so."


async def a_score(world: World, case_id: UUID, score: int, on: str, **but: Any) -> dict[str, Any]:
    body = {"instrument": "homelessness-star", "score": score, "assessed_on": on} | but
    return came_about(await world.door.post(f"/v1/cases/{case_id}/assessments", CASEWORKER, body))


async def put_right(world: World, path: str, who: str = CASEWORKER, **said: Any) -> httpx.Response:
    return await world.door.post(f"/v1/{path}/corrections", who, {"reason": WHY} | said)


async def taken_back(world: World, path: str, who: str = CASEWORKER) -> httpx.Response:
    return await world.door.post(f"/v1/{path}/withdrawal", who, {"reason": WHY})


async def stages(world: World, case_id: UUID) -> list[tuple[str, int]]:
    standing = [one for one in (await world.told(case_id))["assessments"] if one["withdrawn_on"] is None]
    return [(one["stage"], one["score"]) for one in standing]


# --- assessments


@pytest.mark.row("S-35")
async def test_a_slip_in_a_score_is_put_right_and_the_outcome_on_it_announced_again(world: World) -> None:
    case_id = await world.a_started_case()
    wrong = await a_score(world, case_id, 11, "2019-09-20")
    outcome_id = await world.an_outcome(case_id, await world.a_note(case_id))

    answer = came_about(await put_right(world, f"assessments/{wrong['id']}", score=31))

    assert (answer["stage"], answer["score"]) == ("initial", 31)
    told = await world.told(case_id)
    [kept] = told["corrections"]
    assert (kept["kind"], kept["of_id"], kept["reason"]) == ("assessment", wrong["id"], WHY)
    assert (kept["before"], kept["after"], kept["made_by"]) == ({"score": 11}, {"score": 31}, "caseworker.horton")
    [announced] = await world.door.announced("AssessmentCorrected")
    assert (announced["assessment_id"], announced["score"]) == (wrong["id"], 31)
    assert WHY not in str(announced)
    first, again = await world.door.announced("OutcomeEvidenced")
    assert ([one["score"] for one in first["assessments"]], first["cause"]) == ([11], None)
    assert (again["outcome_id"], again["revision"], again["cause"]) == (str(outcome_id), 2, "assessment")
    assert [one["score"] for one in again["assessments"]] == [31]


@pytest.mark.row("S-35")
async def test_the_right_one_beside_the_wrong_one_has_its_stage_once_the_wrong_one_is_taken_back(world: World) -> None:
    case_id = await world.a_started_case()
    wrong = await a_score(world, case_id, 11, "2019-10-07")
    right = await a_score(world, case_id, 31, "2019-10-07")
    assert right["stage"] == "later"

    came_about(await taken_back(world, f"assessments/{wrong['id']}"))

    assert await stages(world, case_id) == [("initial", 31)]
    [withdrawn] = await world.door.announced("AssessmentWithdrawn")
    [moved] = await world.door.announced("AssessmentCorrected")
    assert withdrawn["assessment_id"] == wrong["id"]
    assert (moved["assessment_id"], moved["stage"]) == (right["id"], "initial")
    told = await world.told(case_id)
    assert [one["kind"] for one in told["corrections"]] == ["assessment-withdrawn", "assessment"]
    assert told["corrections"][1]["before"] == {"stage": "later"}


@pytest.mark.row("S-35")
async def test_an_assessment_entered_late_takes_its_place_and_the_others_theirs(world: World) -> None:
    case_id = await world.a_started_case(referred_on="2019-03-01", allocated_on="2019-03-04")
    winter = await a_score(world, case_id, 40, "2019-09-30")

    late = await a_score(world, case_id, 20, "2019-06-30")

    assert (winter["stage"], late["stage"]) == ("initial", "initial")
    assert await stages(world, case_id) == [("initial", 20), ("second", 40)]
    [moved] = await world.door.announced("AssessmentCorrected")
    assert (moved["assessment_id"], moved["stage"]) == (winter["id"], "second")


@pytest.mark.row("S-35")
async def test_a_day_put_right_moves_the_stages_after_it(world: World) -> None:
    case_id = await world.a_started_case(referred_on="2019-03-01", allocated_on="2019-03-04")
    first = await a_score(world, case_id, 20, "2019-08-30")
    await a_score(world, case_id, 40, "2019-09-30")
    assert await stages(world, case_id) == [("initial", 20), ("later", 40)]

    came_about(await put_right(world, f"assessments/{first['id']}", assessed_on="2019-06-30"))

    assert await stages(world, case_id) == [("initial", 20), ("second", 40)]
    assert len(await world.door.announced("AssessmentCorrected")) == 2


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ({"score": 30}, ["nothing_corrected"]),
        ({}, ["nothing_corrected"]),
        ({"score": 101, "assessed_on": "2019-10-08"}, ["assessed_in_the_future", "score_off_the_scale"]),
        ({"assessed_on": "2019-09-01"}, ["assessed_before_referral"]),
    ],
)
async def test_an_assessment_is_not_put_right_to_what_cannot_be(
    common_world: World, said: dict[str, Any], codes: list[str]
) -> None:
    case_id = await common_world.a_started_case()
    made = await a_score(common_world, case_id, 30, "2019-09-20")

    refused = await put_right(common_world, f"assessments/{made['id']}", **said)

    assert (refused.status_code, refusals_in(refused)) == (422, codes)
    assert await stages(common_world, case_id) == [("initial", 30)]


async def test_what_was_taken_back_is_not_put_right_or_taken_back_again(common_world: World) -> None:
    case_id = await common_world.a_started_case()
    made = await a_score(common_world, case_id, 30, "2019-09-20")
    came_about(await taken_back(common_world, f"assessments/{made['id']}"))

    again = await taken_back(common_world, f"assessments/{made['id']}")
    changed = await put_right(common_world, f"assessments/{made['id']}", score=31)

    assert [(one.status_code, refusals_in(one)) for one in (again, changed)] == [(409, ["withdrawn_already"])] * 2
    assert (await a_score(common_world, case_id, 30, "2019-09-20"))["stage"] == "initial"


async def test_a_correction_says_which_case_it_has_seen(common_world: World) -> None:
    case_id = await common_world.a_started_case()
    made = await a_score(common_world, case_id, 30, "2019-09-20")
    path, version = f"/v1/assessments/{made['id']}/corrections", (await common_world.told(case_id))["version"]

    first = await common_world.door.post(path, CASEWORKER, {"reason": WHY, "score": 31}, version=version)
    stale = await common_world.door.post(path, CASEWORKER, {"reason": WHY, "score": 32}, version=version)

    assert (first.status_code, stale.status_code) == (200, 412)


async def test_only_those_who_record_put_right_and_a_stranger_finds_nothing(common_world: World) -> None:
    case_id = await common_world.a_started_case()
    made = await a_score(common_world, case_id, 30, "2019-09-20")
    path = f"assessments/{made['id']}"

    for who, status in ((PRIME, 403), (HUB, 403), (VERIFIER, 403), (STRANGER, 404), (CONTRACTS_OFFICER, 200)):
        assert (await put_right(common_world, path, who, score=44)).status_code == status
    for body in ({"score": 50}, {"reason": WHY, "score": None}, {"reason": WHY, "stage": "third"}):
        assert (await common_world.door.post(f"/v1/{path}/corrections", CASEWORKER, body)).status_code == 422


# --- plans


async def a_plan(world: World, case_id: UUID, on: str, kind: str = "support") -> str:
    body = {"kind": kind, "goals": [{"goal": "A home."}], "agreed_on": on}
    return came_about(await world.door.post(f"/v1/cases/{case_id}/plans", CASEWORKER, body))["id"]


@pytest.mark.row("S-10")
@pytest.mark.row("S-33")
async def test_the_day_a_plan_was_agreed_is_put_right_and_its_clock_and_outcomes_follow(world: World) -> None:
    case_id = await world.a_started_case()
    plan_id, _ = await a_plan(world, case_id, "2019-09-30"), await a_plan(world, case_id, "2019-10-05")
    await world.an_outcome(case_id, await world.a_note(case_id))

    answer = came_about(await put_right(world, f"plans/{plan_id}", agreed_on="2019-09-12"))

    assert (answer["agreed_on"], answer["version"], answer["withdrawn_on"]) == ("2019-09-12", 1, None)
    [corrected] = await world.door.announced("SupportPlanCorrected")
    assert (corrected["plan_id"], corrected["days_from_allocation"]) == (plan_id, 3)
    assert (corrected["first_agreed_on"], corrected["first_days_from_allocation"]) == ("2019-09-12", 3)
    first, again = await world.door.announced("OutcomeEvidenced")
    assert (first["plan"]["agreed_on"], again["plan"]["agreed_on"]) == ("2019-09-30", "2019-09-12")
    assert (again["revision"], again["cause"]) == (2, "plan")


@pytest.mark.row("S-33")
@pytest.mark.row("S-68")
async def test_a_goal_is_put_right_in_its_words_what_became_of_it_and_what_came_of_it(world: World) -> None:
    case_id = await world.a_started_case()
    goals = [{"goal": "A home.", "own_words": "A dore."}, {"goal": "Work."}]
    body = {"kind": "support", "goals": goals, "agreed_on": "2019-09-30"}
    plan_id = came_about(await world.door.post(f"/v1/cases/{case_id}/plans", CASEWORKER, body))["id"]
    outcome_id = str(await world.an_outcome(case_id))
    first, second = (f"plans/{plan_id}/goals/{place}" for place in (1, 2))

    came_about(await put_right(world, first, own_words="A door I can lock."))
    came_about(await put_right(world, first, mark="reached", outcome_id=outcome_id))
    came_about(await put_right(world, second, mark="dropped"))
    came_about(await put_right(world, second, mark="open"))

    told = await world.told(case_id)
    one = {"goal": "A home.", "own_words": "A door I can lock.", "mark": "reached", "outcome_id": outcome_id}
    other = {"goal": "Work.", "own_words": None, "mark": "open", "outcome_id": None}
    assert told["plans"][0]["goals"] == [one, other]
    kept = [each for each in told["corrections"] if each["kind"] == "goal"]
    assert {(each["of_id"], each["reason"], each["made_by"]) for each in kept} == {
        (plan_id, WHY, "caseworker.horton"),
    }
    assert kept[0]["before"] == {"goals/1": goals[0]}
    assert len(await world.door.announced("SupportPlanAgreed", "SupportPlanCorrected")) == 1


async def test_a_goal_is_not_put_right_to_what_cannot_be(common_world: World) -> None:
    case_id, another = await common_world.a_started_case(), await common_world.a_started_case()
    plan_id = await a_plan(common_world, case_id, "2019-09-30")
    of_another = str(await common_world.an_outcome(another))
    goal = f"plans/{plan_id}/goals/1"

    assert refusals_in(await put_right(common_world, f"plans/{plan_id}/goals/2", mark="reached")) == ["no_such_goal"]
    assert refusals_in(await put_right(common_world, goal, outcome_id=of_another)) == ["outcome_of_another"]
    assert refusals_in(await put_right(common_world, goal, goal="A home.")) == ["nothing_corrected"]
    unfit: list[dict[str, Any]] = [{"goal": None}, {"mark": None}, {"mark": "lost"}, {"goal": " "}]
    for body in unfit:
        assert (await put_right(common_world, goal, **body)).status_code == 422
    for who, status in ((PRIME, 403), (STRANGER, 404)):
        assert (await put_right(common_world, goal, who, mark="reached")).status_code == status
    came_about(await taken_back(common_world, f"plans/{plan_id}"))
    late = await put_right(common_world, goal, mark="reached")
    assert (late.status_code, refusals_in(late)) == (409, ["withdrawn_already"])


@pytest.mark.row("S-33")
async def test_a_plan_taken_back_was_never_in_force_and_the_clock_stops_at_the_next(world: World) -> None:
    case_id = await world.a_started_case()
    wrong, right = await a_plan(world, case_id, "2019-09-12"), await a_plan(world, case_id, "2019-09-30")
    await world.an_outcome(case_id, await world.a_note(case_id), achieved_on="2019-09-20")

    came_about(await taken_back(world, f"plans/{wrong}"))
    came_about(await taken_back(world, f"plans/{right}"))

    one, both = await world.door.announced("SupportPlanWithdrawn")
    assert (one["first_agreed_on"], one["first_days_from_allocation"]) == ("2019-09-30", 21)
    assert (both["first_agreed_on"], both["first_days_from_allocation"]) == (None, None)
    shown = [each["plan"] and each["plan"]["plan_id"] for each in await world.door.announced("OutcomeEvidenced")]
    assert shown == [wrong, right, None]
    told = await world.told(case_id)
    assert [(plan["id"], plan["withdrawn_on"]) for plan in told["plans"]] == [
        (wrong, "2019-10-07"),
        (right, "2019-10-07"),
    ]
    assert [each["kind"] for each in told["corrections"]] == ["plan-withdrawn"] * 2


@pytest.mark.row("S-34")
async def test_the_kind_of_a_plan_is_put_right_within_what_the_case_may_have(common_world: World) -> None:
    case_id, open_case = await common_world.a_started_case(restricted=True), await common_world.a_started_case()
    plan_id, support = (
        await a_plan(common_world, case_id, "2019-09-12"),
        await a_plan(common_world, open_case, "2019-09-12"),
    )

    right = await put_right(common_world, f"plans/{plan_id}", kind="safety")
    wrong = await put_right(common_world, f"plans/{support}", kind="safety", agreed_on="2019-10-08")
    early = await put_right(common_world, f"plans/{support}", agreed_on="2019-09-08")
    same = await put_right(common_world, f"plans/{support}", agreed_on="2019-09-12")

    assert (right.status_code, right.json()["kind"]) == (200, "safety")
    assert refusals_in(wrong) == ["plan_in_the_future", "wrong_kind_of_plan"]
    assert (refusals_in(early), refusals_in(same)) == (["plan_before_allocation"], ["nothing_corrected"])


# --- the start


async def test_the_day_of_a_start_is_put_right_and_outcomes_on_it_are_announced_again(world: World) -> None:
    case_id = await world.a_started_case()
    await world.an_outcome(case_id, await world.a_note(case_id))

    answer = came_about(await put_right(world, f"cases/{case_id}/start", started_on="2019-09-23"))

    told = await world.told(case_id)
    assert (told["started_on"], told["version"]) == ("2019-09-23", answer["version"])
    assert [phase["changed_on"] for phase in told["phases"]] == ["2019-09-23"]
    [kept] = told["corrections"]
    assert (kept["kind"], kept["before"], kept["of_id"]) == ("start", {"started_on": "2019-09-16"}, str(case_id))
    [corrected] = await world.door.announced("CaseStartCorrected")
    assert corrected["started_on"] == "2019-09-23"
    again = (await world.door.announced("OutcomeEvidenced"))[-1]
    assert (again["service_started_on"], again["revision"], again["cause"]) == ("2019-09-23", 2, "start")


@pytest.mark.parametrize(
    ("started_on", "codes"),
    [
        ("2019-09-08", ["started_before_allocation"]),
        ("2019-10-08", ["changed_before_the_start", "started_in_the_future"]),
        ("2019-09-16", ["nothing_corrected"]),
        ("2019-10-02", ["changed_before_the_start"]),
    ],
)
async def test_a_start_is_not_put_right_to_a_day_that_cannot_be(
    common_world: World, started_on: str, codes: list[str]
) -> None:
    case_id = await common_world.a_started_case()
    body = {"phase": "light-touch", "changed_on": "2019-10-01"}
    came_about(await common_world.door.post(f"/v1/cases/{case_id}/phase", CASEWORKER, body))

    refused = await put_right(common_world, f"cases/{case_id}/start", started_on=started_on)

    assert (refused.status_code, refusals_in(refused)) == (422, codes)


async def test_a_case_that_has_not_started_has_no_start_to_put_right(common_world: World) -> None:
    case_id = await common_world.an_allocated_case()

    refused = await put_right(common_world, f"cases/{case_id}/start", started_on="2019-09-23")

    assert (refused.status_code, refusals_in(refused)) == (409, ["case_not_started"])


async def test_a_start_recorded_by_mistake_is_taken_back_and_the_case_starts_when_it_does(world: World) -> None:
    case_id = await world.a_started_case()
    await moved(world, case_id, "light-touch", "2019-09-20")

    answer = came_about(await taken_back(world, f"cases/{case_id}/start"))

    told = await world.told(case_id)
    assert (answer["state"], told["started_on"], told["worker"], told["phase"]) == (
        "allocated",
        None,
        None,
        "intensive",
    )
    assert [phase["withdrawn_on"] for phase in told["phases"]] == ["2019-10-07"] * 2
    [kept] = told["corrections"]
    assert (kept["kind"], kept["before"]) == ("start-withdrawn", {"started_on": "2019-09-16"})
    [withdrawn] = await world.door.announced("CaseStartWithdrawn")
    assert withdrawn["case_id"] == str(case_id)

    body = {"worker": "worker-3", "started_on": "2019-10-02"}
    came_about(await world.door.post(f"/v1/cases/{case_id}/start", CASEWORKER, body))
    assert await now(world, case_id) == ("intensive", "worker-3")
    came_about(await put_right(world, f"cases/{case_id}/start", started_on="2019-10-03"))
    assert [one["changed_on"] for one in await phases(world, case_id)] == ["2019-10-03"]


# --- documents and notes


@pytest.mark.row("S-44")
async def test_what_a_document_is_said_to_be_is_put_right_and_the_outcome_on_it_announced_again(world: World) -> None:
    case_id = await world.a_started_case()
    document = await world.a_document(case_id, dated_on="2019-09-30")
    await world.an_outcome(case_id, document, await world.a_note(case_id))

    right = came_about(await put_right(world, f"documents/{document}", kind="payslip", dated_on="2019-09-03"))
    wrong = await put_right(world, f"documents/{document}", kind="moon-rock", dated_on="2019-10-08")
    again = await put_right(world, f"documents/{document}", kind="payslip")

    assert (right["kind"], right["dated_on"]) == ("payslip", "2019-09-03")
    assert refusals_in(wrong) == ["document_of_the_future", "unknown_evidence_kind"]
    assert refusals_in(again) == ["nothing_corrected"]
    first, told = await world.door.announced("OutcomeEvidenced")
    items = [{one["item_id"]: (one["kind"], one["dated_on"]) for one in each["evidence"]} for each in (first, told)]
    assert [each[str(document)] for each in items] == [("landlord-letter", "2019-09-30"), ("payslip", "2019-09-03")]
    assert (told["revision"], told["cause"], len(told["evidence"])) == (2, "document", 2)
    [kept] = (await world.told(case_id))["corrections"]
    assert (kept["kind"], kept["before"]) == ("document", {"kind": "landlord-letter", "dated_on": "2019-09-30"})


@pytest.mark.row("S-44")
async def test_what_was_shared_by_mistake_is_shared_no_more(world: World) -> None:
    case_id = await world.a_started_case(restricted=True)
    await world.joint_work(case_id)
    note = await world.a_note(case_id, shareable=True)
    document = await world.a_document(case_id, shareable="true")
    assert len((await world.told(case_id, STRANGER))["notes"]) == 1

    unshared = await world.door.post(f"/v1/notes/{note}/sharing", CASEWORKER, {"shareable": False} | {"reason": WHY})
    came_about(await put_right(world, f"documents/{document}", shareable=False))
    by_joint = await world.door.post(f"/v1/notes/{note}/sharing", STRANGER, {"shareable": True} | {"reason": WHY})

    assert (unshared.json()["shareable"], by_joint.status_code) == (False, 404)
    seen = await world.told(case_id, STRANGER)
    assert (seen["notes"], seen["documents"], seen["corrections"]) == ([], [], [])
    assert (await world.door.get(f"/v1/documents/{document}/content", STRANGER)).status_code == 404
    assert await world.door.announced("OutcomeEvidenced") == []


# --- phases and workers


async def moved(world: World, case_id: UUID, phase: str, on: str, **but: Any) -> None:
    body = {"phase": phase, "changed_on": on} | but
    came_about(await world.door.post(f"/v1/cases/{case_id}/phase", CASEWORKER, body))


async def handed_over(world: World, *cases: dict[str, Any], on: str = "2019-10-07", **but: Any) -> httpx.Response:
    return await world.door.post("/v1/hand-overs", CASEWORKER, {"cases": cases, "handed_over_on": on}, **but)


async def phases(world: World, case_id: UUID) -> list[dict[str, Any]]:
    return [one for one in (await world.told(case_id))["phases"] if one["withdrawn_on"] is None]


async def now(world: World, case_id: UUID) -> tuple[str, str]:
    told = await world.told(case_id)
    return told["phase"], told["worker"]


@pytest.mark.row("S-40")
async def test_a_case_moved_by_mistake_is_where_it_was(world: World) -> None:
    case_id = await world.a_started_case()
    await moved(world, case_id, "light-touch", "2019-10-01", worker="engager-1")
    [_, wrong] = await phases(world, case_id)

    came_about(await taken_back(world, f"phases/{wrong['id']}"))

    assert await now(world, case_id) == ("intensive", "caseworker.horton")
    [announced] = await world.door.announced("CasePhaseCorrected")
    assert (announced["phase"], announced["changed_on"]) == ("intensive", "2019-09-16")
    told = await world.told(case_id)
    assert [one["kind"] for one in told["corrections"]] == ["phase-withdrawn"]
    assert told["phases"][1]["withdrawn_on"] == "2019-10-07"


@pytest.mark.row("S-40")
async def test_the_day_of_a_change_is_put_right_and_one_recorded_late_takes_its_place(world: World) -> None:
    case_id = await world.a_started_case()
    await moved(world, case_id, "light-touch", "2019-10-05")
    await moved(world, case_id, "light-touch", "2019-09-20")
    await moved(world, case_id, "intensive", "2019-09-25")
    [_, early, _, last] = await phases(world, case_id)

    came_about(await put_right(world, f"phases/{last['id']}", changed_on="2019-10-06"))
    came_about(await put_right(world, f"phases/{early['id']}", changed_on="2019-09-21", worker="engager-1"))

    assert [(one["phase"], one["changed_on"], one["worker"]) for one in await phases(world, case_id)] == [
        ("intensive", "2019-09-16", "caseworker.horton"),
        ("light-touch", "2019-09-21", "engager-1"),
        ("intensive", "2019-09-25", "engager-1"),
        ("light-touch", "2019-10-06", "engager-1"),
    ]
    assert await now(world, case_id) == ("light-touch", "engager-1")
    [corrected] = await world.door.announced("CasePhaseCorrected")
    assert corrected["changed_on"] == "2019-10-06"


async def test_the_first_phase_has_no_day_of_its_own_and_its_worker_may_be_put_right(common_world: World) -> None:
    case_id = await common_world.a_started_case()
    await moved(common_world, case_id, "light-touch", "2019-10-01")
    [first, second] = await phases(common_world, case_id)

    day = await put_right(common_world, f"phases/{first['id']}", changed_on="2019-09-17")
    gone = await taken_back(common_world, f"phases/{first['id']}")
    early = await put_right(common_world, f"phases/{second['id']}", changed_on="2019-09-15")
    worker = await put_right(common_world, f"phases/{first['id']}", worker="worker-9")

    assert [refusals_in(one) for one in (day, gone)] == [["phase_of_the_start"]] * 2
    assert refusals_in(early) == ["changed_before_the_start"]
    assert (worker.status_code, await now(common_world, case_id)) == (200, ("light-touch", "worker-9"))


@pytest.mark.row("S-43")
async def test_what_a_worker_leaves_behind_is_handed_over_at_once(world: World) -> None:
    one, two = await world.a_started_case(), await world.a_started_case()
    await moved(world, two, "light-touch", "2019-10-01")
    cases = [{"case_id": str(two), "worker": "worker-2", "version": 3}, {"case_id": str(one), "worker": "worker-1"}]

    answer = came_about(await handed_over(world, *cases, on="2019-10-02", key="one-key-for-all"))
    again = came_about(await handed_over(world, *cases, on="2019-10-02", key="one-key-for-all"))

    assert [(each["id"], each["version"]) for each in answer["cases"]] == [(str(two), 4), (str(one), 3)]
    assert again == answer
    assert (await now(world, one), await now(world, two)) == (("intensive", "worker-1"), ("light-touch", "worker-2"))
    assert len(await phases(world, two)) == 3
    assert len(await world.door.announced("CasePhaseChanged")) == 1
    listed = came_about(await world.door.get("/v1/cases", CASEWORKER, worker="worker-2"))["items"]
    assert [each["id"] for each in listed] == [str(two)]


@pytest.mark.row("S-43")
async def test_of_many_cases_all_are_handed_over_or_none(world: World) -> None:
    good, waiting = await world.a_started_case(), await world.an_allocated_case()
    mine = {"case_id": str(good), "worker": "worker-1"}

    refused = await handed_over(world, mine, {"case_id": str(waiting), "worker": "worker-1"})
    same = await handed_over(world, mine | {"worker": "caseworker.horton"}, on="2019-10-08")
    foreign = await handed_over(world, mine, {"case_id": str(uuid4()), "worker": "worker-1"})
    stale = await handed_over(world, mine | {"version": 1})
    twice = await handed_over(world, mine, mine)
    nobody = await handed_over(world)

    assert (refused.status_code, refusals_in(refused)) == (422, ["case_not_under_way"])
    assert [one["case_id"] for one in refused.json()["refusals"]] == [str(waiting)]
    assert refusals_in(same) == ["changed_in_the_future", "worker_unchanged"]
    assert [one.status_code for one in (foreign, stale, twice, nobody)] == [404, 412, 422, 422]
    assert await now(world, good) == ("intensive", "caseworker.horton")
    assert len(await phases(world, good)) == 1


@pytest.mark.row("S-43")
async def test_a_hand_over_recorded_late_holds_from_its_day_until_the_next_and_can_be_taken_back(world: World) -> None:
    case_id = await world.a_started_case()
    await moved(world, case_id, "light-touch", "2019-10-01")

    came_about(await handed_over(world, {"case_id": str(case_id), "worker": "worker-2"}, on="2019-09-20"))

    assert await now(world, case_id) == ("light-touch", "worker-2")
    [_, hand_over, _] = await phases(world, case_id)
    came_about(await taken_back(world, f"phases/{hand_over['id']}"))
    assert await now(world, case_id) == ("light-touch", "caseworker.horton")
    assert await world.door.announced("CasePhaseCorrected") == []


async def test_two_who_hand_the_same_cases_over_at_once_do_not_wait_for_each_other_for_ever(world: World) -> None:
    cases = [str(await world.a_started_case()) for _ in range(3)]
    there = [{"case_id": one, "worker": "worker-1"} for one in cases]
    back = [{"case_id": one, "worker": "worker-2"} for one in reversed(cases)]

    answers = await asyncio.gather(handed_over(world, *there), handed_over(world, *back))

    assert [one.status_code for one in answers] == [200, 200]
    [worker] = {(await now(world, UUID(one)))[1] for one in cases}
    assert worker in ("worker-1", "worker-2")


# --- what was put right, to read


async def test_corrections_come_in_pages_of_a_case_or_of_one_part(common_world: World) -> None:
    case_id = await common_world.a_started_case()
    first = await a_score(common_world, case_id, 30, "2019-09-20")
    second = await a_score(common_world, case_id, 31, "2019-09-21")
    for path, score in ((first, 32), (second, 33), (first, 34)):
        came_about(await put_right(common_world, f"assessments/{path['id']}", score=score))
    path = f"/v1/cases/{case_id}/corrections"

    page = came_about(await common_world.door.get(path, CASEWORKER, limit=2))
    rest = came_about(await common_world.door.get(path, CASEWORKER, cursor=page["next"]))
    of_one = came_about(await common_world.door.get(path, CASEWORKER, of_id=second["id"]))

    assert [one["after"]["score"] for one in (*page["items"], *rest["items"])] == [32, 33, 34]
    assert [one["after"]["score"] for one in of_one["items"]] == [33]
    assert (await common_world.door.get(path, STRANGER)).status_code == 404


@pytest.mark.parametrize(("restricted", "who", "reason"), [
    (False, PRIME, WHY), (True, PRIME, WHY), (False, HUB, WHY), (True, HUB, None), (False, VERIFIER, None),
])  # fmt: skip
async def test_why_it_was_put_right_is_for_those_who_read_the_case_whole(
    common_world: World, restricted: bool, who: str, reason: str | None
) -> None:
    case_id = await common_world.a_started_case(restricted=restricted)
    made = await a_score(common_world, case_id, 30, "2019-09-20")
    came_about(await put_right(common_world, f"assessments/{made['id']}", score=31))

    [told] = (await common_world.told(case_id, who))["corrections"]
    [listed] = came_about(await common_world.door.get(f"/v1/cases/{case_id}/corrections", who))["items"]

    assert (told["reason"], listed["reason"], told["after"]) == (reason, reason, {"score": 31})
