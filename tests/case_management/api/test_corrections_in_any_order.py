"""Whatever is recorded, put right and taken back, in any order: what stands follows, and whoever listens knows it."""

from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from case_management.domain.assessment import Instrument, stages_of
from tests.case_management.api.world import CASEWORKER, PRIME, PROVIDER_MANAGER, TODAY, World, came_about, refusals_in

STAR = Instrument("homelessness-star", 10, 100, "higher")
MARCH = date(2019, 3, 1)
WHY = {"reason": "The form says so."}
PLAN = {"kind": "support", "goals": [{"goal": "A home."}]}


async def lived(world: World, chance: Random) -> tuple[UUID, set[str]]:
    """A case with its ids of assessments and phases after a dozen things were written, some of them wrongly."""
    case_id = await world.a_started_case(referred_on=MARCH, allocated_on=MARCH)
    assessments: list[str] = []
    for _ in range(12):
        day = str(MARCH + timedelta(days=chance.randrange((TODAY - MARCH).days)))
        one = chance.choice(assessments) if assessments else None
        path, body = chance.choice(_things(case_id, one, day, chance))
        answer = await world.door.post(f"/v1/{path}", CASEWORKER, body)
        if path.endswith("/assessments"):
            assessments.append(came_about(answer)["id"])
        assert answer.is_success or refusals_in(answer), answer.text
    return case_id, set(assessments)


def _things(case_id: UUID, one: str | None, day: str, chance: Random) -> list[tuple[str, dict[str, Any]]]:
    score = {"score": chance.randint(10, 100), "assessed_on": day}
    again = [(f"assessments/{one}/corrections", score | WHY), (f"assessments/{one}/withdrawal", WHY)] if one else []
    phase = {"phase": chance.choice(["intensive", "light-touch"]), "changed_on": day}
    hand_over = {"case_id": str(case_id), "worker": f"worker-{chance.randint(1, 2)}"}
    return [
        (f"cases/{case_id}/assessments", {"instrument": "homelessness-star"} | score),
        *again,
        (f"cases/{case_id}/phase", phase),
        ("hand-overs", {"cases": [hand_over], "handed_over_on": day}),
        (f"cases/{case_id}/start/corrections", {"started_on": day} | WHY),
    ]


@pytest.mark.parametrize("seed", range(12))
async def test_stages_phases_and_what_was_announced_are_as_if_it_had_been_written_rightly_at_once(
    common_world: World, seed: int
) -> None:
    case_id, assessments = await lived(common_world, Random(seed))  # noqa: S311 - a life that can be repeated

    told = await common_world.told(case_id)
    standing = [one for one in told["assessments"] if one["withdrawn_on"] is None]
    days = sorted(date.fromisoformat(one["assessed_on"]) for one in standing)
    assert sorted(one["stage"] for one in standing) == sorted(stages_of(STAR, MARCH, days))
    assert await heard(common_world, assessments) == {
        one["id"]: (one["stage"], one["score"], one["assessed_on"]) for one in standing
    }
    phases = [one for one in told["phases"] if one["withdrawn_on"] is None]
    assert phases[0]["changed_on"] == told["started_on"] == min(one["changed_on"] for one in phases)
    assert (told["phase"], told["worker"]) == (phases[-1]["phase"], phases[-1]["worker"])
    assert len({one["id"] for one in told["corrections"]}) == len(told["corrections"])


async def done(world: World, case_id: UUID, chance: Random) -> None:
    """One of all the things that are dated in a case, on any day: done, put right, or taken back."""
    day, told = str(MARCH + timedelta(days=chance.randrange((TODAY - MARCH).days))), await world.told(case_id)
    over = {"cases": [{"case_id": str(case_id), "worker": f"worker-{chance.randint(1, 3)}"}], "handed_over_on": day}
    things: list[tuple[str, str, dict[str, Any]]] = [
        (
            CASEWORKER,
            f"cases/{case_id}/phase",
            {"phase": chance.choice(["intensive", "light-touch"]), "changed_on": day},
        ),
        (CASEWORKER, "hand-overs", over),
        (CASEWORKER, f"cases/{case_id}/plans", PLAN | {"agreed_on": day}),
        (CASEWORKER, f"cases/{case_id}/start/corrections", {"started_on": day} | WHY),
        (CASEWORKER, f"cases/{case_id}/closure-requests", {"reason": "disengaged", "by_participant": True}),
        (PRIME, f"cases/{case_id}/closure/corrections", {"closed_on": day} | WHY),
        (PRIME, f"cases/{case_id}/closure/corrections", {"closed_on": day} | WHY),
        (PRIME, f"cases/{case_id}/reopening", WHY),
        (PROVIDER_MANAGER, f"cases/{case_id}/joint-work", {"joint_provider_id": "connect", "from_on": day}),
    ]
    for request in (one["id"] for one in told["closure_requests"] if one["state"] == "open"):
        things += [(PRIME, f"closure-requests/{request}/decision", {"decision": "confirmed"})] * 4
    for plan in told["plans"]:
        things += [(CASEWORKER, f"plans/{plan['id']}/corrections", {"agreed_on": day} | WHY)]
    for phase in told["phases"]:
        things += [(CASEWORKER, f"phases/{phase['id']}/corrections", {"changed_on": day} | WHY)]
    for joint in told["joint_work"]:
        things += [(PROVIDER_MANAGER, f"joint-work/{joint['id']}/{step}", body | more) for step, body, more in (
            ("end", {"ended_on": day}, {}), ("corrections", {"ended_on": day}, WHY), ("withdrawal", {}, WHY),
        )]  # fmt: skip
    who, path, body = chance.choice(things)
    answer = await world.door.post(f"/v1/{path}", who, body)
    assert answer.is_success or refusals_in(answer), answer.text


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_is_entered_from_whichever_side_all_that_is_dated_in_a_case_stays_in_order(
    common_world: World, seed: int
) -> None:
    chance = Random(seed)  # noqa: S311 - a life that can be repeated
    case_id = await common_world.a_started_case(referred_on=MARCH, allocated_on=MARCH)
    for _ in range(30):
        await done(common_world, case_id, chance)

        told = await common_world.told(case_id)
        standing = {
            name: [one for one in told[name] if one["withdrawn_on"] is None]
            for name in ("phases", "plans", "joint_work")
        }
        changed = [one["changed_on"] for one in standing["phases"]]
        agreed = [one["agreed_on"] for one in standing["plans"]]
        worked = [day for one in standing["joint_work"] for day in (one["from_on"], one["ended_on"]) if day]
        last = told["closed_on"] or str(TODAY)
        assert str(MARCH) <= told["started_on"] == min(changed)
        assert all(day <= last for day in (*changed, *agreed, *worked))
        assert all(one["from_on"] <= (one["ended_on"] or last) for one in standing["joint_work"])
        assert told["closed_on"] is None or all(one["ended_on"] for one in standing["joint_work"])


async def heard(world: World, ids: set[str]) -> dict[str, tuple[str, int, str]]:
    """What somebody knows who only listens."""
    known: dict[str, tuple[str, int, str]] = {}
    for event in await world.door.announced("AssessmentRecorded", "AssessmentCorrected", "AssessmentWithdrawn"):
        if event["type"] == "AssessmentWithdrawn":
            known.pop(event["assessment_id"], None)
        else:
            known[event["assessment_id"]] = event["stage"], event["score"], event["assessed_on"]
    return {one: said for one, said in known.items() if one in ids}
