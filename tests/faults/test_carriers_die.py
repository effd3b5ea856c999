"""kill -9 while rows of a file are carried out: each row is there once, and its answer with it."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from case_management.main import create_app_for
from tests.case_management.api.world import HORTON, World
from tests.faults.often import often
from tests.parts.api import front_door, someone
from tests.parts.bulk import send_file, stands
from tests.parts.eventually import eventually
from tests.parts.postgres import Databases

SYSTEM = someone("provider-system", **HORTON)
ROWS = 300


@pytest.fixture
async def world(databases: Databases, tmp_path: Path) -> AsyncGenerator[World]:
    async with front_door(databases, "case_management", create_app_for, data_dir=tmp_path) as opened:
        ready = World(opened, tmp_path / "documents")
        await ready.load_programme()
        yield ready


def a_carrier(world: World) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "tests.faults.carrier", world.door.database.url("worker")])


async def carried(world: World, job_id: UUID) -> int:
    [row] = await world.door.rows("select accepted from bulk_job where id = :id", id=job_id)
    return row["accepted"]


async def test_carriers_die_and_each_row_is_carried_out_once(world: World) -> None:
    kills = often(2, 20)
    case_id = await world.a_started_case()
    notes = [{"key": uuid4().hex, "case_id": str(case_id), "text": f"Visit {each}."} for each in range(ROWS)]
    sent = await send_file(world.door, SYSTEM, "notes", "".join(f"{json.dumps(note)}\n" for note in notes))
    job_id = UUID(sent.json()["id"])
    carriers = [a_carrier(world), a_carrier(world)]
    try:
        for kill in range(kills):

            async def it_went_on(beyond: int = await carried(world, job_id)) -> bool:
                return await carried(world, job_id) > beyond

            await eventually(it_went_on)
            dying = carriers[kill % 2]
            os.kill(dying.pid, 9)
            dying.wait()
            carriers[kill % 2] = a_carrier(world)

        async def it_is_done() -> bool:
            return (await stands(world.door, SYSTEM, str(job_id)))[0]["state"] == "done"

        await eventually(it_is_done, 60)
    finally:
        for one in carriers:
            one.kill()
            one.wait()

    written = await world.door.rows("select id, words from note where case_id = :id", id=case_id)
    answers = await world.door.rows("select answer, said from bulk_row where job_id = :id", id=job_id)
    assert sorted(row["words"] for row in written) == sorted(note["text"] for note in notes)
    assert {json.loads(row["answer"])["id"] for row in answers} == {str(row["id"]) for row in written}
    assert {row["said"] for row in answers} == {None}
