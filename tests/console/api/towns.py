"""Every service's front door on a port, for walking the runbooks with the real command."""

import json
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from typer.testing import CliRunner, Result

from common.audit.keeping import CheckpointStore
from common.audit.sealing import Witness, checkpoint_once, seal_once
from common.audit.signing import SigningKey
from common.database import Sessions, create_engine, create_sessions
from common.ids import new_id
from common.messaging.feeds import Feeds
from common.messaging.healing import Healer
from common.messaging.relay import NumberedRecord, relay_once
from common.messaging.service_tokens import ServiceTokens
from common.store import Place
from common.streams.outbox import announce
from console.addresses import HEARERS, SERVICES
from console.main import app
from tests.common.messaging.parts import a_fact
from tests.house.towns import settings
from tests.parts.live import live
from tests.parts.postgres import Database, Databases, connect, outside_the_loop, rebind

SPOIL = "update outbox set body = 'spoilt' where subject = $1 and sequence = $2"


@dataclass(frozen=True, slots=True)
class Town:
    """Every service's front door on a port, and what the commands need to find them."""

    issuer: str
    urls: dict[str, str]
    databases: dict[str, Database]
    documents: Path
    """Where case management keeps them."""

    def outcomes(self, *arguments: str) -> Result:
        told = {"OUTCOMES_ISSUER": self.issuer, "OUTCOMES_URLS": json.dumps(self.urls)}
        return CliRunner().invoke(app, list(arguments), env=told)

    def announce(self, *people: UUID) -> None:
        """The hub announces three facts about each person."""

        async def say() -> None:
            engine = create_engine(self.databases["referral-hub"].url("worker"))
            async with create_sessions(engine).begin() as session:
                await announce(session, [a_fact(person) for person in people for _ in range(3)])
            await engine.dispose()

        outside_the_loop(say())

    def relay_without_kafka(self) -> None:
        """The hub's relay numbers what is pending, and cannot publish it."""

        class Away:
            async def publish(self, batch: Sequence[NumberedRecord]) -> None:
                raise ConnectionError("Kafka is away")

        async def relay() -> None:
            engine = create_engine(self.databases["referral-hub"].url("worker"))
            with suppress(ConnectionError):
                await relay_once(create_sessions(engine), Away())
            await engine.dispose()

        outside_the_loop(relay())

    def hear_only_the_last_of(self, person: UUID) -> None:
        """Of what was announced about somebody, only the last event arrives."""

        async def listen(hearer: Healer, feeds: Feeds) -> None:
            await hearer.hear((await feeds.missing("referrals", {f"participant/{person}": 1})).records[-1:])

        self._as_reporting(listen)

    def hear_a_forged_second_of(self, person: UUID) -> None:
        """After the first event about somebody, one comes that the hub never announced."""

        async def listen(hearer: Healer, feeds: Feeds) -> None:
            first, second, _ = (await feeds.missing("referrals", {f"participant/{person}": 1})).records
            await hearer.hear([first, replace(second, event_id=new_id())])

        self._as_reporting(listen)

    def hear(self, *people: UUID, asking: str = "referral-hub") -> None:
        """Reporting hears of these people, and heals what is due until nothing is; `asking` has its feed."""

        async def listen(hearer: Healer, feeds: Feeds) -> None:
            found = await feeds.missing("referrals", {f"participant/{person}": 1 for person in people})
            await hearer.hear(found.records)
            while await hearer.heal():
                pass

        self._as_reporting(listen, asking)

    def sweep(self) -> None:
        """Reporting walks the hub's log to its end, and heals what it lacks."""

        async def walk(hearer: Healer, _: Feeds) -> None:
            while await hearer.sweep("referrals", older_than_seconds=0):
                pass
            while await hearer.heal():
                pass

        self._as_reporting(walk)

    def all_sweep(self) -> None:
        """Whoever hears the hub walks its log to the end, and heals what it lacks."""

        async def walk(hearer: Healer, _: Feeds) -> None:
            while await hearer.sweep("referrals", older_than_seconds=0) or await hearer.heal():
                pass

        for service in (one for one, topics in HEARERS.items() if "referrals" in topics):
            self._as_hearer(service, walk)

    def seal(self, kept_in: Path) -> None:
        """Every service's worker binds its audit to its chain, and hands out a checkpoint."""

        async def bind() -> None:
            for service, database in self.databases.items():
                engine = create_engine(database.url("worker"))
                sessions = create_sessions(engine)
                key = SigningKey.for_development(service)
                while await seal_once(sessions):
                    pass
                await checkpoint_once(sessions, Witness(service, key, CheckpointStore(Place(str(kept_in)))))
                await engine.dispose()

        outside_the_loop(bind())

    def as_worker(self, service: str, do: Callable[[Sessions], Awaitable[object]]) -> None:
        """What a service's worker does by itself, once."""

        async def work() -> None:
            engine = create_engine(self.databases[service].url("worker"))
            await do(create_sessions(engine))
            await engine.dispose()

        outside_the_loop(work())

    def metrics(self, service: str) -> str:
        return httpx.get(f"{self.urls[service]}/metrics").text

    def execute(self, service: str, statement: str, *values: Any) -> None:
        """Do to a service's database what only its server's administrator may."""
        outside_the_loop(_execute(self.databases[service], statement, values))

    def spoil(self, person: UUID, sequence: int) -> None:
        """Make an announced event one that nobody can ever read, and was announced so."""

        async def work() -> None:
            connection = await connect(self.databases["referral-hub"].admin_dsn)
            await connection.execute(SPOIL, f"participant/{person}", sequence)
            await rebind(connection)
            await connection.close()

        outside_the_loop(work())

    def _as_reporting(self, do: Callable[[Healer, Feeds], Awaitable[None]], asking: str = "referral-hub") -> None:
        self._as_hearer("reporting", do, asking)

    def _as_hearer(
        self, service: str, do: Callable[[Healer, Feeds], Awaitable[None]], asking: str = "referral-hub"
    ) -> None:
        reactions = import_module(f"{service.replace('-', '_')}.events.heard").REACTIONS

        async def work() -> None:
            engine = create_engine(self.databases[service].url("worker"))
            async with httpx.AsyncClient(timeout=30) as client:
                tokens = ServiceTokens(client, self.issuer, service, f"{service}-secret")
                feeds = Feeds(client, tokens, {"referrals": self.urls[asking]})
                await do(Healer(service, create_sessions(engine), reactions, feeds, (0, 0, 0, 0)), feeds)
            await engine.dispose()

        outside_the_loop(work())


def edge_row(shown: str) -> list[str]:
    """The numbers of the edge from the hub to reporting."""
    [row] = [line for line in shown.splitlines() if line.startswith("│ referrals → reporting")]
    return [cell.strip() for cell in row.strip("│ ").split("│")][1:]


async def _execute(database: Database, statement: str, values: Sequence[Any]) -> None:
    connection = await connect(database.admin_dsn)
    await connection.execute(statement, *values)
    await connection.close()


@pytest.fixture
def town(databases: Databases, issuer: str, tmp_path: Path) -> Generator[Town]:
    with ExitStack() as stack:
        cloned = {service: stack.enter_context(databases.clone(service)) for service in SERVICES}
        urls: dict[str, str] = {}
        for service, database in cloned.items():
            told = settings(
                database_url=database.url("main"),
                issuer_url=issuer,
                jwks_url=f"{issuer}/jwks.json",
                data_dir=tmp_path / service,
            )
            front = import_module(f"{service.replace('-', '_')}.main").create_app_for(told)
            urls[service] = stack.enter_context(live(front))
        yield Town(issuer, urls, cloned, tmp_path / "case-management" / "documents")
