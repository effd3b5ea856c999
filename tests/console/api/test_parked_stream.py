"""The runbook of a parked stream, walked as it is written: the real command, real doors, a hearer that fails."""

import json
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import UUID

import httpx
import pytest
from typer.testing import CliRunner, Result

from common.contracts import EVERY_EVENT
from common.database import create_engine, create_sessions
from common.ids import new_id
from common.messaging.feeds import Feeds
from common.messaging.hearing import Hearer
from common.messaging.outbox import announce
from common.web.tokens import ServiceTokens
from console.addresses import SERVICES
from console.main import app
from reporting.events.heard import REACTIONS
from tests.common.messaging.parts import a_fact
from tests.house.towns import settings
from tests.parts.live import live
from tests.parts.postgres import Database, Databases, connect, outside_the_loop

EDGE = ("--service", "reporting", "--topic", "referrals")


@dataclass(frozen=True, slots=True)
class Town:
    """Every service's front door on a port, and what the commands need to find them."""

    issuer: str
    urls: dict[str, str]
    databases: dict[str, Database]

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

    def hear(self, *people: UUID) -> None:
        """Reporting hears of these people, and heals what is due until nothing is."""

        async def listen(hearer: Hearer, feeds: Feeds) -> None:
            await hearer.hear(await feeds.missing("referrals", {f"participant/{person}": 1 for person in people}))
            while await hearer.heal():
                pass

        self._as_reporting(listen)

    def _as_reporting(self, do: Callable[[Hearer, Feeds], Awaitable[None]]) -> None:
        async def work() -> None:
            engine = create_engine(self.databases["reporting"].url("worker"))
            async with httpx.AsyncClient() as client:
                tokens = ServiceTokens(client, self.issuer, "reporting", "reporting-secret")
                feeds = Feeds(client, tokens, {"referrals": self.urls["referral-hub"]})
                await do(Hearer("reporting", create_sessions(engine), REACTIONS, feeds, (0, 0, 0, 0)), feeds)
            await engine.dispose()

        outside_the_loop(work())


@pytest.fixture
def town(databases: Databases, issuer: str) -> Generator[Town]:
    with ExitStack() as stack:
        cloned = {service: stack.enter_context(databases.clone(service)) for service in SERVICES}
        urls: dict[str, str] = {}
        for service, database in cloned.items():
            told = settings(database_url=database.url("main"), issuer_url=issuer, jwks_url=f"{issuer}/jwks.json")
            front = import_module(f"{service.replace('-', '_')}.main").create_app_for(told)
            urls[service] = stack.enter_context(live(front))
        yield Town(issuer, urls, cloned)


def spoil(database: Database, subject: str, sequence: int) -> None:
    """An announced event that nobody can ever read."""
    outside_the_loop(_execute(database, "update outbox set body = 'spoilt' where subject = $1 and sequence = $2",
                              [subject, sequence]))  # fmt: skip


async def _execute(database: Database, statement: str, values: Sequence[Any]) -> None:
    connection = await connect(database.admin_dsn)
    await connection.execute(statement, *values)
    await connection.close()


def edge_row(shown: str) -> list[str]:
    """The numbers of the edge from the hub to reporting."""
    [row] = [line for line in shown.splitlines() if line.startswith("│ referrals → reporting")]
    return [cell.strip() for cell in row.strip("│ ").split("│")][1:]


def test_a_parked_stream_is_listed_mended_retried_or_skipped_and_then_whole(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    too_new, broken = new_id(), new_id()
    town.announce(too_new, broken)
    spoil(town.databases["referral-hub"], f"participant/{broken}", 2)
    with monkeypatch.context() as older:
        older.delitem(EVERY_EVENT, "DropInRecorded")
        town.hear(too_new)
    town.hear(broken)

    # 1. Which, and why.
    listed = town.outcomes("events", "list", "--state", "parked")
    named = town.outcomes("reconcile", "--verbose")
    assert (f"participant/{too_new}" in listed.stdout, "unknown-type" in listed.stdout) == (True, True)
    assert (f"participant/{broken}" in listed.stdout, "unreadable-body" in listed.stdout) == (True, True)
    assert f"referrals → reporting: participant/{broken} is parked" in named.stdout
    assert edge_row(named.stdout) == ["2", "6", "1", "0", "0", "5", "0", "0", "0"]

    # 2 and 3. Reporting is upgraded (it knows the type again), and the stream is tried again.
    retried = town.outcomes("events", "retry", *EDGE, "--subject", f"participant/{too_new}")
    town.hear()
    assert retried.stdout == f"referrals participant/{too_new} is retrying, applied or skipped to 0.\n"

    # 4. The other will never be readable: exactly its next event is left out.
    skip = ("events", "skip", *EDGE, "--subject", f"participant/{broken}", "--reason", "known-bug", "--sequence")
    too_far, skipped = town.outcomes(*skip, "3"), town.outcomes(*skip, "2")
    town.hear()
    assert (too_far.exit_code, "The next event of this stream is 2" in too_far.stderr) == (1, True)
    assert skipped.stdout == f"referrals participant/{broken} is open, applied or skipped to 2.\n"

    # 5. Whole again, but for the one.
    assert "None." in town.outcomes("events", "list", "--state", "parked").stdout
    assert edge_row(town.outcomes("reconcile").stdout) == ["2", "6", "5", "0", "0", "0", "1", "0", "0"]


def test_what_is_no_parked_stream_is_neither_retried_nor_skipped(town: Town) -> None:
    nobody = ("--subject", f"participant/{new_id()}")
    retried = town.outcomes("events", "retry", *EDGE, *nobody)
    skipped = town.outcomes("events", "skip", *EDGE, *nobody, "--sequence", "1", "--reason", "known-bug")
    elsewhere = town.outcomes("events", "retry", "--service", "claims", "--topic", "claims", *nobody)

    assert (retried.exit_code, "404" in retried.stderr) == (1, True)
    assert (skipped.exit_code, "announced no event 1" in skipped.stderr) == (1, True)
    assert (elsewhere.exit_code, "claims does not hear claims" in elsewhere.stderr) == (2, True)
