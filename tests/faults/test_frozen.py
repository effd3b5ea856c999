"""Who freezes with the lead, or with offsets, in its hands is replaced, and on waking finds that it leads no more."""

import asyncio
import signal
from functools import partial
from typing import Any

import pytest
from confluent_kafka import ConsumerGroupState
from confluent_kafka.admin import AdminClient
from sqlalchemy import text

from tests.faults.scene import Scene, whole
from tests.parts.eventually import eventually

pytestmark = pytest.mark.kafka
EVENTS = 500


@pytest.mark.parametrize("point", ["after-publish", "before-commit"])
async def test_a_frozen_relay_is_replaced_and_moves_nothing_on_waking(playing: Scene, point: str) -> None:
    await playing.announce(EVENTS)
    frozen = playing.play("relay", die_at=point, how="SIGSTOP", idle_timeout="3s")

    async def is_replaced() -> bool:
        return await published(playing) == EVENTS

    await eventually(frozen.is_stopped)
    assert await published(playing) == 0

    playing.play("relay", "second relay", idle_timeout="3s")
    playing.play("hearer")
    await eventually(is_replaced)
    frozen.signal(signal.SIGCONT)
    await playing.announce(EVENTS)
    counts = await playing.recovered(f"R2 relay frozen {point}, replaced, woken")

    assert frozen.deaths == 0
    assert whole(counts), counts
    assert counts.applied == await published(playing) == 2 * EVENTS


async def test_a_frozen_hearer_is_replaced_and_goes_on_when_it_wakes(playing: Scene) -> None:
    playing.play("relay")
    frozen = playing.play("hearer", die_at="before-offset-commit", on=3, how="SIGSTOP")
    await playing.announce(EVENTS)
    await eventually(frozen.is_stopped)

    second = playing.play("hearer", "second hearer")
    await playing.announce(EVENTS)
    await playing.until_settled()
    await eventually(partial(is_alone, playing))
    frozen.signal(signal.SIGCONT)
    await playing.announce(EVENTS)
    counts = await playing.recovered("R3 hearer frozen, replaced, woken")

    assert (frozen.deaths, second.deaths) == (0, 0)
    assert whole(counts), counts


async def is_alone(playing: Scene) -> bool:
    """Whether the group has one member left."""
    admin: Any = AdminClient({"bootstrap.servers": playing.kafka})
    group = f"{playing.prefix}claims"
    described: Any = await asyncio.to_thread(admin.describe_consumer_groups([group])[group].result)
    return described.state == ConsumerGroupState.STABLE and len(described.members) == 1


async def published(playing: Scene) -> int:
    async with playing.announcer.begin() as session:
        return await session.scalar(text("select published from relay")) or 0
