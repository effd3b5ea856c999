"""Placing: fairly, explainably, never twice into one place; and handing back."""

import asyncio
from uuid import uuid4

import pytest

from tests.parts.postgres import Databases
from tests.referral_hub.town import (
    HUB,
    OPERATOR,
    OVERSIGHT,
    Hub,
    a_person,
    a_referral,
    hub_with,
    of_provider,
    with_capacity,
)

HORTON = of_provider("horton", "provider-manager")
FUSION = of_provider("fusion-housing", "provider-manager")


@pytest.mark.row("S-07")
async def test_a_participant_is_placed_by_expertise_and_capacity_and_it_is_announced(hub: Hub) -> None:
    referral = await hub.referred(homeless_at_referral=True, housed_at_referral=False, domestic_abuse_risk=True)
    triaged = await hub.triaged(referral, specialism="domestic-abuse", intensity="high")
    placed = await hub.allocated(triaged)

    assert (placed["provider_id"], placed["recommended_provider_id"], placed["overridden"]) == ("pdap", "pdap", False)
    [announced] = await hub.door.announced("ParticipantAllocated")
    assert announced["allocation_id"] == placed["id"]
    assert (announced["provider_id"], announced["restricted"], announced["priority"]) == ("pdap", True, True)
    assert (announced["referred_on"], announced["allocated_on"]) == ("2019-10-07", "2019-10-07")


@pytest.mark.row("S-07")
async def test_the_explanation_names_every_provider_with_every_reason(hub: Hub) -> None:
    placed = await hub.allocated(await hub.triaged(specialism="domestic-abuse", intensity="high"))

    explained = await hub.read(f"/v1/allocations/{placed['id']}", OVERSIGHT)

    assert explained["criteria"]["capacity_needed"] == 3
    assert (explained["chosen"], explained["override"]) == ("pdap", None)
    by_code = {one["provider_id"]: one for one in explained["candidates"]}
    assert len(by_code) == 9
    assert by_code["pdap"] | {"reasons": []} == by_code["pdap"]
    assert [one["code"] for one in by_code["horton"]["reasons"]] == ["expertise_missing"]


async def test_the_provider_placed_with_sees_why_and_no_other_provider_does(hub: Hub) -> None:
    placed = await hub.allocated(provider_id="horton", override_reason="Knows the family.")
    path = f"/v1/allocations/{placed['id']}"

    assert (await hub.read(path, HORTON))["override"] == "Knows the family."
    assert (await hub.door.get(path, FUSION)).status_code == 404
    referral = f"/v1/referrals/{placed['referral_id']}"
    assert (await hub.read(referral, HORTON))["aspirations"] == ["A home of my own"]
    assert (await hub.door.get(referral, FUSION)).status_code == 404


@pytest.mark.row("S-07")
async def test_another_provider_than_recommended_needs_a_reason(hub: Hub) -> None:
    triaged = await hub.triaged()
    path = f"/v1/referrals/{triaged['id']}/allocation"
    recommended = (await hub.allocated(await hub.triaged()))["recommended_provider_id"]
    other = "horton" if recommended != "horton" else "fusion-housing"

    without = await hub.door.post(path, HUB, {"provider_id": other})
    stranger = await hub.door.post(path, HUB, {"provider_id": "nobody", "override_reason": "Why not."})
    chosen = await hub.allocated(triaged, provider_id=other, override_reason="Knows the family.")

    assert [one["code"] for one in without.json()["refusals"]] == ["override_needs_a_reason"]
    assert [one["code"] for one in stranger.json()["refusals"]] == ["not_a_candidate"]
    assert (chosen["provider_id"], chosen["overridden"]) == (other, True)
    assert (await hub.door.announced("ParticipantAllocated"))[-1]["overridden"] is True


async def test_when_nobody_fits_the_referral_waits_and_the_answer_says_why(databases: Databases) -> None:
    async with hub_with(databases, with_capacity(horton=1)) as hub:
        triaged = await hub.triaged(intensity="high")

        refused = await hub.door.post(f"/v1/referrals/{triaged['id']}/allocation", HUB, {})

        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/nobody-fits")
        candidates = {one["provider_id"]: one for one in refused.json()["explanation"]["candidates"]}
        assert [one["code"] for one in candidates["horton"]["reasons"]] == ["no_capacity"]
        assert await hub.door.announced("ParticipantAllocated") == []
        [waiting] = (await hub.read("/v1/waiting-list"))["items"]
        assert waiting["referral_id"] == triaged["id"]


async def test_two_allocations_at_once_never_fill_the_last_place_twice(databases: Databases) -> None:
    async with hub_with(databases, with_capacity(horton=2)) as hub:
        first, second = await hub.triaged(), await hub.triaged()

        answers = await asyncio.gather(
            *(hub.door.post(f"/v1/referrals/{one['id']}/allocation", HUB, {}) for one in (first, second))
        )

        assert sorted(answer.status_code for answer in answers) == [201, 409]
        [horton] = [one for one in (await hub.read("/v1/providers"))["items"] if one["provider_id"] == "horton"]
        assert (horton["load"], horton["open_caseload"]) == (2, 1)


async def test_one_person_sent_twice_at_once_is_one_participant(hub: Hub) -> None:
    person = a_person()

    answers = await asyncio.gather(*(hub.door.post("/v1/referrals", HUB, a_referral(person=person)) for _ in range(4)))

    assert [answer.status_code for answer in answers] == [201] * 4
    assert len(await hub.door.rows("select id from participant")) == 1
    assert len([answer for answer in answers if answer.json()["joined_to"] is None]) == 1
    assert len(await hub.door.announced("ReferralReceived")) == 1


async def test_an_untriaged_referral_is_not_allocated(hub: Hub) -> None:
    referral = await hub.referred()

    refused = await hub.door.post(f"/v1/referrals/{referral['id']}/allocation", HUB, {})

    assert (refused.status_code, refused.json()["state"]) == (409, "received")


@pytest.mark.row("S-11")
async def test_a_handed_back_participant_waits_again_and_is_offered_elsewhere(hub: Hub) -> None:
    placed = await hub.allocated(provider_id="horton", override_reason="Knows the family.")
    path = f"/v1/allocations/{placed['id']}/decline"

    handed_back = hub.done(await hub.door.post(path, HORTON, {"reason": "no-capacity"}))

    assert handed_back["state"] == "declined"
    [announced] = await hub.door.announced("AllocationDeclined")
    assert (announced["provider_id"], announced["reason"]) == ("horton", "no-capacity")
    [waiting] = (await hub.read("/v1/waiting-list"))["items"]
    assert (waiting["referral_id"], waiting["state"]) == (placed["referral_id"], "triaged")
    assert (await hub.door.get(f"/v1/participants/{placed['participant_id']}", HORTON)).status_code == 404
    assert (await hub.door.post(path, HORTON, {"reason": "no-capacity"})).status_code == 409
    again = await hub.allocated({"id": placed["referral_id"]})
    candidates = (await hub.read(f"/v1/allocations/{again['id']}"))["candidates"]
    [horton] = [one for one in candidates if one["provider_id"] == "horton"]
    assert [one["code"] for one in horton["reasons"]] == ["handed_back"]


@pytest.mark.row("S-13")
async def test_too_high_a_risk_is_never_final_and_the_attempt_is_kept(hub: Hub) -> None:
    placed = await hub.allocated(provider_id="horton", override_reason="Knows the family.")
    path, key = f"/v1/allocations/{placed['id']}/decline", uuid4().hex
    asked = {"reason": "too-high-risk", "account": "Arson in 2011."}

    refused = await hub.door.post(path, HORTON, asked, key=key)
    again = await hub.door.post(path, HORTON, asked, key=key)

    assert refused.status_code == again.status_code == 422
    assert refused.headers["content-type"] == again.headers["content-type"] == "application/problem+json"
    assert refused.json() == again.json()
    [refusal] = refused.json()["refusals"]
    assert "joint risk plan" in refusal["remedy"]
    [kept] = (await hub.read("/v1/declines", OVERSIGHT, provider="horton", final=False))["items"]
    assert (kept["reason"], kept["final"]) == ("too-high-risk", False)
    assert await hub.door.announced("AllocationDeclined") == []
    assert (await hub.read(f"/v1/allocations/{placed['id']}"))["state"] == "placed"


async def test_a_provider_hands_back_only_its_own(hub: Hub) -> None:
    placed = await hub.allocated(provider_id="horton", override_reason="Knows the family.")
    path = f"/v1/allocations/{placed['id']}/decline"

    assert (await hub.door.post(path, FUSION, {"reason": "no-capacity"})).status_code == 404
    assert (await hub.door.post(path, of_provider("horton"), {"reason": "no-capacity"})).status_code == 403
    assert (await hub.door.post(path, HORTON, {"reason": "boredom"})).status_code == 422
    assert await hub.door.announced("AllocationDeclined") == []


@pytest.mark.row("S-114")
async def test_a_provider_that_left_is_chosen_by_nobody(hub: Hub) -> None:
    part = with_capacity(horton=10)
    gone = [
        one | {"left_on": "2019-10-06" if one["provider_id"] == "horton" else one["left_on"]}
        for one in part["providers"]
    ]
    loaded = hub.done(await hub.door.put("/v1/programmes/kbop", OPERATOR, part | {"providers": gone}))
    triaged = await hub.triaged()

    refused = await hub.door.post(
        f"/v1/referrals/{triaged['id']}/allocation", HUB, {"provider_id": "horton", "override_reason": "Old friends."}
    )

    assert "horton" in loaded["providers_changed"]
    assert [one["code"] for one in refused.json()["refusals"]] == ["not_in_partnership"]


async def test_what_is_placed_is_counted_in_units_by_intensity(databases: Databases) -> None:
    async with hub_with(databases, with_capacity(horton=6)) as hub:
        for intensity, units in (("low", 1), ("medium", 3), ("high", 6)):
            await hub.allocated(await hub.triaged(intensity=intensity))
            providers = {one["provider_id"]: one for one in (await hub.read("/v1/providers"))["items"]}

            assert providers["horton"]["load"] == units
