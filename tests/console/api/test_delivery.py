from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from common.clock import machine_now
from common.contracts.referrals import DropInRecorded
from common.ids import new_id
from common.streams.outbox import announce
from common.streams.records import Record
from console.addresses import Edge
from console.delivery import heard_streams, reconcile_edge
from console.doors import RequestRefused
from console.reconciling import EdgeTally
from referral_hub.main import create_app_for as referral_hub
from reporting.events.heard import REACTIONS
from reporting.main import create_app_for as reporting
from tests.console.api.doorway import doors_of
from tests.parts.api import FrontDoor, front_door, records_of
from tests.parts.postgres import Databases

EDGE = Edge("referrals", "reporting")
STREAMS, EACH = 210, 2
"""More streams than a page holds."""


@pytest.fixture
async def hub(databases: Databases) -> AsyncGenerator[FrontDoor]:
    async with front_door(databases, "referral-hub", referral_hub) as door:
        yield door


@pytest.fixture
async def hearer(databases: Databases) -> AsyncGenerator[FrontDoor]:
    async with front_door(databases, "reporting", reporting) as door:
        yield door


def a_drop_in(person: UUID) -> DropInRecorded:
    envelope: dict[str, Any] = {"event_id": new_id(), "programme_id": "kbop", "occurred_at": machine_now()}
    return DropInRecorded(**envelope, participant_id=person, drop_in_id=new_id(), dropped_in_on=date(2026, 3, 2))


async def announced(hub: FrontDoor, streams: int = STREAMS) -> list[Record]:
    """Two events about each of many people, announced by the hub."""
    events = [a_drop_in(person) for person in [new_id() for _ in range(streams)] for _ in range(EACH)]
    async with hub.worker.begin() as session:
        await announce(session, events)
    return records_of(events)


async def tally(hub: FrontDoor, hearer: FrontDoor, now: datetime) -> EdgeTally:
    async with doors_of({"referral-hub": hub, "reporting": hearer}) as doors:
        return await reconcile_edge(doors, EDGE, now)


def later() -> datetime:
    return machine_now() + timedelta(minutes=2)


async def test_what_was_heard_whole_is_applied_and_nothing_is_missing(hub: FrontDoor, hearer: FrontDoor) -> None:
    await hearer.hear(REACTIONS, await announced(hub))

    assert await tally(hub, hearer, later()) == EdgeTally(streams=STREAMS, published=420, applied=420)


async def test_every_planted_loss_is_found_lost_tails_too(hub: FrontDoor, hearer: FrontDoor) -> None:
    records = await announced(hub)
    never_came, tails = records[: 3 * EACH], records[3 * EACH + 1 : 10 * EACH : EACH]
    await hearer.hear(REACTIONS, [record for record in records if record not in [*never_came, *tails]])

    found = await tally(hub, hearer, later())
    assert (found.missing, found.applied, found.sound) == (13, 407, False)


async def test_what_was_announced_just_now_is_in_flight(hub: FrontDoor, hearer: FrontDoor) -> None:
    await announced(hub, 1)

    assert await tally(hub, hearer, machine_now()) == EdgeTally(streams=1, published=2, in_flight=2)


async def test_a_gap_waits_and_a_broken_event_parks(hub: FrontDoor, hearer: FrontDoor) -> None:
    [_, second, first_of_other, _] = await announced(hub, 2)
    await hearer.hear(REACTIONS, [second, replace(first_of_other, body="spoilt")])

    assert await tally(hub, hearer, later()) == EdgeTally(streams=2, published=4, waiting=2, parked=2)


async def test_an_announcer_restored_from_an_older_backup_is_a_fork(hub: FrontDoor, hearer: FrontDoor) -> None:
    records = await announced(hub, 2)
    await hearer.hear(REACTIONS, [*records[:-1], replace(records[-1], event_id=new_id())])

    assert (await tally(hub, hearer, later())).forked == 1


async def test_streams_can_be_listed_by_their_state(hub: FrontDoor, hearer: FrontDoor) -> None:
    records = await announced(hub, 2)
    broken = replace(records[0], body="spoilt")
    await hearer.hear(REACTIONS, [broken, *records[EACH:]])

    assert await listed(hub, hearer, "retrying") == [(broken.subject, "unreadable-body")]
    assert await listed(hub, hearer, "parked") == []
    assert len(await listed(hub, hearer, None)) == 2


async def listed(hub: FrontDoor, hearer: FrontDoor, state: str | None) -> Sequence[tuple[str, str | None]]:
    hears_nothing = dict.fromkeys(("referral-hub", "case-management", "claims"), hub)
    async with doors_of({**hears_nothing, "reporting": hearer}) as doors:
        return [(row["subject"], row["error_code"]) async for _, row in heard_streams(doors, state)]


async def test_whoever_may_not_look_is_told_so(hub: FrontDoor, hearer: FrontDoor) -> None:
    async with doors_of({"referral-hub": hub, "reporting": hearer}, role="hub") as doors:
        with pytest.raises(RequestRefused, match="reporting answered 403: Your role does not allow this"):
            await reconcile_edge(doors, EDGE, later())
