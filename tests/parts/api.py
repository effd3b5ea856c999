"""A service's real front door on a fresh database: shared by the API tests of every service.

`async with front_door(databases, "claims", create_app_for) as door:` starts the real app over a clone of the migrated
template, trusting the test's tokens (`tests.parts.tokens`). `door.heard(REACTIONS)` is the same service's ears.
"""

import json
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import text

from common.contracts import Event
from common.database import Sessions, create_engine, create_sessions, rows
from common.messaging.hearing import Hearer
from common.messaging.reactions import Reactions
from common.settings import ServiceSettings
from common.streams.records import Record
from common.web.access import allowed_roles, api_routes
from common.web.effects import look
from common.web.failing import failures_of
from common.web.problems import MEDIA_TYPE
from tests.parts.audited import unaudited
from tests.parts.contents import contents
from tests.parts.postgres import Database, Databases, connect
from tests.parts.tokens import ISSUER, JWKS_URL, token, trust

SIMULATED_AT = datetime.fromisoformat("2019-10-07T09:00:00+00:00")
"""A Monday morning early in the programme: the business time of a request that names no other."""


NEVER_THERE = "relay/2"
"""A row that the isolation tests say an event left, to have one that is gone."""


@dataclass(frozen=True, slots=True)
class FrontDoor:
    """A started service: ask over HTTP as anyone, let it hear, and look at what it kept."""

    app: FastAPI
    client: httpx.AsyncClient
    database: Database
    worker: Sessions
    meddled: list[str] = field(default_factory=list[str])
    """What a test changed by itself, past the audit."""
    heard: list[tuple[Reactions, Sequence[Record]]] = field(default_factory=list[tuple[Reactions, Sequence[Record]]])

    async def get(self, path: str, who: str, *, at: datetime = SIMULATED_AT, **query: Any) -> httpx.Response:
        """Read as the bearer of a token; query parameters without a value are left out."""
        asked = {name: value for name, value in query.items() if value is not None}
        return await self.client.get(path, params=asked, headers=_headers(who, at))

    async def send(
        self,
        method: str,
        path: str,
        who: str,
        body: Any = None,
        *,
        at: datetime = SIMULATED_AT,
        key: str | None = None,
        version: int | None = None,
    ) -> httpx.Response:
        """Write as the bearer of a token, with a fresh idempotency key unless one is given."""
        headers = _headers(who, at) | {"Idempotency-Key": key or uuid4().hex}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return await self.client.request(method, path, json=body, headers=headers)

    async def post(self, path: str, who: str, body: Any = None, **more: Any) -> httpx.Response:
        return await self.send("POST", path, who, body, **more)

    async def put(self, path: str, who: str, body: Any = None, **more: Any) -> httpx.Response:
        return await self.send("PUT", path, who, body, **more)

    async def hear(self, reactions: Reactions, records: Sequence[Record]) -> None:
        """Apply records as this service's worker does with what it fetched from their announcer."""
        self.heard.append((reactions, records))
        await self._hear(reactions, records)

    async def hear_all_again(self) -> None:
        """Apply all that was heard again, from the first event on, as if nothing of it ever had been."""
        for reactions, records in self.heard:
            await self._hear(reactions, records)

    async def _hear(self, reactions: Reactions, records: Sequence[Record]) -> None:
        await Hearer(self.app.state.service, self.worker, reactions).hear(records, fetched=True)

    async def announced(self, *types: str) -> list[dict[str, Any]]:
        """The bodies of the outbox in order, each with its `type` and `subject`; of these types, or all."""
        found = await self.rows(
            "select type, subject, body from outbox where topic not like 'public.%' order by position"
        )
        bodies = [json.loads(row["body"]) | {"type": row["type"], "subject": row["subject"]} for row in found]
        return [body for body in bodies if not types or body["type"] in types]

    async def meddle(self, statement: str, **values: Any) -> None:
        """Change rows as nobody of ours would, to see what becomes of it; the audit is not held against that."""
        self.meddled.append(statement)
        await self.rows(f"{statement} returning 1", **values)

    async def rows(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        """What a query finds, as the worker sees it."""
        async with self.worker.begin() as session:
            return rows(await session.execute(text(statement), values))


@asynccontextmanager
async def front_door(
    databases: Databases,
    service: str,
    create_app_for: Callable[[ServiceSettings], FastAPI],
    load: Callable[[FrontDoor], Awaitable[None]] | None = None,
    **settings: Any,
) -> AsyncGenerator[FrontDoor]:
    """Start a service's app over a database of its own; `settings` go beside the usual ones.

    What `load` asks of it is asked once in a run, and copied.
    """

    async def fill(database: Database) -> None:
        async with front_door_of(database, create_app_for, **settings) as door:
            assert load
            await load(door)

    template = await databases.filled(service, load.__name__, fill) if load else None
    with databases.clone(service, template) as database:
        async with front_door_of(database, create_app_for, **settings) as door:
            yield door
            if not door.meddled:
                await nothing_went_unaudited(database)
                if door.heard:
                    await nothing_is_gone(door)
                    await nothing_happens_twice(door)


@asynccontextmanager
async def front_door_of(
    database: Database, create_app_for: Callable[[ServiceSettings], FastAPI], **settings: Any
) -> AsyncGenerator[FrontDoor]:
    """Start a service's app over a database that is there."""
    usual: Mapping[str, Any] = {
        "environment": "test",
        "database_url": SecretStr(database.url("main")),
        "issuer_url": ISSUER,
        "jwks_url": JWKS_URL,
        "simulation": True,
        "webhook_networks": ("127.0.0.0/8", "::1/128"),
    }
    app = create_app_for(ServiceSettings(**usual | settings))
    engine = create_engine(database.url("worker"))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    async def told_beforehand(answer: httpx.Response) -> None:
        await answer.aread()
        every_problem_is_in_the_contract(app, answer)

    hooks = {"response": [told_beforehand]}
    usual_client = httpx.AsyncClient(transport=transport, base_url=ISSUER, event_hooks=hooks)
    async with app.router.lifespan_context(app), usual_client as client:
        trust(app)
        try:
            yield FrontDoor(app, client, database, create_sessions(engine))
        finally:
            await engine.dispose()


def every_problem_is_in_the_contract(app: FastAPI, answer: httpx.Response) -> None:
    """An operation answers only problems that the OpenAPI document names among its own."""
    if answer.headers.get("content-type") != MEDIA_TYPE:
        return
    method, path = answer.request.method, answer.request.url.path
    matching = [one for one in api_routes(app) if method in (one.methods or ()) and one.path_regex.match(path)]
    nearest = sorted(matching, key=lambda one: len(one.param_convertors))[:1]
    for route in (one for one in nearest if allowed_roles(one) is not None):
        kinds = {kind.uri(): kind.status for kind in failures_of(route)}
        problem = answer.json()
        assert kinds.get(problem["type"]) == answer.status_code, f"{method} {route.path}: {problem}"


async def nothing_went_unaudited(database: Database) -> None:
    """Hold every change of a participant's record against the audit, but read models, made of events (ADR 0016)."""
    admin = await connect(database.admin_dsn)
    try:
        found = {} if database.service == "reporting" else await unaudited(admin)
        assert found == {}
    finally:
        await admin.close()


async def nothing_is_gone(door: FrontDoor) -> None:
    """Look for what every event did: it stands, or a later one took it away, whatever was corrected or merged since."""
    async with door.worker.begin() as session:
        gone = [one for one in (await look(session, limit=100_000)).items if one.rows != [NEVER_THERE]]
        assert gone == []


async def nothing_happens_twice(door: FrontDoor) -> None:
    """Lose the whole inbox and hear all of it again: every table is as it was, whatever the reactions do."""
    admin = await connect(door.database.admin_dsn)
    try:
        before = await contents(admin)
        await admin.execute("delete from inbox")
        await door.hear_all_again()
        assert await contents(admin) == before
    finally:
        await admin.close()


def someone(*roles: str, **more: Any) -> str:
    """A token of someone at the prime, who may simulate; `organisation`, `kind` and the rest as in `token`."""
    return token(*roles, scopes="simulate", **more)


def records_of(events: Sequence[Event]) -> list[Record]:
    """Events as they arrive: each the next of its stream, counted from 1."""
    counted: Counter[tuple[str, str]] = Counter()
    records: list[Record] = []
    for event in events:
        counted[event.topic, event.subject] += 1
        place = counted[event.topic, event.subject]
        body, version = event.model_dump_json(), event.schema_version
        records.append(
            Record(event.topic, event.subject, place, event.event_id, event.type, version, body, {}, event.programme_id)
        )
    return records


def _headers(who: str, at: datetime) -> dict[str, str]:
    return {"Authorization": f"Bearer {who}", "Simulated-Now": at.isoformat()}
