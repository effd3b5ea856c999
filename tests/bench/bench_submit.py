"""Submit: an outcome with its evidence through the front door, beside PostgreSQL alone and two peers of the tutorials.

One request is one transaction that leaves eleven rows: outcome, revision, citation, audit, its place in the queue of
the seal, idempotency, the stream's place, two events, and both waiting for the relay. The floor writes them in one
statement; the peers are servers like ours, one process each, asked by the same clients. The same statement without the
two rows of the audit says what they cost.
"""

import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from case_management.events.heard import REACTIONS
from common.messaging.hearing import Hearer
from common.web.signin import token_for_person
from embedded import issuer as development_issuer
from tests.bench.ground import Ground, Place, place
from tests.bench.measuring import Comparison, take_turns
from tests.bench.serving import Door, load, pgbench, service_told, serving
from tests.case_management.api.world import STARTED_ON, a_part, an_allocation
from tests.parts.api import records_of
from tests.parts.postgres import Database

CASES, REQUESTS = 64, 640
BODY = {"outcome": "ACC_ENTRY"}
FIRST_ACHIEVED_ON = date(2019, 10, 1)
EMPTY = """
truncate outcome, outcome_revision, citation, audit, audit_unsealed, idempotency, stream, outbox, pending cascade
"""
TARGETS = """
create table target as
select row_number() over () as n, support_case.id, participant_id, note.id as item_id, noted_on
from support_case join note on note.case_id = support_case.id
"""
KEEP_BODY = """
create table said as select distinct on (type) type, body from outbox where type like 'Outcome%' order by type, position
"""
AUDITS = """, audits as (
    insert into audit (programme_id, actor, organisation, action, subjects, business_at)
    select 'kbop', 'bench', 'horton', 'record_outcome',
           array['case/' || id, 'participant/' || participant_id, 'outcome/' || outcome_id], now() from target
    returning position
), unsealed as (
    insert into audit_unsealed (position) select position from audits
)"""
FLOOR = f"""
\\set n random(1, {CASES})
with target as (
    select target.*, uuidv7() as outcome_id from target join support_case using (id) where n = :n
), outcomes as (
    insert into outcome (id, programme_id, case_id, outcome, slot, state, revision, recorded_by)
    select outcome_id, 'kbop', id, 'ACC_ENTRY', 'only', 'evidenced', 1, 'bench' from target
), revisions as (
    insert into outcome_revision (outcome_id, revision, programme_id, case_id, achieved_on, quantity, facts,
                                  contributors, recorded_by, recorded_at)
    select outcome_id, 1, 'kbop', id, '2019-10-01', 1, '{{"tenancy_started_on": {{"date": "2019-10-01"}}}}', '{{}}',
           'bench', now() from target
), citations as (
    insert into citation (outcome_id, revision, item_id, programme_id, case_id, kind, dated_on)
    select outcome_id, 1, item_id, 'kbop', id, 'case-note', noted_on from target
){AUDITS}, keys as (
    insert into idempotency (programme_id, client, route, key, request_hash, status, answer)
    select 'kbop', 'horton/bench', 'POST /v1/cases/{{case_id}}/outcomes', uuidv7()::text, repeat('0', 64), 201,
           jsonb_build_object('id', outcome_id, 'revision', 1, 'state', 'evidenced') from target
), heads as (
    insert into stream (topic, subject, programme_id, last_sequence)
    select 'cases', 'participant/' || participant_id, 'kbop', 2 from target
    on conflict (topic, subject) do update set last_sequence = stream.last_sequence + 2
    returning topic, subject, last_sequence
), events as (
    insert into outbox (event_id, topic, subject, sequence, type, schema_version, programme_id, provider_id, headers,
                        body, occurred_at, hash)
    select uuidv7(), topic, subject, last_sequence - (type = 'OutcomeRecorded')::int, type, 1, 'kbop', 'horton', '{{}}',
           body, now(), sha256(convert_to(body, 'UTF8')) from heads cross join said
    returning position
)
insert into pending (position) select position from events;
"""  # noqa: S608 - every word of it stands in this file
UNAUDITED = FLOOR.replace(AUDITS, "")
LEFT = """
select (select count(*) from outcome) = {n} and (select count(*) from outcome_revision) = {n}
   and (select count(*) from citation join outcome_revision using (outcome_id, revision)) = {n}
   and (select count(*) from audit where array_length(subjects, 1) = 3) = {audited}
   and (select count(*) from audit_unsealed join audit using (position)) = {audited}
   and (select count(distinct key) from idempotency where status = 201) = {n}
   and (select count(*) from outbox) = 2 * {n} and (select sum(last_sequence) from stream) = 2 * {n}
   and (select count(*) from pending join outbox using (position)) = 2 * {n}
   and (select bool_and(last = events) from (select max(sequence) as last, count(*) as events
                                             from outbox group by topic, subject) as streams)
"""


async def measure(ground: Ground) -> list[Comparison]:
    with (
        ground.databases.clone("case-management") as database,
        tempfile.TemporaryDirectory() as folder,
        development_issuer.running(Path(folder)) as issuer,
    ):
        async with place(database) as here, AsyncExitStack() as stack:
            token = await token_for_person(issuer, "caseworker.horton")
            told = service_told(database, issuer) | {"DATA_DIR": folder}
            ours = await stack.enter_async_context(serving(["case_management.main"], told, token, "/health/ready"))
            paths = await _prepared(here, ours, issuer)
            peers = {
                name: await stack.enter_async_context(serving(command, _peer_told(database, issuer), token, "/ready"))
                for name, command in PEERS.items()
            }
            await load(ours, _requests(ours, paths[:2]), 201)
            await here.bare.execute(KEEP_BODY)
            laps = {
                "ours": partial(_asked, here, ours, paths),
                "floor": partial(_written, here, database, FLOOR, REQUESTS),
                "unaudited": partial(_written, here, database, UNAUDITED, 0),
            }
            laps |= {name: partial(_asked, here, door, paths) for name, door in peers.items()}
            taken = await take_turns(laps)
    names = {"floor": "the same rows in one statement, pgbench"} | dict(zip(PEERS, PEER_NAMES, strict=True))
    found = [
        Comparison("submit an outcome, HTTP", said, REQUESTS, "requests", taken["ours"], taken[name])
        for name, said in names.items()
    ]
    audited, without = "the rows of a submit, pgbench", "without the two of the audit"
    return [*found, Comparison(audited, without, REQUESTS, "writes", taken["floor"], taken["unaudited"])]


PEERS = {
    "fastapi": ["uvicorn", "tests.bench.peers.fastapi_orm:app", "--port", "{port}", "--log-level", "warning"],
    "django": [
        *("gunicorn", "tests.bench.peers.django_rest:application", "--bind", "127.0.0.1:{port}"),
        *("--worker-class", "gthread", "--threads", "16", "--keep-alive", "60", "--log-level", "error"),
    ],
}
PEER_NAMES = ("peer: FastAPI, ORM, as its tutorial", "peer: Django REST framework")


def _peer_told(database: Database, issuer: str) -> dict[str, str]:
    """A peer has one role that may do everything: tutorials know no other."""
    return {
        "DATABASE_URL": f"postgresql+psycopg://postgres@/{database.name}?host={database.sockets}",
        "DATABASE_NAME": database.name,
        "DATABASE_USER": "postgres",
        "DATABASE_HOST": database.sockets,
        "ISSUER_URL": issuer,
        "JWKS_URL": f"{issuer}/jwks.json",
    }


async def _prepared(here: Place, door: Door, issuer: str) -> list[tuple[str, dict[str, Any]]]:
    """Started cases, each with a note, as paths to post to with what to post."""
    operator = {"Authorization": f"Bearer {await token_for_person(issuer, 'operator')}"}
    async with httpx.AsyncClient(base_url=door.url, headers={"Authorization": f"Bearer {door.token}"}) as client:
        key = {"Idempotency-Key": "bench-programme"}
        (await client.put("/v1/programmes/kbop", json=a_part(), headers=operator | key)).raise_for_status()
        events = [an_allocation() for _ in range(CASES)]
        await Hearer("case_management", here.sessions, REACTIONS).hear(records_of(events), fetched=True)
        found: list[tuple[str, dict[str, Any]]] = []
        for row in await here.bare.fetch("select id from support_case"):
            case = f"/v1/cases/{row['id']}"
            key = {"Idempotency-Key": f"start-{row['id']}"}
            started = await client.post(f"{case}/start", json={"started_on": STARTED_ON.isoformat()}, headers=key)
            started.raise_for_status()
            key = {"Idempotency-Key": f"note-{row['id']}"}
            note = await client.post(f"{case}/notes", json={"text": "We looked at three flats."}, headers=key)
            found.append((f"{case}/outcomes", BODY | {"evidence": [note.raise_for_status().json()["id"]]}))
    await here.bare.execute(TARGETS)
    return found


def _requests(door: Door, paths: Sequence[tuple[str, dict[str, Any]]], count: int = 2) -> list[str]:
    """In turns to each case, each time of another day: the same is not recorded twice."""
    requests: list[str] = []
    for number in range(count):
        path, body = paths[number % len(paths)]
        day = (FIRST_ACHIEVED_ON + timedelta(days=number // len(paths))).isoformat()
        dated = {"achieved_on": day, "facts": {"tenancy_started_on": day}}
        requests.append(door.request("POST", path, body | dated))
    return requests


async def _asked(here: Place, door: Door, paths: Sequence[tuple[str, dict[str, Any]]]) -> float:
    requests = _requests(door, paths, REQUESTS)
    await _forget(here)
    seconds = await load(door, requests, 201)
    assert await here.bare.fetchval(LEFT.format(n=REQUESTS, audited=REQUESTS))
    return seconds


async def _written(here: Place, database: Database, script: str, audited: int) -> float:
    await _forget(here)
    seconds = await pgbench(database, script, REQUESTS)
    assert await here.bare.fetchval(LEFT.format(n=REQUESTS, audited=audited))
    return seconds


async def _forget(here: Place) -> None:
    await here.bare.execute(EMPTY)
