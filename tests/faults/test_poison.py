"""What cannot be read or applied is tried five times and steps aside; nobody else waits, and once mended it goes on."""

from typing import Any
from uuid import UUID

import aiokafka
import httpx
import pytest
from sqlalchemy import text

from common.database import rows
from common.ids import new_id
from common.web.app import create_app
from tests.faults.scene import Scene, whole
from tests.house.towns import settings
from tests.parts.eventually import eventually
from tests.parts.postgres import rebind
from tests.parts.tokens import token, trust

pytestmark = pytest.mark.kafka
PEOPLE, EACH = 40, 10
POISONS = {
    "unreadable-body": "update outbox set body = '{' where event_id = $1",
    "unknown-type": "update outbox set type = 'NeverDeclared' where event_id = $1",
    "unknown-schema-version": "update outbox set schema_version = 99 where event_id = $1",
    "ZeroDivisionError": "select $1::uuid",
}
"""Error codes, and how an announced event comes to be so; the last is a bug of the reaction."""


async def test_four_poisons_are_parked_while_all_others_go_on_and_are_applied_in_order_once_mended(
    playing: Scene,
) -> None:
    await playing.announce(PEOPLE * EACH, each=PEOPLE)
    poisoned = await third_events(playing, len(POISONS))
    kept = await spoil(playing, poisoned)
    playing.play("relay")
    hearer = playing.play("hearer", poison=(str(poisoned[-1]),))
    await publish_what_has_no_place(playing)

    async def parked() -> bool:
        return sorted(await parked_codes(playing)) == sorted((code, 5) for code in POISONS)

    await eventually(parked)
    before = await playing.applied()
    await playing.announce(PEOPLE, each=PEOPLE)
    await eventually(lambda: others_applied(playing, before + PEOPLE - len(POISONS)))
    met = await bug_met(playing)

    assert before == PEOPLE * EACH - len(POISONS) * (EACH - 2)
    assert await playing.applied() == before + PEOPLE - len(POISONS)
    assert 5 <= met <= 30, "five tries; in a batch, read twice at worst, it is met again each time that is halved"

    await mend(playing, kept)
    hearer.end()
    playing.play("hearer")
    await retry_all(playing)
    counts = await playing.recovered("R10 R11 poison: bad JSON, unknown type and version, a bug; mended, retried")

    assert whole(counts), counts


async def third_events(playing: Scene, count: int) -> list[UUID]:
    async with playing.announcer.begin() as session:
        third = text("select event_id from outbox where sequence = 3 order by position limit :count")
        return [row["event_id"] for row in rows(await session.execute(third, {"count": count}))]


async def spoil(playing: Scene, events: list[UUID]) -> list[tuple[UUID, str, str, int]]:
    """Make each event a poison of its own kind; what they were."""
    async with playing.as_superuser() as hub:
        kept = await hub.fetch(
            "select event_id, body, type, schema_version from outbox where event_id = any($1)", events
        )
        for event_id, poison in zip(events, POISONS.values(), strict=True):
            await hub.execute(poison, event_id)
        await rebind(hub)
    return [tuple(row) for row in kept]


async def mend(playing: Scene, kept: list[tuple[UUID, str, str, int]]) -> None:
    async with playing.as_superuser() as hub:
        await hub.executemany("update outbox set body = $2, type = $3, schema_version = $4 where event_id = $1", kept)
        await rebind(hub)


async def publish_what_has_no_place(playing: Scene) -> None:
    """Something foreign on our topic, with no headers and no JSON."""
    producer: Any = aiokafka.AIOKafkaProducer(bootstrap_servers=playing.kafka)
    async with producer:
        await producer.send_and_wait(f"{playing.prefix}referrals", b"\xff{")


async def parked_codes(playing: Scene) -> list[tuple[str, int]]:
    async with playing.hearing.begin() as session:
        told = await session.execute(text("select error_code, attempts from inbox where state = 'parked'"))
        return [(row["error_code"], row["attempts"]) for row in rows(told)]


async def others_applied(playing: Scene, count: int) -> bool:
    return await playing.applied() >= count


async def bug_met(playing: Scene) -> int:
    """How often the reaction that is a bug was called."""
    async with playing.hearing.begin() as session:
        return await session.scalar(text("select last_value from bug_met")) or 0


async def retry_all(playing: Scene) -> None:
    """As an operator does."""
    app = create_app("claims", "Claims", settings(database_url=playing.claims.url("main")), [])
    async with app.router.lifespan_context(app):
        trust(app)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        signed_in = {"authorization": f"Bearer {token('operator', organisation='operations', kind='operator')}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://claims", headers=signed_in) as operator:
            listed = (await operator.get("/v1/inbox?topic=referrals&state=parked")).json()["items"]
            for stream in listed:
                asked = {"topic": "referrals", "subject": stream["subject"]}
                answer = await operator.post("/v1/inbox/retry", json=asked, headers={"idempotency-key": str(new_id())})

                assert answer.status_code == 200
