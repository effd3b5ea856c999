"""Referring someone: who may, who is recognised, and what is refused."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.parts.api import SIMULATED_AT, someone
from tests.referral_hub.town import HUB, KNH, OVERSIGHT, PRISONS, Hub, a_person, a_referral, of_provider


@pytest.mark.row("S-01")
@pytest.mark.row("S-144")
async def test_a_referral_is_received_and_announced_without_a_name(hub: Hub) -> None:
    person = a_person()
    received = await hub.referred(person=person, homeless_at_referral=True)

    assert (received["state"], received["returning"], received["priority"]) == ("received", False, True)
    [announced] = await hub.door.announced("ReferralReceived")
    assert announced["referral_id"] == received["id"]
    assert announced["subject"] == f"participant/{received['participant_id']}"
    assert (announced["source"], announced["referred_on"], announced["needs"]) == (
        "council",
        "2019-10-07",
        ["homelessness"],
    )
    assert person["family_name"] not in str(announced)


async def test_the_same_request_sent_again_is_one_referral(hub: Hub) -> None:
    body, key = a_referral(), uuid4().hex

    first = await hub.door.post("/v1/referrals", HUB, body, key=key)
    again = await hub.door.post("/v1/referrals", HUB, body, key=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert len(await hub.door.announced("ReferralReceived")) == 1


async def test_a_key_of_another_organisation_replays_nothing(hub: Hub) -> None:
    key, subject = uuid4().hex, "the-same-person"
    ours = someone("referrer", organisation="hm-prisons", kind="agency", subject=subject)
    theirs = someone("referrer", organisation="kirklees-neighbourhood-housing", kind="agency", subject=subject)
    elsewhere = someone("hub", programme="calder", subject=subject)
    body = a_referral(agency_id=None, source="custody")
    first = await hub.door.post("/v1/referrals", ours, body, key=key)
    again = await hub.door.post("/v1/referrals", ours, body, key=key)

    guessed = [await hub.door.post("/v1/referrals", who, body, key=key) for who in (theirs, elsewhere)]
    own = await hub.door.post("/v1/referrals", theirs, a_referral(agency_id=None, person=a_person()), key=key)

    assert (first.status_code, again.headers["idempotency-replayed"]) == (201, "true")
    assert all(answer.is_error and first.json()["id"] not in answer.text for answer in guessed)
    assert (own.status_code, "idempotency-replayed" in own.headers) == (201, False)
    assert own.json()["id"] != first.json()["id"]


async def test_a_person_with_an_open_referral_is_not_taken_twice_and_only_the_hub_hears_which(hub: Hub) -> None:
    person = a_person()
    first = await hub.referred(person=person)

    at_hub = await hub.door.post("/v1/referrals", HUB, a_referral(person=person))
    outside = await hub.door.post("/v1/referrals", KNH, a_referral(person=person, agency_id=None))

    assert (at_hub.status_code, at_hub.json()["referral_id"]) == (409, first["id"])
    assert outside.status_code == 409
    assert first["id"] not in outside.text
    assert first["participant_id"] not in outside.text
    assert len(await hub.door.announced("ReferralReceived")) == 1


@pytest.mark.row("S-14")
async def test_someone_who_comes_back_is_the_same_participant(hub: Hub) -> None:
    person = a_person(given_name="Zoë", family_name="O'Neill-Smith", phone="01484 000000")
    first = await hub.referred(person=person)
    await hub.door.post(f"/v1/referrals/{first['id']}/triage-support", HUB, {"note": "A food parcel."})

    again = await hub.referred(
        person=person | {"given_name": "ZOE", "family_name": "Oneill Smith", "phone": "01484 111111"}
    )

    assert (again["participant_id"], again["returning"]) == (first["participant_id"], True)
    assert (await hub.read(f"/v1/participants/{again['participant_id']}"))["phone"] == "01484 111111"
    assert [one["returning"] for one in await hub.door.announced("ReferralReceived")] == [False, True]


async def test_someone_alike_is_left_for_a_person_to_decide_who_may_name_them(hub: Hub) -> None:
    known = await hub.referred(person=a_person(given_name="Jon", family_name="Smith"))
    await hub.door.post(f"/v1/referrals/{known['id']}/triage-support", HUB, {})

    doubtful = await hub.referred(person=a_person(given_name="John", family_name="Smith"))

    assert (doubtful["returning"], doubtful["possible_matches"]) == (False, 1)
    [match] = (await hub.read(f"/v1/referrals/{doubtful['id']}"))["possible_matches"]
    assert match["participant_id"] == known["participant_id"]
    decided = await hub.referred(
        person=a_person(given_name="Jonn", family_name="Smith"), participant_id=known["participant_id"]
    )
    assert (decided["participant_id"], decided["returning"]) == (known["participant_id"], True)


@pytest.mark.parametrize("who", [KNH, HUB])
async def test_an_id_in_use_is_refused_without_saying_whose(hub: Hub, who: str) -> None:
    known = await hub.referred()
    body = a_referral(agency_id=None, source="council") if who == KNH else a_referral()
    stranger = a_person(given_name="Other", date_of_birth="1971-12-31")

    by_participant = await hub.door.post(
        "/v1/referrals", who, body | {"person": stranger, "participant_id": known["participant_id"]}
    )
    by_referral = await hub.door.post("/v1/referrals", who, body | {"person": stranger, "id": known["id"]})

    assert (by_participant.status_code, by_referral.status_code) == (409, 409)
    assert "referral_id" not in by_participant.json()


@pytest.mark.row("S-03")
async def test_an_agency_refers_for_itself_and_sees_the_state_of_its_own(hub: Hub) -> None:
    foreign = await hub.door.post("/v1/referrals", PRISONS, a_referral())
    own = await hub.referred(PRISONS, agency_id=None, source="custody", release_on="2019-10-20")

    assert foreign.status_code == 403
    assert (own["returning"], own["possible_matches"], own["priority"]) == (None, None, True)
    seen = await hub.read(f"/v1/referrals/{own['id']}", PRISONS)
    assert set(seen) == {"id", "state", "agency_id", "referred_on", "closed_on", "version", "information_requests"}
    assert [one["id"] for one in (await hub.read("/v1/referrals", PRISONS))["items"]] == [own["id"]]
    assert (await hub.read("/v1/referrals", KNH))["items"] == []
    assert (await hub.door.get(f"/v1/referrals/{own['id']}", KNH)).status_code == 404


async def test_every_reason_for_refusal_is_given_at_once(hub: Hub) -> None:
    body = a_referral(
        person=a_person(date_of_birth="2010-01-01"), needs=["gold"], source="rumour", referred_on="2019-10-08"
    )

    refused = await hub.door.post("/v1/referrals", HUB, body)

    assert refused.status_code == 422
    assert {one["code"] for one in refused.json()["refusals"]} == {
        "referred_in_the_future",
        "too_young",
        "unknown_need",
        "unknown_source",
    }
    assert await hub.door.announced("ReferralReceived") == []


@pytest.mark.row("S-17")
@pytest.mark.row("S-16")
@pytest.mark.parametrize(
    ("born", "pathway"), [("1994-10-08", "young-persons"), ("1994-10-07", None)], ids=["24y364d", "25 today"]
)
async def test_a_tenant_under_25_comes_by_the_young_persons_pathway_unasked(
    hub: Hub, born: str, pathway: str | None
) -> None:
    referral = await hub.referred(KNH, agency_id=None, person=a_person(date_of_birth=born))

    assert (await hub.read(f"/v1/referrals/{referral['id']}"))["pathway"] == pathway
    [announced] = await hub.door.announced("ReferralReceived")
    assert (announced["pathway"], announced["under_25"]) == (pathway, pathway is not None)


@pytest.mark.row("S-16")
async def test_a_pathway_nobody_knows_is_refused_with_those_there_are(hub: Hub) -> None:
    refused = await hub.door.post("/v1/referrals", HUB, a_referral(pathway="by-the-back-door"))

    assert refused.status_code == 422
    assert refused.json()["refusals"][0]["code"] == "unknown_pathway"


async def test_referrals_are_listed_newest_first_page_by_page(hub: Hub) -> None:
    days = ["2019-10-03", "2019-10-05", "2019-10-01", "2019-10-05"]
    for day in days:
        await hub.referred(referred_on=day)

    seen: list[str] = []
    cursor = None
    while True:
        page = await hub.read("/v1/referrals", OVERSIGHT, limit=3, cursor=cursor)
        seen += [one["referred_on"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert seen == sorted(days, reverse=True)


@pytest.mark.row("S-144")
async def test_names_are_for_the_hub_and_the_prime(hub: Hub) -> None:
    person = a_person()
    await hub.referred(person=person)

    [at_hub] = (await hub.read("/v1/referrals"))["items"]
    [at_council] = (await hub.read("/v1/referrals", OVERSIGHT))["items"]

    assert at_hub["name"].endswith(person["family_name"])
    assert at_council["name"] is None


@pytest.mark.row("S-01")
async def test_providers_can_neither_browse_nor_pick(hub: Hub) -> None:
    referral = await hub.triaged()
    horton = of_provider("horton", "provider-manager")

    for path in ("/v1/referrals", "/v1/waiting-list", "/v1/declines", "/v1/providers"):
        assert (await hub.door.get(path, horton)).status_code == 403, path
    grab = await hub.door.post(f"/v1/referrals/{referral['id']}/allocation", horton, {})
    assert grab.status_code == 403


@pytest.mark.row("S-11")
async def test_the_waiting_list_is_oldest_first_and_says_who_waits_too_long(hub: Hub) -> None:
    standard = await hub.referred()
    urgent = hub.done(
        await hub.door.post(
            "/v1/referrals", HUB, a_referral(homeless_at_referral=True), at=SIMULATED_AT + timedelta(days=1)
        )
    )

    after_72_hours = hub.done(await hub.door.get("/v1/waiting-list", HUB, at=SIMULATED_AT + timedelta(days=4)))
    a_second_later = hub.done(
        await hub.door.get("/v1/waiting-list", HUB, at=SIMULATED_AT + timedelta(days=4, seconds=1))
    )

    assert [one["referral_id"] for one in after_72_hours["items"]] == [standard["id"], urgent["id"]]
    assert [one["days_waiting"] for one in after_72_hours["items"]] == [4, 3]
    assert [one["on_time"] for one in after_72_hours["items"]] == [True, True]
    assert [one["on_time"] for one in a_second_later["items"]] == [True, False]


@pytest.mark.row("S-11")
async def test_the_waiting_list_goes_on_page_by_page(hub: Hub) -> None:
    first, second = await hub.referred(), await hub.referred()

    page = await hub.read("/v1/waiting-list", limit=1)
    rest = await hub.read("/v1/waiting-list", limit=1, cursor=page["next"])

    assert {page["items"][0]["referral_id"], rest["items"][0]["referral_id"]} == {first["id"], second["id"]}
    assert rest["next"] is None


async def test_a_referral_of_another_programme_is_not_there(hub: Hub) -> None:
    referral = await hub.referred()
    elsewhere = someone("hub", programme="another")

    assert (await hub.door.get(f"/v1/referrals/{referral['id']}", elsewhere)).status_code == 404
    assert (await hub.read("/v1/referrals", elsewhere))["items"] == []
    assert (await hub.door.post("/v1/referrals", elsewhere, a_referral())).json()["type"] == (
        "/problems/programme-not-loaded"
    )
