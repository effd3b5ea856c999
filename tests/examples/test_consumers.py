"""The two consumers a council can start from, as processes that are killed: paid once, and what never came is said."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from claims.main import create_app_for
from common.contracts import Event
from common.contracts.claims import ClaimAdjusted, ClaimRaised, ClaimVerified, VerificationUndone
from common.database import Sessions, create_engine, create_sessions
from common.ids import new_id
from common.messaging.kafka import publishing
from common.messaging.relay import NumberedRecord, relay_once
from common.streams.outbox import announce
from common.web.signin import token_for_system
from tests.house.towns import settings
from tests.parts.eventually import eventually
from tests.parts.live import live
from tests.parts.postgres import Database, Databases, connect
from tests.reporting.story import an

EXAMPLES = Path("docs/examples")


@dataclass(slots=True)
class Announcer:
    """Claims, announcing; what its relay would publish is kept for the test to publish, twice or never."""

    database: Database
    sessions: Sessions
    published: list[NumberedRecord] = field(default_factory=list[NumberedRecord])

    async def publish(self, batch: Sequence[NumberedRecord]) -> None:
        self.published += batch

    async def verify(self, *payable_pence: int) -> list[NumberedRecord]:
        """Announce a verified claim for each amount, all of one participant, and what councils may read of it."""
        person = new_id()
        events = [an(ClaimVerified, person, payable_pence=pence) for pence in payable_pence]
        return await self.announce(an(ClaimRaised, person), *events)

    async def announce(self, *events: Event) -> list[NumberedRecord]:
        """Announce events, and what councils may read of them."""
        async with self.sessions.begin() as session:
            await announce(session, events)
        before = len(self.published)
        while await relay_once(self.sessions, self):
            pass
        return [item for item in self.published[before:] if item.record.topic == "public.claims"]

    async def execute(self, statement: str, *values: Any) -> None:
        connection = await connect(self.database.admin_dsn)
        await connection.execute(statement, *values)
        await connection.close()


@pytest.fixture
async def announcer(databases: Databases) -> AsyncGenerator[Announcer]:
    with databases.clone("claims") as database:
        engine = create_engine(database.url("worker"))
        yield Announcer(database, create_sessions(engine))
        await engine.dispose()


@dataclass(slots=True)
class Consumer:
    """An example as a process, its store, and what it said."""

    command: list[str]
    store: Path
    said: Path
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        with self.said.open("ab") as said:
            self.process = subprocess.Popen([sys.executable, *self.command], stderr=said)

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(30)
            self.process = None

    def finish(self) -> None:
        """Run to its own end."""
        subprocess.run([sys.executable, *self.command], check=True, env=os.environ, timeout=120)

    def paid(self) -> list[int]:
        """Every payment kept; none before there is a store."""
        try:
            with closing(sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)) as store:
                return sorted(pence for (pence,) in store.execute("select payable_pence from payment"))
        except sqlite3.OperationalError:
            return []

    async def until_paid(self, count: int) -> None:
        async def enough() -> bool:
            if len(self.paid()) >= count:
                return True
            assert self.process is None or not self.process.poll(), self.said.read_text()
            return False

        await eventually(enough)


@pytest.fixture
async def by_kafka(tmp_path: Path, broker: str, topic_prefix: str) -> AsyncGenerator[Consumer]:
    store = tmp_path / "council.sqlite"
    command = [str(EXAMPLES / "council_consumer.py"), broker, f"{topic_prefix}public.claims", str(store)]
    consumer = Consumer(command, store, tmp_path / "said.txt")
    yield consumer
    consumer.kill()


@pytest.fixture
async def by_feed(tmp_path: Path, announcer: Announcer, issuer: str) -> AsyncGenerator[Consumer]:
    who = tmp_path / "token"
    who.write_text(await token_for_system(issuer, "council-system", "council-system-secret"))
    url, store = announcer.database.url("main"), tmp_path / "council.sqlite"
    told = settings(
        database_url=url,
        issuer_url=issuer,
        jwks_url=f"{issuer}/jwks.json",
        requests_per_second=2,
        requests_at_once=1,
    )
    with live(create_app_for(told)) as here:
        command = [str(EXAMPLES / "feed_consumer.py"), here, str(who), str(store)]
        consumer = Consumer(command, store, tmp_path / "said.txt")
        yield consumer
        consumer.kill()


async def test_over_kafka_each_claim_is_paid_once_though_it_comes_twice_and_the_consumer_is_killed(
    by_kafka: Consumer, announcer: Announcer, broker: str, topic_prefix: str
) -> None:
    first, second = await announcer.verify(1, 2, 3), await announcer.verify(4, 5)
    async with publishing(broker, "claims", topic_prefix) as publisher:
        await publisher.publish(first)
        await publisher.publish(first)
        by_kafka.start()
        await by_kafka.until_paid(3)
        by_kafka.kill()
        await publisher.publish([first[0], first[2], *second])
        by_kafka.start()
        await by_kafka.until_paid(5)

    assert by_kafka.paid() == [1, 2, 3, 4, 5]
    assert by_kafka.said.read_text() == ""


async def test_over_kafka_what_is_undone_or_taken_back_is_taken_away_again(
    by_kafka: Consumer, announcer: Announcer, broker: str, topic_prefix: str
) -> None:
    person, undone = new_id(), {"verified_as": new_id(), "verified_on": date(2019, 11, 1), "reason": "mistake"}
    money: dict[str, Any] = {"price_pence": 7, "payable_pence": 7, "above_cap_pence": 0, "shares": ()}
    public = await announcer.announce(
        an(ClaimVerified, person, payable_pence=7),
        an(VerificationUndone, person, **undone, **money, undone_on=date(2019, 11, 2)),
        an(ClaimVerified, person, payable_pence=5),
        an(ClaimAdjusted, person, payable_pence=5),
    )
    async with publishing(broker, "claims", topic_prefix) as publisher:
        await publisher.publish(public)
        by_kafka.start()
        await by_kafka.until_paid(4)

    assert by_kafka.paid() == [-7, -5, 5, 7]


async def test_over_kafka_a_message_that_never_came_is_named_and_a_redacted_one_is_passed(
    by_kafka: Consumer, announcer: Announcer, broker: str, topic_prefix: str
) -> None:
    one, _, three = await announcer.verify(1, 2, 3)
    async with announcer.sessions.begin() as session:
        await announce(session, [an(ClaimVerified, new_id(), payable_pence=9)])
    await announcer.execute("update outbox set body = '{}' where body like '%\"payable_pence\":9,%'")
    await relay_once(announcer.sessions, announcer)
    async with publishing(broker, "claims", topic_prefix) as publisher:
        await publisher.publish([announcer.published[-1]])
        await publisher.publish([one, three])
        by_kafka.start()
        await by_kafka.until_paid(2)

    assert by_kafka.paid() == [1, 3]
    assert by_kafka.said.read_text() == f"{one.record.subject}: 2 to 2 never came; read them from the feed\n"


async def test_over_the_feed_a_consumer_killed_and_asked_to_wait_goes_on_and_pays_each_claim_once(
    by_feed: Consumer, announcer: Announcer
) -> None:
    amounts = list(range(1, 1201))
    await announcer.verify(*amounts)
    by_feed.start()
    await by_feed.until_paid(1)
    by_feed.kill()
    killed_at = len(by_feed.paid())
    await asyncio.to_thread(by_feed.finish)

    assert 0 < killed_at < 1200
    assert by_feed.paid() == amounts


async def test_over_the_feed_a_restored_log_is_read_again_and_nothing_is_paid_twice_or_after_redaction(
    by_feed: Consumer, announcer: Announcer
) -> None:
    await announcer.verify(1, 2)
    await asyncio.to_thread(by_feed.finish)
    await announcer.execute("update relay set epoch = uuidv7()")
    [redacted] = await announcer.verify(3)
    redaction = "update outbox set body = '{}', redacted_at = now() where event_id = $1"
    await announcer.execute(redaction, redacted.record.event_id)
    await announcer.verify(4)
    await asyncio.to_thread(by_feed.finish)

    assert by_feed.paid() == [1, 2, 4]
