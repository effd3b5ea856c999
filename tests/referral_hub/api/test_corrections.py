"""A mistake at the hub is put right in one step: by addition, with a reason, and announced."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.parts.api import SIMULATED_AT
from tests.parts.postgres import Databases
from tests.referral_hub.town import (
    HUB,
    KNH,
    OVERSIGHT,
    PRIME,
    Hub,
    a_person,
    an_assessment,
    hub_with,
    of_provider,
    with_capacity,
)

WHY = "The referrer rang to say so."


async def put_right(hub: Hub, referral_id: str, **facts: Any) -> Any:
    return await hub.door.post(f"/v1/referrals/{referral_id}/corrections", HUB, {"reason": WHY, "facts": facts})


async def triaged_again(hub: Hub, referral_id: str, **but: Any) -> Any:
    body = {"reason": WHY, "triage": an_assessment(**but)}
    return await hub.door.post(f"/v1/referrals/{referral_id}/triage/corrections", HUB, body)


# --- facts


@pytest.mark.row("S-03")
async def test_facts_of_a_referral_are_put_right_and_what_stood_stays_readable(hub: Hub) -> None:
    referral = await hub.referred(housed_at_referral=True, funding_stream="historic")

    corrected = await put_right(hub, referral["id"], housed_at_referral=False, funding_stream="lcf")

    assert (corrected.status_code, corrected.json()["version"]) == (200, 2)
    seen = await hub.read(f"/v1/referrals/{referral['id']}", PRIME)
    assert (seen["housed_at_referral"], seen["funding_stream"]) == (False, "lcf")
    [kept] = seen["corrections"]
    assert kept["before"] == {"housed_at_referral": True, "funding_stream": "historic"}
    assert (kept["kind"], kept["reason"], kept["made_by"]) == ("referral", WHY, "hub.kbop-prime")
    [announced] = await hub.door.announced("ReferralCorrected")
    assert sorted(announced["changed"]) == ["funding_stream", "housed_at_referral"]
    assert (announced["housed_at_referral"], announced["funding_stream"]) == (False, "lcf")
    assert WHY not in str(announced)


@pytest.mark.row("S-03")
async def test_the_rules_of_arrival_hold_for_what_would_stand(hub: Hub) -> None:
    referral = await hub.referred()

    refused = await put_right(hub, referral["id"], source="police", needs=["gold"], referred_on="2019-08-31")
    same = await put_right(hub, referral["id"], source="council")
    emptied = await put_right(hub, referral["id"], source=None)
    nonsense = await put_right(hub, referral["id"], state="closed")

    codes = {one["code"] for one in refused.json()["refusals"]}
    assert codes == {"source_is_not_the_agencys", "unknown_need", "referred_before_the_programme"}
    assert [one["code"] for one in same.json()["refusals"]] == ["nothing_corrected"]
    assert (emptied.status_code, nonsense.status_code) == (422, 422)
    assert await hub.door.announced("ReferralCorrected") == []
    assert (await hub.read(f"/v1/referrals/{referral['id']}"))["needs"] == ["homelessness"]


async def test_a_source_and_its_agency_are_put_right_together(hub: Hub) -> None:
    referral = await hub.referred()

    hub.done(await put_right(hub, referral["id"], source="self", agency_id=None))

    seen = await hub.read(f"/v1/referrals/{referral['id']}")
    assert (seen["source"], seen["agency_id"]) == ("self", None)


@pytest.mark.row("S-18")
async def test_priority_follows_what_is_put_right_and_a_persons_word_stays(hub: Hub) -> None:
    by_mistake = await hub.referred(homeless_at_referral=True)
    by_word = await hub.triaged(await hub.referred(homeless_at_referral=True), priority_reason="In a car with a baby.")

    first = hub.done(await put_right(hub, by_mistake["id"], homeless_at_referral=False))
    second = hub.done(await put_right(hub, by_word["id"], homeless_at_referral=False))

    assert (first["priority"], second["priority"]) == (False, True)
    assert (await hub.read(f"/v1/referrals/{by_word['id']}"))["priority_reasons"] == ["by-triage"]


async def test_a_referral_cannot_have_been_made_after_it_came(hub: Hub) -> None:
    referral = await hub.referred()
    body = {"reason": WHY, "facts": {"referred_on": "2019-10-09"}}

    refused = await hub.door.post(
        f"/v1/referrals/{referral['id']}/corrections", HUB, body, at=SIMULATED_AT + timedelta(days=9)
    )

    assert [one["code"] for one in refused.json()["refusals"]] == ["referred_after_its_entry"]


@pytest.mark.row("S-09")
async def test_a_referral_entered_late_has_waited_since_it_was_made(hub: Hub) -> None:
    today = await hub.referred()
    late = await hub.referred(referred_on="2019-09-16")

    first, second = (await hub.read("/v1/waiting-list"))["items"]

    assert (first["referral_id"], first["days_waiting"], first["on_time"]) == (late["id"], 21, False)
    assert first["waits_since"] == "2019-09-15T23:00:00Z"
    assert (second["referral_id"], second["days_waiting"], second["on_time"]) == (today["id"], 0, True)
    hub.done(await put_right(hub, today["id"], referred_on="2019-09-09"))
    [head, _] = (await hub.read("/v1/waiting-list"))["items"]
    assert (head["referral_id"], head["days_waiting"]) == (today["id"], 28)


async def test_who_is_at_risk_after_all_is_need_to_know_from_then_on(hub: Hub) -> None:
    referral = await hub.referred()

    hub.done(await put_right(hub, referral["id"], domestic_abuse_risk=True))

    assert (await hub.read(f"/v1/participants/{referral['participant_id']}"))["restricted"] is True
    assert (await hub.door.announced("ReferralCorrected"))[-1]["restricted"] is True


async def test_only_the_hub_puts_right_and_a_provider_does_not_see_what_was_said(hub: Hub) -> None:
    placed = await hub.allocated(provider_id="horton", override_reason="Knows them.")
    referral_id, horton = placed["referral_id"], of_provider("horton")
    hub.done(await put_right(hub, referral_id, notes="Owes rent."))

    for who in (KNH, PRIME, horton):
        body = {"reason": WHY, "facts": {"notes": "x"}}
        assert (await hub.door.post(f"/v1/referrals/{referral_id}/corrections", who, body)).status_code == 403
    assert (await hub.read(f"/v1/referrals/{referral_id}", horton))["corrections"] == []


# --- triage


@pytest.mark.row("S-05")
async def test_a_wrong_triage_is_done_again_and_the_first_stays_readable(hub: Hub) -> None:
    triaged = await hub.triaged(intensity="high", risk_level="high")

    corrected = hub.done(await triaged_again(hub, triaged["id"], intensity="low"))

    assert (corrected["state"], corrected["complex"], corrected["placement"]) == ("triaged", False, None)
    [kept] = (await hub.read(f"/v1/referrals/{triaged['id']}"))["corrections"]
    assert (kept["before"]["intensity"], kept["before"]["complex"]) == ("high", True)
    [announced] = await hub.door.announced("TriageCorrected")
    assert (announced["intensity"], announced["complex"], announced["would_differ"]) == ("low", False, None)


@pytest.mark.row("S-05")
@pytest.mark.row("S-07")
async def test_a_placement_that_rested_on_a_wrong_triage_is_judged_again_and_can_be_taken_back(hub: Hub) -> None:
    placed = await hub.allocated()
    path = f"/v1/allocations/{placed['id']}"

    told = hub.done(await triaged_again(hub, placed["referral_id"], specialism="domestic-abuse"))["placement"]

    assert (told["provider_id"], told["fits"], told["would_differ"]) == (placed["provider_id"], False, True)
    assert [one["code"] for one in told["reasons"]] == ["expertise_missing"]
    assert told["recommended"] == "pdap"
    assert (await hub.door.announced("TriageCorrected"))[-1]["would_differ"] is True
    back = hub.done(await hub.door.post(f"{path}/withdrawal", HUB, {"reason": "The triage was wrong."}))
    assert back["state"] == "withdrawn"
    assert await hub.door.announced("AllocationDeclined") == []
    assert len(await hub.door.announced("AllocationWithdrawn")) == 1
    assert (await hub.read("/v1/declines"))["items"] == []
    assert (await hub.allocated({"id": placed["referral_id"]}))["provider_id"] == "pdap"


async def test_a_correction_that_changes_no_need_leaves_the_placement_as_it_would_be(hub: Hub) -> None:
    placed = await hub.allocated()

    told = hub.done(await triaged_again(hub, placed["referral_id"], strengths=["Cooks well"]))["placement"]

    assert (told["fits"], told["would_differ"]) == (True, False)


async def test_capacity_counts_the_intensity_that_was_put_right(databases: Databases) -> None:
    async with hub_with(databases, with_capacity(horton=10)) as hub:
        placed = await hub.allocated(await hub.triaged(intensity="low"))
        hub.done(await triaged_again(hub, placed["referral_id"], intensity="high"))

        [horton] = [one for one in (await hub.read("/v1/providers"))["items"] if one["provider_id"] == "horton"]

    assert (horton["load"], horton["open_caseload"]) == (3, 1)


async def test_a_referral_never_triaged_has_no_triage_to_put_right(hub: Hub) -> None:
    referral = await hub.referred()

    refused = await triaged_again(hub, referral["id"])

    assert (refused.status_code, "triage it" in refused.json()["detail"]) == (409, True)
    hub.done(await hub.door.post(f"/v1/referrals/{referral['id']}/triage", HUB, an_assessment()))


async def test_of_two_corrections_at_once_each_is_kept_and_the_later_stands(hub: Hub) -> None:
    triaged = await hub.triaged()

    answers = await asyncio.gather(*(triaged_again(hub, triaged["id"], intensity=one) for one in ("low", "high")))

    assert [one.status_code for one in answers] == [200, 200]
    seen = await hub.read(f"/v1/referrals/{triaged['id']}")
    assert [one["after"]["intensity"] for one in seen["corrections"]][-1] == seen["intensity"]
    assert seen["version"] == 4


# --- ends


@pytest.mark.row("S-12")
async def test_a_referral_declined_by_mistake_goes_on_where_it_was(hub: Hub) -> None:
    triaged = await hub.triaged()
    path = f"/v1/referrals/{triaged['id']}"
    hub.done(await hub.door.post(f"{path}/decline", HUB, {"reason": "out-of-area"}))

    reopened = hub.done(await hub.door.post(f"{path}/reopening", HUB, {"reason": WHY}))

    assert reopened["state"] == "triaged"
    assert [one["referral_id"] for one in (await hub.read("/v1/waiting-list"))["items"]] == [triaged["id"]]
    [decline] = (await hub.read("/v1/declines", OVERSIGHT))["items"]
    assert decline["withdrawn_on"] == "2019-10-07"
    [announced] = await hub.door.announced("ReferralReopened")
    assert announced["ended_as"] == "declined"
    await hub.allocated(triaged)


@pytest.mark.row("S-08")
async def test_what_was_closed_as_helped_once_by_mistake_goes_on(hub: Hub) -> None:
    referral = await hub.referred()
    path = f"/v1/referrals/{referral['id']}"
    hub.done(await hub.door.post(f"{path}/triage-support", HUB, {"note": "A food parcel."}))

    reopened = hub.done(await hub.door.post(f"{path}/reopening", HUB, {"reason": WHY}))

    assert reopened["state"] == "received"
    seen = await hub.read(path)
    assert (seen["closed_on"], seen["closing_reason"], seen["closing_note"]) == (None, None, None)
    assert seen["corrections"][0]["before"]["closing_note"] == "A food parcel."


async def test_what_is_open_or_ended_otherwise_or_was_followed_by_another_is_not_reopened(hub: Hub) -> None:
    person = a_person()
    declined = await hub.referred(person=person)
    hub.done(await hub.door.post(f"/v1/referrals/{declined['id']}/decline", HUB, {"reason": "out-of-area"}))
    again = await hub.referred(person=person)
    completed = await hub.completed()

    async def reopening(referral_id: str) -> Any:
        return await hub.door.post(f"/v1/referrals/{referral_id}/reopening", HUB, {"reason": WHY})

    followed, is_open, closed = [
        await reopening(one) for one in (declined["id"], again["id"], completed["referral_id"])
    ]
    assert [one.status_code for one in (followed, is_open, closed)] == [409, 409, 409]
    assert followed.json()["referral_id"] == again["id"]
    assert "Go on with it" in is_open.json()["detail"]
    assert "Refer the person again" in closed.json()["detail"]


# --- declines


@pytest.mark.row("S-12")
async def test_a_decline_shows_hub_and_council_the_room_there_was(databases: Databases) -> None:
    async with hub_with(databases, with_capacity(horton=4)) as hub:
        other = await hub.allocated(await hub.triaged(intensity="low"))
        placed = await hub.allocated(await hub.triaged(intensity="medium"))
        horton = of_provider("horton", "provider-manager")
        for one in (placed, other):
            await hub.door.post(f"/v1/allocations/{one['id']}/decline", horton, {"reason": "no-capacity"})

        declines = (await hub.read("/v1/declines", OVERSIGHT))["items"]

        assert [(one["capacity"], one["load"], one["needed"], one["had_room"]) for one in reversed(declines)] == [
            (4, 1, 2, True),
            (4, 0, 1, True),
        ]
        assert [one["had_room"] for one in await hub.door.announced("AllocationDeclined")] == [True, True]


@pytest.mark.row("S-12")
async def test_the_reason_of_a_decline_is_put_right_in_view_of_the_council(hub: Hub) -> None:
    placed = await hub.allocated(provider_id="horton", override_reason="Knows them.")
    manager, other = (of_provider(one, "provider-manager") for one in ("horton", "fusion-housing"))
    body = {"reason": "no-capacity", "account": "Two are ill."}
    hub.done(await hub.door.post(f"/v1/allocations/{placed['id']}/decline", manager, body))
    [decline] = (await hub.read("/v1/declines"))["items"]
    path = f"/v1/declines/{decline['id']}/corrections"
    right = {"reason": "The wrong line of the list.", "decline_reason": "out-of-area"}

    risk = await hub.door.post(path, manager, right | {"decline_reason": "too-high-risk"})
    foreign = await hub.door.post(path, other, right)
    corrected = hub.done(await hub.door.post(path, manager, right))

    assert (risk.status_code, foreign.status_code, corrected["reason"]) == (422, 404, "out-of-area")
    [seen] = (await hub.read("/v1/declines", OVERSIGHT))["items"]
    assert (seen["reason"], seen["account"]) == ("out-of-area", "Two are ill.")
    assert seen["corrections"][0]["before"] == {"reason": "no-capacity"}
    [announced] = await hub.door.announced("DeclineCorrected")
    assert (announced["allocation_id"], announced["reason"]) == (placed["id"], "out-of-area")


# --- questions

ASKED = {"question_code": "release-date", "note": "When is the release?"}


async def questions(hub: Hub, referral_id: str, who: str = HUB) -> list[dict[str, Any]]:
    return (await hub.read(f"/v1/referrals/{referral_id}", who))["information_requests"]


@pytest.mark.row("S-02")
async def test_the_referrer_reads_the_hubs_question_answers_it_and_both_read_the_answer(hub: Hub) -> None:
    referral = await hub.referred(KNH, agency_id=None)
    path = f"/v1/referrals/{referral['id']}"
    for note in ("When is the release?", "Where did they sleep?"):
        hub.done(await hub.door.post(f"{path}/information-requests", HUB, ASKED | {"note": note}))

    first, second = await questions(hub, referral["id"], KNH)
    still = hub.done(
        await hub.door.post(f"{path}/information", KNH, {"answer": "On the 20th.", "question_id": first["id"]})
    )
    again = await hub.door.post(f"{path}/information", KNH, {"answer": "No.", "question_id": first["id"]})
    done = hub.done(
        await hub.door.post(f"{path}/information", KNH, {"answer": "In a car.", "question_id": second["id"]})
    )
    blind = await hub.door.post(f"{path}/information", KNH, {"answer": "And?"})

    assert (first["question_code"], first["note"], first["asked_at"]) == (
        "release-date",
        "When is the release?",
        "2019-10-07T09:00:00Z",
    )
    assert (still["state"], done["state"]) == ("awaiting-information", "received")
    assert (again.status_code, blind.status_code) == (404, 409)
    for who in (HUB, KNH):
        assert [one["answer"] for one in await questions(hub, referral["id"], who)] == ["On the 20th.", "In a car."]


@pytest.mark.row("S-02")
async def test_no_agency_reads_what_another_is_asked(hub: Hub) -> None:
    referral = await hub.referred()
    hub.done(await hub.door.post(f"/v1/referrals/{referral['id']}/information-requests", HUB, ASKED))

    assert (await hub.door.get(f"/v1/referrals/{referral['id']}", KNH)).status_code == 404


@pytest.mark.row("S-02")
async def test_a_question_asked_by_mistake_is_taken_back_and_nobody_waited_for_it(hub: Hub) -> None:
    triaged = await hub.triaged()
    path = f"/v1/referrals/{triaged['id']}"
    hub.done(await hub.door.post(f"{path}/information-requests", HUB, ASKED))
    [question] = await questions(hub, triaged["id"])
    later = SIMULATED_AT + timedelta(days=3)
    withdrawal = f"{path}/information-requests/{question['id']}/withdrawal"

    back = hub.done(await hub.door.post(withdrawal, HUB, {"reason": "It was said already."}, at=later))
    again = await hub.door.post(withdrawal, HUB, {"reason": "Once more."}, at=later)
    nobody = await hub.door.post(f"{path}/information-requests/{uuid4()}/withdrawal", HUB, {"reason": "x"})

    assert (back["state"], again.status_code, nobody.status_code) == ("triaged", 404, 404)
    [waiting] = hub.done(await hub.door.get("/v1/waiting-list", HUB, at=later))["items"]
    assert (waiting["days_waiting"], waiting["days_awaiting_information"]) == (3, 0)
    [kept] = await questions(hub, triaged["id"])
    assert (kept["withdrawn_at"], kept["answered_at"]) == ("2019-10-10T09:00:00Z", None)
