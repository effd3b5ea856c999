"""Events as CloudEvents' own SDK reads them, from the feed's batch and from Kafka, and the schema that each names."""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from common.contracts.claims import ClaimVerified
from common.database import create_engine, create_sessions
from common.ids import new_id
from common.messaging.kafka import record_in
from common.messaging.relay import NumberedRecord, relay_once
from common.streams.cloud_events import BATCH
from common.streams.outbox import announce
from common.web.app import create_app
from tests.house.towns import settings
from tests.parts.documents import LOCKED, run, why_no_readers
from tests.parts.postgres import Database, Databases, connect
from tests.parts.tokens import token, trust
from tests.reporting.story import an

HERE = "https://claims.example"
AT = datetime(2019, 9, 2, 9, tzinfo=timezone(timedelta(hours=1)))


@dataclass(slots=True)
class Announcer:
    """Claims with two claims that were verified, and one that was emptied since."""

    client: httpx.AsyncClient
    database: Database
    published: list[NumberedRecord]

    async def batch(self, role: str = "council-system", **asked: Any) -> httpx.Response:
        who = token(role, organisation="horton" if role == "provider-system" else "kirklees")
        headers = {"Accept": f"application/json;q=0.5, {BATCH}", "Authorization": f"Bearer {who}"}
        return await self.client.get("/v1/events", params=asked, headers=headers)


@pytest.fixture
async def claims(databases: Databases) -> AsyncGenerator[Announcer]:
    with databases.clone("claims") as database:
        app = create_app("claims", "claims", settings(database_url=database.url("main"), public_url=f"{HERE}/"), [])
        async with app.router.lifespan_context(app):
            trust(app)
            engine = create_engine(database.url("worker"))
            sessions = create_sessions(engine)
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
                here = Announcer(client, database, [])
                async with sessions.begin() as session:
                    person = new_id()
                    verified = [an(ClaimVerified, person, occurred_at=AT), an(ClaimVerified, person)]
                    await announce(session, [*verified, an(ClaimVerified, new_id())])
                await relay_once(sessions, _Kept(here.published))
                yield here
            await engine.dispose()


@dataclass(slots=True)
class _Kept:
    """What a relay would publish."""

    kept: list[NumberedRecord]

    async def publish(self, batch: Any) -> None:
        self.kept += batch


def as_sent(item: NumberedRecord) -> dict[str, Any]:
    headers = {name: value.decode() for name, value in item.record.kafka_headers("claims", item.occurred_at, HERE)}
    return {"headers": headers, "key": item.record.subject, "value": item.record.body}


async def test_the_sdk_of_cloudevents_reads_the_batch_and_what_kafka_carries(claims: Announcer, tmp_path: Path) -> None:
    if reason := why_no_readers():
        pytest.skip(reason)
    answer = await claims.batch()
    messages = [as_sent(item) for item in claims.published if item.record.topic == "public.claims"]
    (told := tmp_path / "told.json").write_text(json.dumps({"batch": answer.json(), "messages": messages}))

    read = run(LOCKED / "read-cloud-events.mjs", str(told))

    assert read.returncode == 0, read.stderr
    events = json.loads(read.stdout)
    in_batch, in_kafka = events[:3], events[3:]
    assert [one["id"] for one in in_batch] == [one["id"] for one in in_kafka]
    assert {one["type"] for one in in_batch} == {"org.social-outcomes.claims.ClaimVerified.v1"}
    assert {one["type"] for one in in_batch} == {one["qualifiedtype"] for one in in_kafka}
    assert {one["type"] for one in in_kafka} == {"ClaimVerified"} == {one["eventname"] for one in in_batch}
    same = ("source", "subject", "sequence", "programmeid", "dataschema", "time", "hash")
    assert [[one[name] for name in same] for one in in_batch] == [[one[name] for name in same] for one in in_kafka]
    assert answer.headers["content-type"] == BATCH


async def test_the_schema_an_event_names_opens_and_fits_it(claims: Announcer) -> None:
    [event, *_] = (await claims.batch()).json()
    opened = await claims.client.get(event["dataschema"].removeprefix(HERE))
    absent = [(await claims.client.get(f"/schemas/{name}.json")).status_code for name in ("Nothing.v1", "..%2Fevent")]

    assert opened.headers["content-type"] == "application/schema+json"
    jsonschema.validate(event["data"], opened.json())
    assert absent == [404, 404]


async def test_what_is_emptied_or_told_without_amounts_names_no_schema(claims: Announcer) -> None:
    connection = await connect(claims.database.admin_dsn)
    await connection.execute("update outbox set body = '{}', redacted_at = now() where sequence = 2")
    await connection.close()
    [whole, emptied, _] = (await claims.batch()).json()
    [without, *_] = (await claims.batch("provider-system")).json()

    assert "dataschema" in whole
    assert (emptied["redacted"], "data" in emptied, "dataschema" in emptied) == (True, False, False)
    assert (without["withoutamounts"], "dataschema" in without, "hash" in without) == (True, False, False)
    assert not [name for name in without["data"] if "pence" in name]


async def test_link_leads_on_with_the_same_filters_to_the_end(claims: Announcer) -> None:
    first = await claims.batch(topic="public.claims", type="ClaimVerified", limit=2)
    second = await claims.client.get(first.links["next"]["url"], headers=first.request.headers)
    third = await claims.client.get(second.links["next"]["url"], headers=first.request.headers)

    assert [len(answer.json()) for answer in (first, second, third)] == [2, 1, 0]
    assert "Accept" in first.headers["vary"].split(", ")


async def test_whoever_takes_no_batch_gets_the_page(claims: Announcer) -> None:
    who = {"Authorization": f"Bearer {token('council-system')}"}
    for accepts in ("*/*", f"application/json, {BATCH};q=0", "application/cloudevents+json"):
        answer = await claims.client.get("/v1/events", headers=who | {"Accept": accepts})
        assert (answer.headers["content-type"], len(answer.json()["items"])) == ("application/json", 3), accepts


async def test_events_tell_utc_whatever_offset_a_time_was_said_with(claims: Announcer) -> None:
    [event, *_] = (await claims.batch()).json()

    assert datetime.fromisoformat(event["time"]) == AT
    assert (event["time"][-1], event["recordedtime"][-1], event["data"]["occurred_at"][-1]) == ("Z", "Z", "Z")
    assert an(ClaimVerified, new_id(), occurred_at=AT).occurred_at.tzinfo is UTC


async def test_a_message_of_the_version_before_is_read_as_ever(claims: Announcer) -> None:
    [item, *_] = claims.published
    sent = item.record.kafka_headers("claims", item.occurred_at, HERE)
    released = {"ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time", "ce_subject", "ce_sequence"} | {
        "schema_version",
        "programme_id",
        "hash",
        "content-type",
    }
    before = [(name, value) for name, value in sent if name in released]

    assert {name for name, _ in before} == released
    body = item.record.body.encode()
    assert record_in(item.record.topic, before, body) == record_in(item.record.topic, sent, body)
