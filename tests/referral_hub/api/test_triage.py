"""Between receipt and placement: asking back, the standard assessment, one-off support, declining."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.parts.api import SIMULATED_AT
from tests.referral_hub.town import HUB, KNH, OVERSIGHT, PRIME, PRISONS, Hub, an_assessment


@pytest.mark.row("S-05")
@pytest.mark.row("S-06")
async def test_triage_completes_the_assessment_and_announces_codes_alone(hub: Hub) -> None:
    triaged = await hub.triaged(risk_level="high", needs=["homelessness", "mental-health"])

    assert (triaged["state"], triaged["complex"], triaged["version"]) == ("triaged", True, 2)
    [announced] = await hub.door.announced("ReferralTriaged")
    assert (announced["specialism"], announced["intensity"], announced["complex"]) == ("generic", "medium", True)
    assert "A home of my own" not in str(announced)


@pytest.mark.row("S-05")
async def test_an_assessment_without_hopes_and_strengths_is_refused_whole(hub: Hub) -> None:
    referral = await hub.referred()
    body = an_assessment(aspirations=[], strengths=[], needs=[], specialism="magic")

    refused = await hub.door.post(f"/v1/referrals/{referral['id']}/triage", HUB, body)

    assert refused.status_code == 422
    assert {one["code"] for one in refused.json()["refusals"]} == {
        "aspirations_missing",
        "strengths_missing",
        "needs_missing",
        "specialism_missing",
    }
    assert all(one["remedy"] for one in refused.json()["refusals"])
    assert await hub.door.announced("ReferralTriaged") == []


async def test_a_person_at_the_hub_can_make_it_a_priority(hub: Hub) -> None:
    triaged = await hub.triaged(priority_reason="Sleeping in a car with a baby.")

    assert triaged["priority"] is True
    assert (await hub.read(f"/v1/referrals/{triaged['id']}"))["priority_reasons"] == ["by-triage"]


async def test_triage_of_what_changed_meanwhile_is_refused(hub: Hub) -> None:
    referral = await hub.referred()
    path = f"/v1/referrals/{referral['id']}"
    await hub.door.post(f"{path}/information-requests", HUB, {"question_code": "address", "note": "Where now?"})

    stale = await hub.door.post(f"{path}/triage", HUB, an_assessment(), version=1)
    fresh = await hub.door.post(f"{path}/triage", HUB, an_assessment(), version=2)

    assert (stale.status_code, fresh.status_code) == (412, 200)
    assert (await hub.door.get(path, HUB)).headers["ETag"].startswith('"3-')


@pytest.mark.row("S-02")
async def test_waiting_for_the_referrer_is_told_apart_and_a_chaser_counts_no_day_twice(hub: Hub) -> None:
    referral = await hub.referred(PRISONS, agency_id=None, source="custody")
    path = f"/v1/referrals/{referral['id']}"
    question = {"question_code": "release-date", "note": "When is the release?"}
    for day in (1, 2):
        hub.done(
            await hub.door.post(f"{path}/information-requests", HUB, question, at=SIMULATED_AT + timedelta(days=day))
        )

    answered = await hub.door.post(
        f"{path}/information", PRISONS, {"answer": "On the 20th."}, at=SIMULATED_AT + timedelta(days=4)
    )

    assert answered.json()["state"] == "received"
    [waiting] = hub.done(await hub.door.get("/v1/waiting-list", HUB, at=SIMULATED_AT + timedelta(days=6)))["items"]
    assert (waiting["days_waiting"], waiting["days_awaiting_information"]) == (6, 3)
    asked = (await hub.read(path))["information_requests"]
    assert [(one["chaser"], one["answer"]) for one in asked] == [(False, "On the 20th."), (True, "On the 20th.")]


async def test_an_agency_that_answers_is_told_nothing_that_it_could_not_read(hub: Hub) -> None:
    """Whether the hub knew the person, how far it has come, and how often it was touched are the hub's (X-2)."""
    referral = await hub.referred(PRISONS, agency_id=None, source="custody")
    path = f"/v1/referrals/{referral['id']}"
    await hub.triaged(referral)
    await hub.door.post(f"{path}/information-requests", HUB, {"question_code": "release-date", "note": "When?"})

    guessed = await hub.door.post(f"{path}/information", PRISONS, {"answer": "On the 20th."}, version=77)
    answered = await hub.door.post(f"{path}/information", PRISONS, {"answer": "On the 20th."})

    assert (guessed.status_code, guessed.json()["type"]) == (400, "/problems/condition-means-nothing")
    assert hub.done(answered) == {"id": referral["id"], "state": "received"}
    assert (await hub.read(path))["state"] == "triaged"


async def test_another_agency_cannot_answer(hub: Hub) -> None:
    referral = await hub.referred(PRISONS, agency_id=None, source="custody")
    path = f"/v1/referrals/{referral['id']}"
    await hub.door.post(f"{path}/information-requests", HUB, {"question_code": "risk", "note": "?"})

    assert (await hub.door.post(f"{path}/information", KNH, {"answer": "Yes."})).status_code == 404


@pytest.mark.row("S-08")
async def test_one_off_support_closes_the_referral_and_is_no_start(hub: Hub) -> None:
    referral = await hub.referred()
    path = f"/v1/referrals/{referral['id']}"

    closed = hub.done(await hub.door.post(f"{path}/triage-support", HUB, {"note": "A food parcel."}))
    again = await hub.door.post(f"{path}/triage-support", HUB, {})

    assert closed["state"] == "closed"
    assert (again.status_code, again.json()["state"]) == (409, "closed")
    assert len(await hub.door.announced("TriageSupportProvided")) == 1
    assert (await hub.read("/v1/waiting-list"))["items"] == []


@pytest.mark.row("S-12")
async def test_a_decline_is_for_one_of_the_programmes_reasons_and_the_council_sees_it(hub: Hub) -> None:
    referral = await hub.referred()
    path = f"/v1/referrals/{referral['id']}/decline"

    unknown = await hub.door.post(path, HUB, {"reason": "too-much-work"})
    risk = await hub.door.post(path, HUB, {"reason": "too-high-risk"})
    declined = hub.done(await hub.door.post(path, HUB, {"reason": "out-of-area", "account": "Lives in Leeds."}))

    assert [one["code"] for one in unknown.json()["refusals"]] == ["unknown_decline_reason"]
    assert (risk.status_code, risk.json()["refusals"][0]["code"]) == (422, "too_high_risk_is_not_final")
    assert declined["state"] == "declined"
    [announced] = await hub.door.announced("ReferralDeclined")
    assert announced["reason"] == "out-of-area"
    [seen] = (await hub.read("/v1/declines", OVERSIGHT))["items"]
    assert (seen["referral_id"], seen["provider_id"], seen["account"]) == (referral["id"], None, "Lives in Leeds.")


VERBS: dict[str, dict[str, object]] = {
    "information-requests": {"question_code": "risk", "note": "?"},
    "triage": an_assessment(),
    "triage-support": {},
    "decline": {"reason": "out-of-area"},
    "allocation": {},
}


async def test_only_the_hub_works_on_referrals_and_what_is_not_there_is_404(hub: Hub) -> None:
    for verb, body in VERBS.items():
        path = f"/v1/referrals/{uuid4()}/{verb}"
        refused, absent = await hub.door.post(path, PRIME, body), await hub.door.post(path, HUB, body)

        assert refused.status_code == 403, verb
        assert (absent.status_code, absent.json()["type"]) == (404, "/problems/no-such-referral"), verb
