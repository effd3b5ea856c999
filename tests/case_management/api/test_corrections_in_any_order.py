"""Whatever is recorded, put right and taken back, in any order: what stands follows, and whoever listens knows it."""

from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from case_management.domain.assessment import Instrument, stages_of
from tests.case_management.api.world import CASEWORKER, TODAY, World, came_about, refusals_in

STAR = Instrument("homelessness-star", 10, 100, "higher")
MARCH = date(2019, 3, 1)
WHY = {"reason": "The form says so."}


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


async def heard(world: World, ids: set[str]) -> dict[str, tuple[str, int, str]]:
    """What somebody knows who only listens."""
    known: dict[str, tuple[str, int, str]] = {}
    for event in await world.door.announced("AssessmentRecorded", "AssessmentCorrected", "AssessmentWithdrawn"):
        if event["type"] == "AssessmentWithdrawn":
            known.pop(event["assessment_id"], None)
        else:
            known[event["assessment_id"]] = event["stage"], event["score"], event["assessed_on"]
    return {one: said for one, said in known.items() if one in ids}
