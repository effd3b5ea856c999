"""A worker that is told to end ends, whatever fails on the way."""

import asyncio
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from common.bulk.carrying import CARRIED
from common.settings import WorkerSettings
from common.worker import end_when, work
from tests.parts.eventually import eventually
from tests.parts.ports import free_port
from tests.parts.postgres import Databases
from tests.parts.tokens import ISSUER, JWKS_URL


async def loses_its_cancellation(times: int) -> None:
    """As a connection does that fails just as it is closed."""
    while True:
        try:
            try:
                await asyncio.sleep(3600)
            finally:
                times -= 1
                if times >= 0:
                    raise OSError
        except OSError:
            continue


async def fails() -> None:
    raise RuntimeError


async def until_told(cancellations_lost: int) -> None:
    told = asyncio.Event()

    async def work() -> None:
        async with asyncio.TaskGroup() as parts:
            parts.create_task(loses_its_cancellation(cancellations_lost))
            parts.create_task(asyncio.sleep(3600))

    asyncio.get_running_loop().call_later(0.01, told.set)
    async with asyncio.timeout(10):
        await end_when(told, asyncio.create_task(work()), patience=0.01)


@pytest.mark.parametrize("cancellations_lost", [0, 1, 3])
def test_it_ends_though_a_failing_connection_takes_the_place_of_its_cancellation(cancellations_lost: int) -> None:
    asyncio.run(until_told(cancellations_lost))


def test_a_part_that_fails_ends_the_work_with_its_failure() -> None:
    async def work() -> None:
        await end_when(asyncio.Event(), asyncio.create_task(fails()))

    with pytest.raises(RuntimeError):
        asyncio.run(work())


async def test_a_worker_tells_its_own_metrics_while_it_works_and_no_longer(
    databases: Databases, tmp_path: Path
) -> None:
    port = free_port()
    with databases.clone("case_management") as database:
        settings = WorkerSettings(
            environment="test",
            database_url=SecretStr(database.url("worker")),
            issuer_url=ISSUER,
            jwks_url=JWKS_URL,
            data_dir=tmp_path,
            metrics_port=port,
        )
        working = asyncio.create_task(work("case_management", settings, (), tells=None))
        async with httpx.AsyncClient() as client:
            told = await eventually(lambda: metrics_at(client, port))
            working.cancel()
            await asyncio.wait({working})
            silent = await metrics_at(client, port)

    assert [kind.name in told for kind in CARRIED.describe()] == [True]
    assert "process_open_fds" in told
    assert silent == ""


async def metrics_at(client: httpx.AsyncClient, port: int) -> str:
    """What is told there; nothing where nobody listens."""
    try:
        return (await client.get(f"http://127.0.0.1:{port}/metrics")).text
    except httpx.ConnectError:
        return ""
