"""Referring someone: who may, who is recognised, and what is refused."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from referral_hub.domain.referral import STATES
from tests.parts.api import SIMULATED_AT, someone
from tests.parts.eventually import eventually
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
    assert all(first.json()["id"] not in answer.text for answer in guessed)
    assert [("idempotency-replayed" in answer.headers) for answer in guessed] == [False, False]
    assert (own.status_code, "idempotency-replayed" in own.headers) == (201, False)
    assert own.json()["id"] != first.json()["id"]


async def test_a_second_referral_joins_the_open_one_as_what_its_source_adds(hub: Hub) -> None:
    person = a_person()
    first = await hub.referred(person=person)

    again = await hub.referred(
        KNH, person=person, agency_id=None, needs=["mental-health"], notes="Sleeps badly.", homeless_at_referral=True
    )
    at_hub = await hub.referred(person=person)

    assert (at_hub["joined_to"], at_hub["participant_id"]) == (first["id"], first["participant_id"])
    seen = await hub.read(f"/v1/referrals/{first['id']}")
    assert [(one["id"], one["agency_id"]) for one in seen["contributions"]] == [
        (again["id"], "kirklees-neighbourhood-housing"),
        (at_hub["id"], "kirklees-council-housing"),
    ]
    assert (seen["contributions"][0]["needs"], seen["contributions"][0]["notes"]) == (
        ["mental-health"],
        "Sleeps badly.",
    )
    assert (seen["state"], seen["needs"], seen["priority_reasons"]) == ("received", ["homelessness"], ["homeless"])
    assert [one["referral_id"] for one in (await hub.read("/v1/waiting-list"))["items"]] == [first["id"]]
    assert len(await hub.door.announced("ReferralReceived")) == 1
    joined = await hub.door.announced("ReferralJoined")
    assert [(one["referral_id"], one["joined_to"]) for one in joined] == [
        (again["id"], first["id"]),
        (at_hub["id"], first["id"]),
    ]


@pytest.mark.parametrize("whose", ["same", "joined"])
async def test_abuse_told_of_later_is_heard_by_whoever_supports_the_person(hub: Hub, whose: str) -> None:
    """Whoever tells it, and under whichever of two records the placement was made (§2.M)."""
    person = a_person()
    placed = await hub.allocated(await hub.triaged(await hub.referred(person=person)))
    everyone = {placed["participant_id"]}
    if whose == "joined":
        other = await hub.referred(person=a_person(given_name="Other"))
        path = f"/v1/participants/{other['participant_id']}/merge"
        hub.done(await hub.door.post(path, HUB, {"alias_id": placed["participant_id"], "reason": "One person."}))
        everyone.add(other["participant_id"])
    assert await hub.door.announced("ParticipantRestricted") == []

    for _ in range(2):
        await hub.referred(KNH, person=person, agency_id=None, domestic_abuse_risk=True)

    heard = await hub.door.announced("ParticipantRestricted")
    assert sorted(one["participant_id"] for one in heard) == sorted(everyone)


OF_EACH_ANSWER = {"date", "etag", "location", "ratelimit", "traceparent", "x-request-id"}
"""Headers that are another each time: that they are there is the same."""


def told(answer: Any) -> tuple[int, list[tuple[str, str]], dict[str, Any]]:
    """All that an answer tells, but for ids and instants, which nobody can foretell."""
    headers = [(name, "" if name in OF_EACH_ANSWER else value) for name, value in answer.headers.items()]
    return answer.status_code, headers, answer.json() | {"id": len(answer.json()["id"])}


@pytest.mark.parametrize("come", ["new", "received", "triaged", "allocated", "closed"])
async def test_an_agency_is_told_the_same_of_someone_known_as_of_someone_new(hub: Hub, come: str) -> None:
    known, stranger = a_person(), a_person()
    referral = {} if come == "new" else await hub.referred(person=known, homeless_at_referral=True)
    if come == "closed":
        await hub.door.post(f"/v1/referrals/{referral['id']}/triage-support", HUB, {})
    elif come in ("triaged", "allocated"):
        await hub.triaged(referral)
        if come == "allocated":
            await hub.allocated(referral)

    answers = [
        await hub.door.post("/v1/referrals", KNH, a_referral(person=person, agency_id=None))
        for person in (stranger, known)
    ]
    seen = [await hub.door.get(f"/v1/referrals/{answer.json()['id']}", KNH) for answer in answers]
    listed = (await hub.read("/v1/referrals", KNH))["items"]

    assert told(answers[0]) == told(answers[1])
    assert told(seen[0]) == told(seen[1])
    assert [one | {"information_requests": []} for one in listed] == [one.json() for one in reversed(seen)]
    assert len(answers[0].content) == len(answers[1].content)


@pytest.mark.row("S-145")
@pytest.mark.parametrize("come", ["received", "awaiting-information", "triaged", "allocated"])
async def test_an_agency_finds_someone_known_under_the_state_of_someone_new(hub: Hub, come: str) -> None:
    known, stranger = a_person(), a_person()
    referral = await hub.referred(person=known)
    if come == "awaiting-information":
        asked = {"question_code": "needs", "note": "What is needed?"}
        await hub.door.post(f"/v1/referrals/{referral['id']}/information-requests", HUB, asked)
    elif come != "received":
        await hub.triaged(referral)
        if come == "allocated":
            await hub.allocated(referral)
    mine = {(await hub.referred(KNH, person=one, agency_id=None))["id"] for one in (stranger, known)}

    for state in STATES:
        found = (await hub.read("/v1/referrals", KNH, state=state))["items"]
        assert {one["id"] for one in found} == (mine if state == "received" else set()), state


async def test_an_agency_hears_of_the_end_of_a_referral_that_joined_another(hub: Hub) -> None:
    person = a_person()
    first = await hub.referred(person=person)
    joined = await hub.referred(KNH, person=person, agency_id=None)

    await hub.door.post(f"/v1/referrals/{first['id']}/triage-support", HUB, {})

    seen = await hub.read(f"/v1/referrals/{joined['id']}", KNH)
    [found] = (await hub.read("/v1/referrals", KNH, state="closed"))["items"]
    assert (seen["state"], seen["closed_on"]) == ("closed", "2019-10-07")
    assert found["id"] == joined["id"]


async def test_an_agency_neither_names_anybody_nor_moves_where_the_hub_finds_them(hub: Hub) -> None:
    person = a_person(phone="01484 221000")
    first = await hub.referred(person=person)
    path = f"/v1/participants/{first['participant_id']}"

    naming = await hub.door.post(
        "/v1/referrals", KNH, a_referral(agency_id=None, participant_id=first["participant_id"])
    )
    await hub.referred(KNH, person=person | {"phone": "01484 999999", "email": "amina@example.org"}, agency_id=None)

    assert naming.status_code == 403
    kept = await hub.read(path)
    assert (kept["phone"], kept["email"]) == ("+441484221000", "amina@example.org")
    changes = (await hub.read(f"{path}/history"))["changes"]
    assert [(one["field"], one["after"], one["taken"]) for one in changes] == [
        ("phone", "+441484999999", False),
        ("email", "amina@example.org", True),
    ]


@pytest.mark.parametrize(
    ("person", "certainty"),
    [
        ({"date_of_birth": None}, (None, None, None)),
        ({"date_of_birth": None, "birth_year": 1985}, (None, "1985-01-01", "1985-12-31")),
        ({"date_of_birth": None, "age": 40}, (None, "1978-10-08", "1979-10-07")),
        ({"given_name": "Suharto", "family_name": ""}, ("1990-03-04", None, None)),
        ({"given_name": None, "family_name": "Pele"}, ("1990-03-04", None, None)),
    ],
)
async def test_someone_of_one_name_or_without_a_known_birth_date_can_be_referred(
    hub: Hub, person: dict[str, Any], certainty: tuple[str | None, ...]
) -> None:
    referral = await hub.referred(person=a_person(**person), believed_of_age=True)

    seen = await hub.read(f"/v1/participants/{referral['participant_id']}")
    assert (seen["date_of_birth"], seen["born_from"], seen["born_until"]) == certainty
    [announced] = await hub.door.announced("ReferralReceived")
    assert announced["under_25"] is False


async def test_where_nobody_knows_an_age_the_referrer_is_asked_and_can_answer(hub: Hub) -> None:
    body = a_referral(person={"given_name": "Joe", "family_name": "Rough"})

    asked = await hub.door.post("/v1/referrals", HUB, body)
    answered = await hub.door.post("/v1/referrals", HUB, body | {"believed_of_age": True})

    assert [one["code"] for one in asked.json()["refusals"]] == ["age_not_known"]
    assert answered.status_code == 201


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("family_name", "\u202eevil"),
        ("given_name", "Am\u200bina"),
        ("national_insurance", "hello"),
        ("nhs_number", "9434765918"),
        ("phone", "not a phone"),
        ("email", "nope"),
    ],
)
async def test_what_nobody_can_be_called_or_reached_by_is_refused_and_not_repeated(
    hub: Hub, field: str, said: str
) -> None:
    refused = await hub.door.post("/v1/referrals", HUB, a_referral(person=a_person(**{field: said})))

    assert refused.status_code == 422
    [error] = refused.json()["errors"]
    assert error["field"] == f"body.person.{field}"
    assert error["problem"].startswith(("Character ", "This is no "))
    assert "evil" not in refused.text


async def test_two_of_one_name_and_birth_date_are_two_until_a_person_says_otherwise(hub: Hub) -> None:
    person = a_person(given_name="Mohammed", date_of_birth="1990-01-01", national_insurance="AB123456C")
    other = person | {"national_insurance": "JG103759A"}

    one, two = await hub.referred(person=person), await hub.referred(person=other)

    assert one["participant_id"] != two["participant_id"]
    assert (two["returning"], two["possible_matches"]) == (False, 1)
    [match] = (await hub.read(f"/v1/referrals/{two['id']}"))["possible_matches"]
    assert match["participant_id"] == one["participant_id"]
    assert match["doubts"] == ["another-national-insurance", "first-of-january"]
    path = f"/v1/participants/{two['participant_id']}/different"
    said = await hub.door.post(path, HUB, {"other_id": one["participant_id"], "reason": "Two cousins."})
    assert said.status_code == 200
    assert (await hub.read(f"/v1/referrals/{two['id']}"))["possible_matches"] == []
    assert (await hub.read(f"/v1/referrals/{one['id']}"))["possible_matches"] == []
    [decision] = (await hub.read(f"/v1/participants/{one['participant_id']}/history"))["decisions"]
    assert (decision["verdict"], decision["reason"], decision["decided_by"]) == (
        "different",
        "Two cousins.",
        "hub.kbop-prime",
    )


UNCERTAIN = [{"birth_year": 1990}, {"date_of_birth": None}]


@pytest.mark.parametrize(("known", "arriving"), [(a, b) for a in UNCERTAIN for b in (*UNCERTAIN, {})])
async def test_a_name_alike_with_an_uncertain_birth_date_is_shown_to_the_hub_which_decides(
    hub: Hub, known: dict[str, Any], arriving: dict[str, Any]
) -> None:
    named = {"given_name": "Mohamed", "family_name": "Al Hassan"}
    alike = {"given_name": "Muhammad", "family_name": "Al-Hasan"}
    exact = {"date_of_birth": "1990-03-04"}
    one = await hub.referred(person=born(named, known), believed_of_age=True)
    two = await hub.referred(person=born(alike, arriving or exact), believed_of_age=True)

    assert (two["participant_id"] != one["participant_id"], two["returning"], two["possible_matches"]) == (
        *(True, False, 1),
    )
    for mine, other in ((one, two), (two, one)):
        [match] = (await hub.read(f"/v1/referrals/{mine['id']}"))["possible_matches"]
        assert (match["participant_id"], match["signs"]) == (
            other["participant_id"],
            ["name-alike-birth-date-uncertain"],
        )


def born(name: dict[str, str], birth: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in (a_person(**name, date_of_birth=None) | birth).items() if value is not None}


async def test_someone_of_another_name_or_age_is_shown_to_nobody(hub: Hub) -> None:
    await hub.referred(person=born({"given_name": "Mohamed", "family_name": "Hassan"}, {"birth_year": 1990}))

    for name, birth in (
        ({"given_name": "Muhammad", "family_name": "Hasan"}, {"birth_year": 1985}),
        ({"given_name": "Mohamed", "family_name": "Nowak"}, {"birth_year": 1990}),
    ):
        assert (await hub.referred(person=born(name, birth)))["possible_matches"] == 0


async def test_a_name_put_right_is_found_by_how_it_sounds_now(hub: Hub) -> None:
    one = await hub.referred(person=born({"given_name": "Jo", "family_name": "Smith"}, {"birth_year": 1990}))
    right = {"given_name": "Mohamed", "family_name": "Al Hassan", "reason": "clerical"}
    path = f"/v1/participants/{one['participant_id']}/corrections"
    assert (await hub.door.post(path, HUB, right)).status_code == 200

    alike = born({"given_name": "Muhammad", "family_name": "Al-Hasan"}, {"birth_year": 1990})

    assert (await hub.referred(person=alike))["possible_matches"] == 1


async def test_nobody_is_known_again_by_a_placeholder(hub: Hub) -> None:
    unknown = {"given_name": "Unknown", "family_name": "Not known", "date_of_birth": "1980-05-06"}

    one, two = await hub.referred(person=unknown), await hub.referred(person=unknown)

    assert (two["returning"], two["possible_matches"]) == (False, 0)
    assert one["participant_id"] != two["participant_id"]


@pytest.mark.row("S-14")
async def test_someone_who_comes_back_is_the_same_participant(hub: Hub) -> None:
    person = a_person(given_name="Zoë", family_name="O'Neill-Smith", phone="01484 221000")
    first = await hub.referred(person=person)
    await hub.door.post(f"/v1/referrals/{first['id']}/triage-support", HUB, {"note": "A food parcel."})

    again = await hub.referred(
        person=person | {"given_name": "ZOE", "family_name": "Oneill Smith", "phone": "01484 221111"}
    )

    assert (again["participant_id"], again["returning"]) == (first["participant_id"], True)
    assert (await hub.read(f"/v1/participants/{again['participant_id']}"))["phone"] == "+441484221111"
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


async def test_an_id_in_use_is_refused_without_saying_whose(hub: Hub) -> None:
    mine = str(uuid4())
    known = await hub.referred(id=mine)
    body = a_referral()
    stranger = a_person(given_name="Other", date_of_birth="1971-12-31")

    by_participant = await hub.door.post(
        "/v1/referrals", HUB, body | {"person": stranger, "participant_id": known["participant_id"]}
    )
    by_referral = await hub.door.post("/v1/referrals", HUB, body | {"person": stranger, "id": mine})

    assert (by_participant.status_code, by_referral.status_code) == (409, 409)
    assert "referral_id" not in by_participant.json()


@pytest.mark.row("S-03")
async def test_an_agency_refers_for_itself_and_sees_the_state_of_its_own(hub: Hub) -> None:
    foreign = await hub.door.post("/v1/referrals", PRISONS, a_referral())
    own = await hub.referred(PRISONS, agency_id=None, source="custody", release_on="2019-10-20")

    assert foreign.status_code == 403
    assert (own["returning"], own["possible_matches"], own["priority"]) == (None, None, True)
    seen = await hub.read(f"/v1/referrals/{own['id']}", PRISONS)
    assert set(seen) == {"id", "state", "agency_id", "referred_on", "closed_on", "information_requests"}
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


async def test_referrals_are_found_by_source_pathway_person_and_return_and_counted(hub: Hub) -> None:
    first = await hub.referred()
    await hub.referred(source="custody", agency_id="hm-prisons", pathway="prison-leavers", needs=["offending"])

    for asked in ({"source": "council"}, {"participant_id": first["participant_id"]}):
        assert [one["id"] for one in (await hub.read("/v1/referrals", **asked))["items"]] == [first["id"]], asked
    assert len((await hub.read("/v1/referrals", pathway="prison-leavers"))["items"]) == 1
    assert (await hub.read("/v1/referrals", returning="true", count="true"))["count"] == 0
    waiting = await hub.read("/v1/waiting-list", limit=1, count="true", returning="false")
    assert (len(waiting["items"]), waiting["count"]) == (1, 2)
    oldest = [one["referred_on"] for one in (await hub.read("/v1/referrals", order="referred"))["items"]]
    assert oldest == sorted(oldest)


async def test_an_agency_asks_by_nothing_that_it_is_not_told(hub: Hub) -> None:
    referral = await hub.referred(PRISONS, agency_id="hm-prisons", source="custody")
    secrets: dict[str, Any] = {
        "returning": "true",
        "pathway": "prison-leavers",
        "source": "custody",
        "participant_id": str(uuid4()),
    }

    for name, said in secrets.items():
        assert (await hub.door.get("/v1/referrals", PRISONS, **{name: said})).status_code == 403, name
    for asked in ({"agency": "kirklees-neighbourhood-housing"}, {"provider": "horton"}, {"count": "true"}):
        assert [one["id"] for one in (await hub.read("/v1/referrals", PRISONS, **asked))["items"]] == [referral["id"]]


async def test_an_agency_is_told_what_changed_of_its_own(hub: Hub) -> None:
    own = await hub.referred(PRISONS, agency_id="hm-prisons", source="custody")
    await hub.referred()

    async def is_told() -> bool:
        page = await hub.read("/v1/referrals", PRISONS, updated_since="0")
        return [one["id"] for one in page["items"]] == [own["id"]] and page["mark"] != "0"

    await eventually(is_told)


async def test_an_agency_finds_its_referral_by_its_own_number_and_nobody_else_does(hub: Hub) -> None:
    own = await hub.referred(PRISONS, agency_id="hm-prisons", source="custody")
    body = {"external_id": "C-7"}
    hub.done(await hub.door.put(f"/v1/referrals/{own['id']}/external-ids/prison-records", PRISONS, body))

    found = await hub.read("/v1/referrals", PRISONS, external_id="prison-records:C-7")
    assert [one["id"] for one in found["items"]] == [own["id"]]
    for who in (HUB, KNH):
        assert (await hub.read("/v1/referrals", who, external_id="prison-records:C-7"))["items"] == []
        assert (await hub.read("/v1/external-ids", who))["items"] == []
    refused = await hub.door.put(f"/v1/referrals/{own['id']}/external-ids/records", KNH, body)
    assert refused.status_code == 404


async def test_a_referral_is_named_as_it_is_made_and_found_so_by_its_agency_alone(hub: Hub) -> None:
    named = await hub.referred(KNH, agency_id=None, external_ids={"housing": "A-1"})

    async def listed(who: str) -> list[str]:
        return [one["id"] for one in (await hub.read("/v1/referrals", who, external_id="housing:A-1"))["items"]]

    assert (await listed(KNH), await listed(HUB)) == ([named["id"]], [])
    before = await hub.door.rows("select count(*) as n from referral")
    again = a_referral(agency_id=None, external_ids={"housing": "A-1"})
    taken = await hub.door.post("/v1/referrals", KNH, again)
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/external-id-taken")
    assert named["id"] in taken.json()["detail"]
    assert await hub.door.rows("select count(*) as n from referral") == before
    assert (await hub.door.post("/v1/referrals", HUB, again | {"agency_id": "kirklees-council-housing"})).is_success
