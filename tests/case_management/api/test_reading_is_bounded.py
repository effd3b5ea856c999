"""Documents are read in a process of its own: whatever they do to it, the answer is a plain no; others are served."""

import asyncio
import io
import os
import subprocess
import sys
from collections.abc import AsyncGenerator
from signal import SIGKILL

import psutil
import pytest

from case_management.domain.evidence import PDF as PDF_TYPE
from case_management.operations.documents.read_document import Reader
from tests.case_management.api.world import World, refusals_in
from tests.parts.eventually import eventually
from tests.parts.papers import ODS, PDF, an_open_document

pytestmark = pytest.mark.row("S-74")

BOMB = an_open_document(ODS, "<office:spreadsheet>" + "<a/>" * 15_000_000 + "</office:spreadsheet>")
"""Sixty kilobytes that want gigabytes."""


@pytest.fixture
async def world(world: World) -> AsyncGenerator[World]:
    """With a reader of its own."""
    reader = world.door.app.state.reader = Reader()
    yield world
    reader.close()


def reader_of(world: World) -> psutil.Process:
    [process] = [one for one in psutil.Process().children() if one.pid == world.door.app.state.reader.process_id]
    return process


async def test_what_wants_more_memory_than_there_is_for_it_is_refused_and_the_next_is_taken(world: World) -> None:
    case_id = await world.a_started_case()

    bomb = await world.upload(case_id, BOMB, "pay.ods", ODS)

    assert (bomb.status_code, refusals_in(bomb)) == (422, ["document_not_readable"])
    assert (await world.upload(case_id)).status_code == 201


async def test_a_document_whose_reading_dies_is_refused(world: World) -> None:
    case_id = await world.a_started_case()
    await world.upload(case_id)
    upload = asyncio.create_task(world.upload(case_id, BOMB, "pay.ods", ODS))

    async def is_read() -> bool:
        return bool(reader_of(world).children())

    await eventually(is_read, within=10)
    for child in reader_of(world).children():
        child.kill()

    answer = await upload
    assert (answer.status_code, refusals_in(answer)) == (422, ["document_not_readable"])


async def test_a_reader_that_died_is_started_again(world: World) -> None:
    case_id = await world.a_started_case()
    await world.upload(case_id)
    process = reader_of(world)
    os.kill(process.pid, SIGKILL)
    process.wait(10)

    assert (await world.upload(case_id)).status_code == 201


async def test_a_reader_that_does_not_start_is_no_fault_of_the_document(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = await world.a_started_case()
    monkeypatch.setattr(sys, "executable", "/bin/false")

    answer = await world.upload(case_id)

    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/document-unread")


async def test_the_reader_knows_no_secret(world: World) -> None:
    await world.upload(await world.a_started_case())

    assert set(reader_of(world).environ()) == {"PATH", "LC_ALL"}


@pytest.mark.parametrize(
    "does",
    ["open('/etc/hosts')", "__import__('socket').socket()", "__import__('os').pipe()", "bytearray(2 << 30)"],
    ids=["file", "connection", "pipe", "memory"],
)
def test_whoever_reads_a_document_can_do_nothing_else(does: str) -> None:
    program = f"from case_management.reader.__main__ import bound, prepare; prepare(); bound(); {does}"

    ended = subprocess.run([sys.executable, "-c", program], stderr=subprocess.DEVNULL, check=False)

    assert ended.returncode == 1


async def test_the_many_documents_of_one_provider_do_not_make_anothers_wait(world: World) -> None:
    reader: Reader = world.door.app.state.reader
    many, others = (
        [asyncio.create_task(reader.read(whose, PDF_TYPE, io.BytesIO(PDF), len(PDF), "Copy.")) for _ in range(count)]
        for whose, count in (("kbop/horton", 30), ("kbop/connect", 1))
    )

    await others[0]

    assert sum(one.done() for one in many) < len(many) / 2
    assert {(await one).found for one in (*many, *others)} == {frozenset()}
