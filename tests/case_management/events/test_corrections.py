"""What the hub puts right about a referral is followed by its cases, and by the outcomes that rest on it."""

from datetime import date
from typing import Any

import pytest

from common.contracts.referrals import ParticipantAllocated, ParticipantRestricted, ReferralCorrected, TriageCorrected
from common.ids import new_id
from tests.case_management.api.world import CASEWORKER, World, an_allocation


def an_event(**facts: Any) -> dict[str, Any]:
    return {"event_id": new_id(), **facts}


def put_right(allocated: ParticipantAllocated, *changed: str, **facts: Any) -> ReferralCorrected:
    usual: dict[str, Any] = {
        "event_id": new_id(),
        "corrected_on": date(2019, 10, 7),
        "changed": changed,
        "source": "council",
        "under_25": False,
        "needs": ("homelessness",),
    }
    return ReferralCorrected(**allocated.model_dump() | usual | facts)


def triaged_again(allocated: ParticipantAllocated, **facts: Any) -> TriageCorrected:
    usual: dict[str, Any] = {"event_id": new_id(), "corrected_on": date(2019, 10, 7)}
    return TriageCorrected(**allocated.model_dump() | usual | facts)


async def a_case(world: World, allocated: ParticipantAllocated) -> Any:
    await world.hear(allocated)
    [row] = await world.door.rows("select id from support_case where allocation_id = :id", id=allocated.allocation_id)
    body = {"worker": "caseworker.horton", "started_on": "2019-09-16"}
    assert (await world.door.post(f"/v1/cases/{row['id']}/start", CASEWORKER, body)).is_success
    return row["id"]


@pytest.mark.row("S-03")
async def test_an_outcome_that_rests_on_a_fact_put_right_is_announced_again(world: World) -> None:
    allocated = an_allocation(housed_at_referral=True)
    case_id = await a_case(world, allocated)
    facts = {"housed_at_referral": True, "hours": 16}
    outcome_id = await world.an_outcome(case_id, await world.a_document(case_id), facts=facts)
    told: dict[str, Any] = {"referred_on": date(2019, 8, 30), "housed_at_referral": False}

    await world.hear(put_right(allocated, *told, **told))

    first, again = await world.door.announced("OutcomeEvidenced")
    assert (first["revision"], first["referred_on"]) == (1, "2019-09-02")
    assert (again["outcome_id"], again["revision"], again["referred_on"]) == (str(outcome_id), 2, "2019-08-30")
    assert (again["facts"], again["cause"]) == ({"housed_at_referral": False, "hours": 16}, "referral")
    [row] = await world.door.rows("select * from support_case")
    assert (row["referred_on"], row["housed_at_referral"]) == (date(2019, 8, 30), False)


@pytest.mark.row("S-37")
async def test_an_assessment_near_the_day_of_referral_that_is_put_right_has_its_stage_by_it(world: World) -> None:
    dash: dict[str, Any] = {"instrument": "dash", "title": "DASH", "lowest": 0, "highest": 24, "better": "lower"}
    await world.load_programme(instruments=[dash | {"months_to_next_stages": [0], "referral_within_days": 14}])
    allocated = an_allocation()
    case_id = await a_case(world, allocated)
    body = {"instrument": "dash", "score": 14, "assessed_on": "2019-09-20"}
    recorded = await world.door.post(f"/v1/cases/{case_id}/assessments", CASEWORKER, body)

    await world.hear(put_right(allocated, "referred_on", referred_on=date(2019, 9, 6)))

    assert recorded.json()["stage"] == "initial"
    [corrected] = await world.door.announced("AssessmentCorrected")
    assert corrected["stage"] == "referral"
    [told] = (await world.told(case_id))["corrections"]
    assert (told["before"], told["after"]) == ({"stage": "initial"}, {"stage": "referral"})


async def test_what_no_outcome_rests_on_announces_none_again(world: World) -> None:
    allocated = an_allocation()
    case_id = await a_case(world, allocated)
    await world.an_outcome(case_id, await world.a_document(case_id))

    await world.hear(put_right(allocated, "source", source="police"), triaged_again(allocated, intensity="high"))

    assert len(await world.door.announced("OutcomeEvidenced")) == 1
    [row] = await world.door.rows("select * from support_case")
    assert row["intensity"] == "high"


@pytest.mark.parametrize("told_by", ["the referral", "its triage"])
async def test_an_older_correction_that_tells_of_abuse_restricts_as_the_hubs_own_word_for_it_does(
    world: World, told_by: str
) -> None:
    mine = an_allocation()
    of_the_same_person = an_allocation(participant_id=mine.participant_id)
    cases = [str(await a_case(world, each)) for each in (mine, of_the_same_person)]
    at_risk = {"restricted": True}
    by_triage, by_referral = triaged_again(mine, **at_risk), put_right(mine, "domestic_abuse_risk", **at_risk)
    learnt = ParticipantRestricted(**mine.model_dump() | an_event(restricted_on=date(2019, 11, 1)))

    await world.hear(by_triage if told_by == "its triage" else by_referral, learnt)

    announced = await world.door.announced("AccessRestricted")
    assert sorted((each["case_id"], each["reason"]) for each in announced) == sorted(
        (case_id, "told-by-hub") for case_id in cases
    )


async def test_what_the_hub_learns_of_abuse_makes_every_case_of_the_person_need_to_know(world: World) -> None:
    mine, another = an_allocation(), an_allocation()
    case_id = await a_case(world, mine)
    await a_case(world, another)
    learnt = ParticipantRestricted(**mine.model_dump() | an_event(restricted_on=date(2019, 11, 1)))

    await world.hear(learnt, learnt.model_copy(update={"event_id": new_id()}))

    [announced] = await world.door.announced("AccessRestricted")
    assert (announced["case_id"], announced["reason"]) == (str(case_id), "told-by-hub")


async def test_a_correction_of_a_referral_without_a_case_is_heard_and_changes_nothing(world: World) -> None:
    await world.hear(put_right(an_allocation(), "source"), triaged_again(an_allocation()))

    assert await world.door.rows("select id from support_case") == []
