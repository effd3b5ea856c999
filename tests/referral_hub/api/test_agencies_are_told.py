"""An agency's system is told how its own referrals stand and what it is asked, whenever that changes and of no more."""

import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from tests.common.webhooks.parts import Receiver, Telling, receiving, telling
from tests.parts.postgres import Databases
from tests.referral_hub.town import HUB, KNH, PRISONS, Hub, a_person, hub_with

QUESTION = {"question_code": "needs", "note": "What is needed?"}


@pytest.fixture
async def receiver() -> AsyncGenerator[Receiver]:
    async with receiving() as listening:
        yield listening


@pytest.fixture
async def hub(databases: Databases) -> AsyncGenerator[Hub]:
    async with hub_with(databases) as hub:
        yield hub


async def standings(hub: Hub, referral: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """What was announced of a referral's standing, in order."""
    told = await hub.door.announced("ReferralStandingChanged")
    return [(one["state"], one["asked"]) for one in told if one["referral_id"] == referral["id"]]


async def test_each_change_of_what_it_is_shown_is_told_and_nothing_else(hub: Hub) -> None:
    referral = await hub.referred(KNH, agency_id=None)
    path = f"/v1/referrals/{referral['id']}"
    for _ in range(2):
        hub.done(await hub.door.post(f"{path}/information-requests", HUB, QUESTION))
    hub.done(await hub.door.post(f"{path}/information", KNH, {"answer": "A flat."}))
    await hub.triaged(referral)
    placed = await hub.allocated(referral)
    hub.done(await hub.door.post(f"/v1/allocations/{placed['id']}/withdrawal", HUB, {"reason": "The wrong provider."}))
    hub.done(await hub.door.post(f"{path}/decline", HUB, {"reason": "out-of-area"}))
    hub.done(await hub.door.post(f"{path}/reopening", HUB, {"reason": "The wrong person."}))

    assert await standings(hub, referral) == [
        ("received", []),
        ("awaiting-information", ["needs"]),
        ("received", []),
        ("declined", []),
        ("received", []),
    ]


async def test_of_one_that_joined_another_it_is_told_how_that_stands_and_not_what_others_are_asked(hub: Hub) -> None:
    person = a_person()
    first = await hub.referred(PRISONS, person=person, agency_id=None, source="custody")
    joined = await hub.referred(KNH, person=person, agency_id=None)
    hub.done(await hub.door.post(f"/v1/referrals/{first['id']}/information-requests", HUB, QUESTION))
    hub.done(await hub.door.post(f"/v1/referrals/{first['id']}/triage-support", HUB, {}))

    assert await standings(hub, joined) == [("received", []), ("closed", [])]
    assert [state for state, _ in await standings(hub, first)] == ["received", "awaiting-information", "closed"]


async def test_its_webhook_tells_its_own_referrals_and_nobodys_person(hub: Hub, receiver: Receiver) -> None:
    async with telling(hub.door) as worker:
        await its_webhook_tells(hub, worker, receiver)


async def its_webhook_tells(hub: Hub, worker: Telling, receiver: Receiver) -> None:
    webhook = await worker.subscribe(receiver.url, KNH)
    mine = await hub.referred(KNH, agency_id=None)
    await hub.referred(PRISONS, agency_id=None, source="custody")
    await hub.triaged(mine)
    await worker.announce()

    await worker.tell(webhook)

    [message] = receiver.received
    said = json.loads(message.body)
    assert (said["type"], said["subject"]) == ("ReferralStandingChanged", f"referral/{mine['id']}")
    read = await hub.read(f"/v1/referrals/{mine['id']}", KNH)
    assert {name: said["data"][name] for name in ("state", "closed_on", "agency_id")} == {
        name: read[name] for name in ("state", "closed_on", "agency_id")
    }
    [row] = await hub.door.rows("select participant_id from referral where agency_id like 'kirklees-n%'")
    assert str(row["participant_id"]) not in message.body.decode()
