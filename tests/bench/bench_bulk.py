"""Rows of a file, sent and carried out by the worker, beside the same requests one by one over HTTP.

Both leave the same rows: the note, its audit with its place in the queue of the seal, and its key. The file is sent
over HTTP like the requests, and the stopwatch stops when its last row is carried out.

`python -m tests.bench.bench_bulk 20000` carries one file of so many rows to its end, and says how fast it went.
"""

import asyncio
import json
import resource
import sys
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from case_management.events.heard import REACTIONS
from case_management.routes.bulk import KINDS
from common.bulk.carrying import carry_group
from common.messaging.hearing import Hearer
from common.web.signin import token_for_person
from embedded import issuer as development_issuer
from tests.bench.ground import Ground, Place, ground, place
from tests.bench.measuring import Comparison, Stopwatch, take_turns
from tests.bench.serving import Door, load, service_told, serving
from tests.case_management.api.world import STARTED_ON, a_part, an_allocation
from tests.parts.api import records_of
from tests.parts.bulk import carry_out

CASES, ROWS = 64, 640
TEXT = "We looked at three flats."
EMPTY = "truncate note, audit, audit_unsealed, idempotency, bulk_job, bulk_row cascade"
LEFT = """
select (select count(*) from note) = {n} and (select count(distinct key) from idempotency where status = 201) >= {n}
   and (select count(*) from audit where action = 'write_note' and array_length(subjects, 1) >= 3) = {n}
"""


async def measure(ground: Ground) -> list[Comparison]:
    async with _cases_open(ground) as (here, door, cases):
        taken = await take_turns(
            {
                "ours": partial(_as_a_file, here, door, cases),
                "many at once": partial(_one_by_one, here, door, cases),
                "one after another": partial(_one_after_another, here, door, cases),
            }
        )
    floors = {"many at once": "one by one over HTTP, 16 connections", "one after another": "one by one, one connection"}
    return [
        Comparison("rows of notes in a file", said, ROWS, "rows", taken["ours"], taken[name])
        for name, said in floors.items()
    ]


@asynccontextmanager
async def _cases_open(ground: Ground) -> AsyncGenerator[tuple[Place, Door, list[str]]]:
    """A front door with cases to write notes in."""
    with (
        ground.databases.clone("case-management") as database,
        tempfile.TemporaryDirectory() as folder,
        development_issuer.running(Path(folder)) as issuer,
    ):
        token = await token_for_person(issuer, "caseworker.horton")
        told = service_told(database, issuer) | {"DATA_DIR": folder}
        async with place(database) as here, serving(["case_management.main"], told, token, "/health/ready") as door:
            yield here, door, await _prepared(here, door, issuer)


async def _prepared(here: Place, door: Door, issuer: str) -> list[str]:
    operator = {"Authorization": f"Bearer {await token_for_person(issuer, 'operator')}"}
    async with _client(door) as client:
        key = {"Idempotency-Key": "bench-programme"}
        (await client.put("/v1/programmes/kbop", json=a_part(), headers=operator | key)).raise_for_status()
        events = [an_allocation() for _ in range(CASES)]
        await Hearer("case_management", here.sessions, REACTIONS).hear(records_of(events), fetched=True)
        cases = [str(row["id"]) for row in await here.bare.fetch("select id from support_case")]
        for case_id in cases:
            body, key = {"started_on": STARTED_ON.isoformat()}, {"Idempotency-Key": f"start-{case_id}"}
            (await client.post(f"/v1/cases/{case_id}/start", json=body, headers=key)).raise_for_status()
    return cases


async def _as_a_file(here: Place, door: Door, cases: Sequence[str]) -> float:
    await here.bare.execute(EMPTY)
    content = _file(_spread(cases))
    async with _client(door) as client:
        with Stopwatch() as watch:
            await _send(client, content)
            await carry_out(here.sessions, "case_management", KINDS)
    return await _checked(here, watch)


def _file(cases: Sequence[str]) -> bytes:
    lines = (json.dumps({"key": uuid4().hex, "case_id": case_id, "text": TEXT}) for case_id in cases)
    return "".join(f"{line}\n" for line in lines).encode()


async def _send(client: httpx.AsyncClient, content: bytes) -> str:
    sent = await client.post(
        "/v1/bulk-jobs",
        data={"of": "notes"},
        files={"file": ("notes.jsonl", content)},
        headers={"Idempotency-Key": uuid4().hex},
    )
    return sent.raise_for_status().json()["id"]


async def _one_by_one(here: Place, door: Door, cases: Sequence[str]) -> float:
    requests = [door.request("POST", f"/v1/cases/{case_id}/notes", {"text": TEXT}) for case_id in _spread(cases)]
    await here.bare.execute(EMPTY)
    seconds = await load(door, requests, 201)
    assert await here.bare.fetchval(LEFT.format(n=ROWS))
    return seconds


async def _one_after_another(here: Place, door: Door, cases: Sequence[str]) -> float:
    await here.bare.execute(EMPTY)
    async with _client(door) as client:
        with Stopwatch() as watch:
            for case_id in _spread(cases):
                path, key = f"/v1/cases/{case_id}/notes", {"Idempotency-Key": uuid4().hex}
                (await client.post(path, json={"text": TEXT}, headers=key)).raise_for_status()
    return await _checked(here, watch)


async def _checked(here: Place, watch: Stopwatch) -> float:
    assert await here.bare.fetchval(LEFT.format(n=ROWS))
    return watch.seconds


def _spread(cases: Sequence[str], count: int = ROWS) -> list[str]:
    return [cases[number % len(cases)] for number in range(count)]


def _client(door: Door) -> httpx.AsyncClient:
    more: dict[str, Any] = {"headers": {"Authorization": f"Bearer {door.token}"}, "timeout": 60}
    return httpx.AsyncClient(base_url=door.url, **more)


async def carry_one_large_file(ground: Ground, count: int) -> list[str]:
    """What is to be said of a file of so many rows: how long it took to arrive, and the pace of each tenth of it."""
    async with _cases_open(ground) as (here, door, cases), _client(door) as client:
        with Stopwatch() as arrival:
            job_id = await _send(client, _file(_spread(cases, count)))
        lines = [f"{count:,} rows arrived in {arrival.seconds:.1f} s"]
        with Stopwatch() as watch:
            for tenth in range(10):
                with Stopwatch() as part:
                    while await _done(here, job_id) < count * (tenth + 1) // 10:
                        await carry_group("case_management", KINDS, here.sessions)
                lines.append(f"tenth {tenth + 1}: {count / 10 / part.seconds:,.0f} rows a second")
            await carry_out(here.sessions, "case_management", KINDS)
        job = (await client.get(f"/v1/bulk-jobs/{job_id}")).raise_for_status().json()
        assert (job["state"], job["accepted"]) == ("done", count)
        assert await here.bare.fetchval(LEFT.format(n=count))
        kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        lines.append(f"carried to its end in {watch.seconds:.0f} s: {count / watch.seconds:,.0f} rows a second")
        return [*lines, f"memory at its peak, with the measuring itself: {kib / 1024:.0f} MiB"]


async def _done(here: Place, job_id: str) -> int:
    return await here.bare.fetchval("select accepted + refused + duplicate from bulk_job where id = $1::uuid", job_id)


if __name__ == "__main__":
    with ground() as measured_on:
        told = asyncio.run(carry_one_large_file(measured_on, int(sys.argv[1])))
    sys.stdout.write("\n".join(told) + "\n")
