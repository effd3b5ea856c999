"""What to do instead, said with every refusal about a case, is done and then works."""

import ast
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.case_management.api.test_fund import FUND
from tests.case_management.api.world import (
    HORTON,
    PRIME,
    PROVIDER_MANAGER,
    World,
    came_about,
    refusals_in,
    someone,
)
from tests.parts.api import SIMULATED_AT

SOURCE = Path("services/case-management/src/case_management")
WHY = {"reason": "The form says so."}
OTHER_MANAGER = someone("provider-manager", **HORTON, subject="another")
BOARD = someone("prime-finance")
Body = dict[str, Any]

PLAN: Body = {"kind": "support", "goals": [{"goal": "A home."}]}
STAR: Body = {"instrument": "homelessness-star", "score": 30}
HOME: Body = {"outcome": "ACC_ENTRY", "achieved_on": "2019-10-01"}
LIGHT: Body = {"phase": "light-touch"}
JOINT: Body = {"joint_provider_id": "connect"}
NEED: Body = {"category": "laptop", "outcome": "ACC_ENTRY", "amount_pence": 20_000}
WISH: Body = {"reason": "disengaged", "by_participant": True}

WRITTEN: list[tuple[str, str, Body, Body]] = [
    ("wrong_kind_of_plan", "plans", PLAN | {"kind": "safety"}, PLAN),
    ("no_goal", "plans", PLAN | {"goals": []}, PLAN),
    ("plan_not_agreed", "plans", PLAN | {"agreed_with_participant": False}, PLAN),
    ("plan_before_allocation", "plans", PLAN | {"agreed_on": "2019-09-08"}, PLAN | {"agreed_on": "2019-09-09"}),
    ("plan_in_the_future", "plans", PLAN | {"agreed_on": "2019-10-08"}, PLAN | {"agreed_on": "2019-10-07"}),
    ("score_off_the_scale", "assessments", STAR | {"score": 101}, STAR | {"score": 100}),
    ("unknown_instrument", "assessments", STAR | {"instrument": "tea-leaves"}, STAR),
    ("assessed_in_the_future", "assessments", STAR | {"assessed_on": "2019-10-08"}, STAR),
    ("assessed_before_referral", "assessments", STAR | {"assessed_on": "2019-09-01"}, STAR),
    ("note_of_the_future", "notes", {"text": "x", "noted_on": "2019-10-08"}, {"text": "x"}),
    ("changed_before_the_start", "phase", LIGHT | {"changed_on": "2019-09-15"}, LIGHT | {"changed_on": "2019-09-16"}),
    ("changed_in_the_future", "phase", LIGHT | {"changed_on": "2019-10-08"}, LIGHT | {"changed_on": "2019-10-07"}),
    ("achieved_in_the_future", "outcomes", HOME | {"achieved_on": "2019-10-08"}, HOME),
    ("achieved_before_referral", "outcomes", HOME | {"achieved_on": "2019-09-01"}, HOME),
    ("unknown_outcome", "outcomes", HOME | {"outcome": "GOLD"}, HOME),
    ("unknown_slot", "outcomes", HOME | {"slot": "third"}, HOME),
    ("joint_with_itself", "joint-work", {"joint_provider_id": "horton"}, JOINT),
    ("unknown_provider", "joint-work", {"joint_provider_id": "nobody"}, JOINT),
    ("joint_on_an_impossible_day", "joint-work", JOINT | {"from_on": "2019-09-08"}, JOINT | {"from_on": "2019-09-09"}),
    ("unknown_fund_category", "fund-requests", NEED | {"category": "yacht"}, NEED),
    ("above_the_fund", "fund-requests", NEED | {"amount_pence": 50_001}, NEED),
    ("unknown_closure_reason", "closure-requests", WISH | {"reason": "boredom"}, WISH),
    ("unknown_reason", "restriction", {"reason": "boredom"}, {"reason": "domestic-abuse"}),
    ("no_outcome_on_record", "closure-requests", {"reason": "outcomes-achieved"}, WISH),
]
"""Of a case under way: a code, where it is said, what was asked, and what its remedy says to ask."""


@pytest.fixture
async def here(world: World) -> World:
    await world.load_programme(fund=FUND)
    return world


async def ask(world: World, path: str, body: Body, who: str = PROVIDER_MANAGER, **but: Any) -> httpx.Response:
    return await world.door.post(f"/v1/{path}", who, body, **but)


def refused(answer: httpx.Response) -> list[str]:
    assert answer.status_code in (409, 413, 415, 422), answer.text
    return refusals_in(answer)


async def a_closed_case(world: World) -> UUID:
    case_id = await world.a_started_case()
    request = came_about(await ask(world, f"cases/{case_id}/closure-requests", WISH))
    came_about(await ask(world, f"closure-requests/{request['id']}/decision", {"decision": "confirmed"}, PRIME))
    return case_id


@pytest.mark.parametrize(("code", "path", "wrong", "right"), WRITTEN, ids=[code for code, *_ in WRITTEN])
async def test_what_was_refused_of_a_case_under_way_is_taken_as_its_remedy_says(
    here: World, code: str, path: str, wrong: Body, right: Body
) -> None:
    case_id = await here.a_started_case()

    assert code in refused(await ask(here, f"cases/{case_id}/{path}", wrong))
    came_about(await ask(here, f"cases/{case_id}/{path}", right))


async def test_a_case_that_has_not_started_starts_and_goes_on(here: World) -> None:
    case_id = await here.an_allocated_case()
    start, phase, outcomes = (f"cases/{case_id}/{each}" for each in ("start", "phase", "outcomes"))

    early = refused(await ask(here, start, {"started_on": "2019-09-08"}))
    late = refused(await ask(here, start, {"started_on": "2019-10-08"}))
    waiting = [refused(await ask(here, path, body)) for path, body in ((phase, LIGHT), (outcomes, HOME))]
    uncorrected = refused(await ask(here, f"{start}/corrections", {"started_on": "2019-09-16"} | WHY))

    assert (early, late) == (["started_before_allocation"], ["started_in_the_future"])
    assert (waiting, uncorrected) == ([["case_not_under_way"], ["case_not_started"]], ["case_not_started"])
    came_about(await ask(here, start, {"started_on": "2019-09-09"}))
    for path, body in ((phase, LIGHT), (outcomes, HOME), (f"{start}/corrections", {"started_on": "2019-09-16"} | WHY)):
        came_about(await ask(here, path, body))


async def test_a_case_that_started_already_has_the_day_of_its_start_put_right(here: World) -> None:
    case_id, closed = await here.a_started_case(), await a_closed_case(here)

    again = await ask(here, f"cases/{case_id}/start", {})
    over = await ask(here, f"cases/{closed}/start", {})

    assert (refused(again), refused(over)) == (["case_not_awaiting_start"], ["case_not_awaiting_start"])
    assert "put that right" in again.json()["detail"]
    assert "refer the participant again" in over.json()["detail"]
    came_about(await ask(here, f"cases/{case_id}/start/corrections", {"started_on": "2019-09-20"} | WHY))


async def test_a_start_moves_once_what_came_before_it_was_put_right_or_taken_back(here: World) -> None:
    case_id = await here.a_started_case()
    for phase, day in (("light-touch", "2019-09-18"), ("intensive", "2019-09-19")):
        came_about(await ask(here, f"cases/{case_id}/phase", {"phase": phase, "changed_on": day}))
    _, first, second = (await here.told(case_id))["phases"]
    start = f"cases/{case_id}/start/corrections", {"started_on": "2019-09-20"} | WHY

    answer = await ask(here, *start)

    assert refused(answer) == ["changed_before_the_start"]
    found = "a change of phase on 2019-09-18, a change of phase on 2019-09-19"
    assert found in answer.json()["refusals"][0]["reason"]
    came_about(await ask(here, f"phases/{first['id']}/corrections", {"changed_on": "2019-09-23"} | WHY))
    came_about(await ask(here, f"phases/{second['id']}/withdrawal", WHY))
    came_about(await ask(here, *start))


async def test_a_start_is_taken_back_once_nothing_rests_on_it(here: World) -> None:
    case_id, closed = await here.a_started_case(), await a_closed_case(here)
    withdrawal = f"cases/{case_id}/start/withdrawal", WHY
    outcome = came_about(await ask(here, f"cases/{case_id}/outcomes", HOME))["id"]
    request = came_about(await ask(here, f"cases/{case_id}/closure-requests", WISH))["id"]

    answer = await ask(here, *withdrawal)
    over = await ask(here, f"cases/{closed}/start/withdrawal", WHY)

    assert (refused(answer), refused(over)) == (["outcomes_rest_on_it", "start_not_open"], ["start_not_open"])
    came_about(await ask(here, f"closure-requests/{request}/withdrawal", WHY))
    came_about(await ask(here, f"outcomes/{outcome}/withdrawal", {"reason": "recorded-by-mistake"}))
    came_about(await ask(here, *withdrawal))
    assert "Record the start" in (await ask(here, *withdrawal)).json()["detail"]
    came_about(await ask(here, f"cases/{case_id}/start", {}))
    came_about(await ask(here, f"cases/{closed}/reopening", WHY, PRIME))
    came_about(await ask(here, f"cases/{closed}/start/withdrawal", WHY))


async def test_a_phase_it_was_in_already_is_another_worker_or_an_earlier_change_that_is_wrong(here: World) -> None:
    case_id = await here.a_started_case()
    path = f"cases/{case_id}/phase"
    came_about(await ask(here, path, LIGHT | {"changed_on": "2019-09-20"}))
    again = LIGHT | {"changed_on": "2019-09-25", "worker": "worker-2"}
    hand_over = {"case_id": str(case_id), "worker": "worker-2"}

    answer = await ask(here, path, again)

    assert refused(answer) == ["phase_unchanged"]
    assert "2019-09-20" in answer.json()["refusals"][0]["reason"]
    came_about(await ask(here, "hand-overs", {"cases": [hand_over], "handed_over_on": "2019-09-25"}))
    [_, wrong, _] = (await here.told(case_id))["phases"]
    came_about(await ask(here, f"phases/{wrong['id']}/corrections", {"changed_on": "2019-09-21"} | WHY))
    came_about(await ask(here, f"phases/{wrong['id']}/withdrawal", WHY))


async def test_a_worker_who_has_the_case_already_is_left_out_and_the_others_handed_over(here: World) -> None:
    one, two = [{"case_id": str(await here.a_started_case()), "worker": "worker-2"} for _ in range(2)]
    came_about(await ask(here, "hand-overs", {"cases": [one]}))

    answer = await ask(here, "hand-overs", {"cases": [one, two]})

    assert refused(answer) == ["worker_unchanged"]
    assert [each["case_id"] for each in answer.json()["refusals"]] == [one["case_id"]]
    came_about(await ask(here, "hand-overs", {"cases": [two]}))


async def test_the_first_phase_moves_with_the_start(here: World) -> None:
    case_id = await here.a_started_case()
    [first] = (await here.told(case_id))["phases"]

    answer = await ask(here, f"phases/{first['id']}/corrections", {"changed_on": "2019-09-20"} | WHY)

    assert refused(answer) == ["phase_of_the_start"]
    came_about(await ask(here, f"cases/{case_id}/start/corrections", {"started_on": "2019-09-20"} | WHY))
    assert [one["changed_on"] for one in (await here.told(case_id))["phases"]] == ["2019-09-20"]


async def test_what_a_correction_got_wrong_is_said_right_and_what_was_taken_back_is_recorded_again(here: World) -> None:
    case_id = await here.a_started_case()
    for kind, body, right in (
        ("assessments", STAR, {"score": 31}),
        ("plans", PLAN, {"agreed_on": "2019-09-20"}),
    ):
        made = came_about(await ask(here, f"cases/{case_id}/{kind}", body))
        corrections, withdrawal = (f"{kind}/{made['id']}/{each}" for each in ("corrections", "withdrawal"))
        assert refused(await ask(here, corrections, WHY)) == ["nothing_corrected"]
        came_about(await ask(here, corrections, right | WHY))
        came_about(await ask(here, withdrawal, WHY))
        for again in (corrections, withdrawal):
            assert refused(await ask(here, again, right | WHY if again == corrections else WHY)) == [
                "withdrawn_already"
            ]
        came_about(await ask(here, f"cases/{case_id}/{kind}", body))


async def test_of_a_closed_case_what_was_before_its_end_is_still_recorded(here: World) -> None:
    case_id = await a_closed_case(here)
    later, hand_over = SIMULATED_AT + timedelta(days=1), {"case_id": str(case_id), "worker": "worker-2"}
    asked: list[tuple[str, str, Body, str]] = [
        ("plan_after_closure", f"cases/{case_id}/plans", PLAN, "agreed_on"),
        ("changed_after_closure", f"cases/{case_id}/phase", LIGHT, "changed_on"),
        ("changed_after_closure", "hand-overs", {"cases": [hand_over]}, "handed_over_on"),
        ("achieved_after_closure", f"cases/{case_id}/outcomes", HOME, "achieved_on"),
        ("started_after_closure", f"cases/{case_id}/start/corrections", WHY, "started_on"),
    ]
    for code, path, body, day in asked:
        answer = await ask(here, path, body | {day: "2019-10-08"}, at=later)

        assert code in refused(answer)
        before = "2019-09-17" if day == "started_on" else "2019-10-07"
        came_about(await ask(here, path, body | {day: before}, at=later))


async def test_evidence_and_a_note_of_another_case_are_added_to_this_one(here: World) -> None:
    case_id = await here.a_started_case()
    foreign = str(await here.a_note(await here.a_started_case()))
    notes, outcomes = f"cases/{case_id}/notes", f"cases/{case_id}/outcomes"

    assert refused(await ask(here, outcomes, HOME | {"evidence": [foreign]})) == ["evidence_not_of_this_case"]
    assert refused(await ask(here, notes, {"text": "No.", "corrects": foreign})) == ["correction_of_no_note"]
    note = str(await here.a_note(case_id))
    came_about(await ask(here, outcomes, HOME | {"evidence": [note]}))
    came_about(await ask(here, notes, {"text": "On Tuesday.", "corrects": note}))


async def test_an_outcome_that_cannot_be_corrected_so_is_corrected_or_recorded_as_told(here: World) -> None:
    case_id = await here.a_started_case()
    notes = [str(await here.a_note(case_id)) for _ in range(2)]
    outcome = came_about(await ask(here, f"cases/{case_id}/outcomes", HOME | {"evidence": notes[:1]}))["id"]
    revisions, withdrawal = f"outcomes/{outcome}/revisions", f"outcomes/{outcome}/withdrawal"

    assert refused(await ask(here, revisions, {"evidence": []})) == ["evidence_taken_away"]
    assert refused(await ask(here, revisions, {"evidence": notes[:1]})) == ["nothing_corrected"]
    came_about(await ask(here, revisions, {"evidence": notes[1:]}))
    came_about(await ask(here, withdrawal, {"reason": "recorded-by-mistake"}))
    assert refused(await ask(here, revisions, {"evidence": notes})) == ["outcome_withdrawn"]
    came_about(await ask(here, f"cases/{case_id}/outcomes", HOME | {"evidence": notes}))


async def test_the_same_outcome_is_gone_on_with_and_who_contributed_works_jointly_first(here: World) -> None:
    case_id = await here.a_started_case()
    outcomes, helped = f"cases/{case_id}/outcomes", {"contributors": ["connect"]}

    assert refused(await ask(here, outcomes, HOME | helped)) == ["contributor_not_joint"]
    await here.joint_work(case_id, from_on="2019-09-20")
    first = came_about(await ask(here, outcomes, HOME | helped))["id"]
    same = await ask(here, outcomes, HOME)
    assert (refused(same), first in same.json()["detail"]) == (["outcome_on_record"], True)
    moved = {"achieved_on": "2019-10-02"}
    assert refused(await ask(here, f"outcomes/{first}/revisions", moved)) == ["correction_without_reason"]
    came_about(await ask(here, f"outcomes/{first}/revisions", moved | WHY))
    came_about(await ask(here, outcomes, HOME))


async def test_too_few_attempts_are_made_up_by_more_that_differ(here: World) -> None:
    case_id = await here.a_started_case()
    path = f"cases/{case_id}/closure-requests"
    await here.a_note(case_id, attempt=True, channel="phone")

    answer = await ask(here, path, {"reason": "disengaged"})

    assert refused(answer) == ["not_personalised", "too_few_attempts", "too_few_channels"]
    assert "2 more" in answer.json()["detail"]
    await here.a_note(case_id, attempt=True, channel="text")
    await here.a_note(case_id, attempt=True, channel="in-person", tailored_how="Met at the allotment.")
    came_about(await ask(here, path, {"reason": "disengaged"}))


async def test_a_decision_on_a_closure_is_made_as_told(here: World) -> None:
    case_id = await here.a_started_case()
    request = came_about(await ask(here, f"cases/{case_id}/closure-requests", WISH))
    path = f"closure-requests/{request['id']}/decision"

    wish = await ask(here, path, {"decision": "refused", "reason": "An outcome is near."}, PRIME)

    assert refused(wish) == ["participants_own_wish"]
    came_about(await ask(here, path, {"decision": "confirmed"}, PRIME))


async def test_a_request_to_the_fund_that_somebody_else_decides_is_decided_by_them(here: World) -> None:
    case_id = await here.a_started_case()
    own = came_about(await ask(here, f"cases/{case_id}/fund-requests", NEED))["id"]
    large = came_about(await ask(here, f"cases/{case_id}/fund-requests", NEED | {"amount_pence": 40_000}))["id"]
    approved = {"decision": "approved"}

    assert refused(await ask(here, f"fund-requests/{own}/decision", approved)) == ["own_fund_request"]
    elsewhere = await ask(here, f"fund-requests/{large}/decision", approved, OTHER_MANAGER)
    assert refused(elsewhere) == ["decided_elsewhere"]
    came_about(await ask(here, f"fund-requests/{own}/decision", approved, OTHER_MANAGER))
    spent = await ask(here, f"fund-requests/{large}/decision", approved, BOARD)
    unsaid = await ask(here, f"fund-requests/{large}/decision", {"decision": "refused"}, BOARD)
    assert (refused(spent), refused(unsaid)) == (["fund_spent"], ["refusal_without_reason"])
    came_about(await ask(here, f"fund-requests/{large}/decision", {"decision": "refused", **WHY}, BOARD))


async def test_joint_work_ends_on_a_day_it_lasted(here: World) -> None:
    case_id = await here.a_started_case()
    joint_work = await here.joint_work(case_id, from_on="2019-10-01")

    assert refused(await ask(here, f"joint-work/{joint_work}/end", {"ended_on": "2019-09-30"})) == [
        "joint_end_on_an_impossible_day"
    ]
    assert refused(await ask(here, f"cases/{case_id}/joint-work", JOINT)) == ["joint_already"]
    came_about(await ask(here, f"joint-work/{joint_work}/end", {"ended_on": "2019-10-01"}))


ELSEWHERE = {
    "case_closed": "the hub receives a new referral",
    "closed_by_the_hub": "the hub places again",
    "fund_request_decided": "nothing is left to do",
    "joint_work_ended": "nothing is left to do",
    "restricted_already": "nothing is left to do",
    "document_is_its_own_copy": "nothing is left to do",
    "document_of_another": "test_same_files names one of the two",
    "wrong_document_not_named": "test_same_files names it",
    "unknown_evidence_kind": "test_documents sends it as another kind",
    "no_such_goal": "test_corrections names one that is there",
    "outcome_of_another": "test_corrections names one of the case",
}
REACHED_BY_NOBODY = {
    "closure_is_the_primes": "nobody else is let in",
    "own_request": "providers ask, the prime decides",
    "decided_before_requested": "time goes on",
    "closure_before_the_case": "a request is of today, and a case that has it began before",
    "no_quantity": "the body has one",
    "note_empty": "the body has words",
    "evidence_of_the_future": "a document of the future is not taken, nor a note",
    "too_many_orphans": "it is told to who runs the service",
}


def constants(path: Path) -> set[str]:
    read = ast.walk(ast.parse(path.read_text()))
    return {node.value for node in read if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def written() -> set[str]:
    """Every code that case management refuses with, but those of documents, which `test_documents` sends anew."""
    calls = [
        node
        for module in (*SOURCE.glob("domain/*.py"), *SOURCE.glob("operations/**/*.py"))
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Refusal", "unknown")
    ]
    codes = {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}
    return {code for code in codes if isinstance(code, str)} - constants(SOURCE / "domain/evidence.py")


def test_every_refusal_about_a_case_has_its_remedy_followed_or_says_why_not() -> None:
    """Here, or where a mistake is put right."""
    beside = Path(__file__).parent
    followed = set[str]().union(*map(constants, (Path(__file__), *beside.glob("test_*put_right.py"))))

    assert written() - followed == set()
    assert (ELSEWHERE | REACHED_BY_NOBODY).keys() - written() <= {"too_many_orphans"}
