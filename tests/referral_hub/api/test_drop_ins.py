"""Light-touch support after completion: for whom, listed, and put right."""

from datetime import timedelta

import pytest

from tests.parts.api import SIMULATED_AT
from tests.referral_hub.town import HUB, OVERSIGHT, Hub, a_person, of_provider

pytestmark = pytest.mark.row("S-15")

HORTON = of_provider("horton")
FUSION = of_provider("fusion-housing")
MISTAKE = {"reason": "It was somebody else of the same name."}


async def test_a_drop_in_is_noted_for_who_was_supported_and_opens_nothing(hub: Hub) -> None:
    closed = await hub.completed()
    body = {"participant_id": closed["participant_id"]}

    noted = await hub.door.post("/v1/drop-ins", HORTON, body)
    foreign = await hub.door.post("/v1/drop-ins", FUSION, body)
    tomorrow = await hub.door.post("/v1/drop-ins", HUB, body | {"dropped_in_on": "2019-10-08"})

    assert (noted.status_code, foreign.status_code, tomorrow.status_code) == (201, 404, 422)
    [announced] = await hub.door.announced("DropInRecorded")
    assert (announced["provider_id"], announced["dropped_in_on"]) == ("horton", "2019-10-07")
    assert len(await hub.door.rows("select id from referral")) == 1


async def test_who_waits_or_is_supported_does_not_drop_in(hub: Hub) -> None:
    waiting, placed = await hub.referred(), await hub.allocated()
    person = a_person()
    closed = await hub.completed(await hub.referred(person=person))
    await hub.referred(person=person)

    refused = [
        await hub.door.post("/v1/drop-ins", HUB, {"participant_id": one["participant_id"]})
        for one in (waiting, placed, closed)
    ]

    assert [one.status_code for one in refused] == [422, 422, 422]
    assert {one["code"] for one in refused[0].json()["refusals"]} == {"support_not_completed", "referral_is_open"}
    assert [one["code"] for one in refused[2].json()["refusals"]] == ["referral_is_open"]


async def test_a_provider_learns_nothing_of_a_referral_that_came_after_its_own(hub: Hub) -> None:
    person = a_person()
    closed = await hub.completed(await hub.referred(person=person))
    await hub.referred(person=person)

    noted = await hub.door.post("/v1/drop-ins", HORTON, {"participant_id": closed["participant_id"]})

    assert noted.status_code == 201


async def test_drop_ins_are_listed_and_a_provider_sees_its_own(hub: Hub) -> None:
    ours, theirs = await hub.completed(), await hub.completed()
    for who, one in ((HORTON, ours), (HUB, theirs)):
        hub.done(await hub.door.post("/v1/drop-ins", who, {"participant_id": one["participant_id"]}))

    everyone = (await hub.read("/v1/drop-ins", OVERSIGHT))["items"]
    own = (await hub.read("/v1/drop-ins", HORTON))["items"]
    of_one = (await hub.read("/v1/drop-ins", HUB, participant_id=theirs["participant_id"]))["items"]

    assert len(everyone) == 2
    assert [one["participant_id"] for one in own] == [ours["participant_id"]]
    assert [one["provider_id"] for one in of_one] == [None]


async def test_the_day_of_a_drop_in_is_put_right_and_the_earlier_stays_readable(hub: Hub) -> None:
    closed = await hub.completed()
    later = SIMULATED_AT + timedelta(days=5)
    body = {"participant_id": closed["participant_id"], "dropped_in_on": "2019-10-09"}
    drop_in = hub.done(await hub.door.post("/v1/drop-ins", HORTON, body, at=later))
    path, right = f"/v1/drop-ins/{drop_in['id']}/corrections", {"reason": "Misread.", "dropped_in_on": "2019-10-10"}

    foreign = await hub.door.post(path, FUSION, right, at=later)
    before_closing = await hub.door.post(path, HORTON, right | {"dropped_in_on": "2019-10-01"}, at=later)
    corrected = await hub.door.post(path, HORTON, right, at=later, version=1)
    stale = await hub.door.post(path, HORTON, right, at=later, version=1)
    again = await hub.door.post(path, HORTON, right, at=later)

    assert (foreign.status_code, before_closing.status_code, stale.status_code) == (404, 422, 412)
    assert (corrected.json()["dropped_in_on"], corrected.json()["version"]) == ("2019-10-10", 2)
    assert [one["code"] for one in again.json()["refusals"]] == ["nothing_corrected"]
    [announced] = await hub.door.announced("DropInCorrected")
    assert (announced["drop_in_id"], announced["dropped_in_on"]) == (drop_in["id"], "2019-10-10")
    [kept] = await hub.door.rows("select * from correction")
    assert (kept["before"], kept["reason"], kept["made_by"]) == (
        {"dropped_in_on": "2019-10-09"},
        "Misread.",
        "caseworker.horton",
    )


async def test_a_drop_in_that_never_happened_is_taken_back_once(hub: Hub) -> None:
    closed = await hub.completed()
    drop_in = hub.done(await hub.door.post("/v1/drop-ins", HUB, {"participant_id": closed["participant_id"]}))
    path = f"/v1/drop-ins/{drop_in['id']}"

    hub.done(await hub.door.post(f"{path}/withdrawal", HUB, MISTAKE))
    again = await hub.door.post(f"{path}/withdrawal", HUB, MISTAKE)
    corrected = await hub.door.post(f"{path}/corrections", HUB, MISTAKE | {"dropped_in_on": "2019-10-07"})

    assert (again.status_code, corrected.status_code) == (409, 409)
    [listed] = (await hub.read("/v1/drop-ins"))["items"]
    assert listed["withdrawn_on"] == "2019-10-07"
    assert len(await hub.door.announced("DropInWithdrawn")) == 1
