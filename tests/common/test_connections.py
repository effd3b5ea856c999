"""The pool: connections are kept and not asked about each time, and still nobody gets one that was cut off."""

from collections.abc import AsyncGenerator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from common import database
from common.database import create_engine
from tests.parts.postgres import Databases, connect

SERVED_BY = text("select pg_backend_pid()")


@pytest.fixture
async def engine(databases: Databases) -> AsyncGenerator[AsyncEngine]:
    with databases.clone("claims") as own:
        made = create_engine(own.url("worker"), pool_size=2)
        yield made
        await made.dispose()


async def served_by(engine: AsyncEngine) -> int:
    async with engine.begin() as connection:
        return (await connection.execute(SERVED_BY)).scalar_one()


async def test_a_connection_is_used_again(engine: AsyncEngine):
    assert await served_by(engine) == await served_by(engine)


async def test_connections_the_server_closed_cost_nobody_a_request(engine: AsyncEngine, databases: Databases):
    async with engine.begin() as one, engine.begin() as other:
        before = {(await each.execute(SERVED_BY)).scalar_one() for each in (one, other)}
    admin = await connect(databases.admin_dsn)
    try:
        for pid in before:
            await admin.fetchval("select pg_terminate_backend($1, 5000)", pid)
    finally:
        await admin.close()
    async with engine.begin() as one, engine.begin() as other:
        after = {(await each.execute(SERVED_BY)).scalar_one() for each in (one, other)}
    assert len(after) == 2
    assert before.isdisjoint(after)


async def test_a_connection_long_idle_is_replaced(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch):
    before = await served_by(engine)
    monkeypatch.setattr(database, "TRUSTED_SECONDS", 0)
    assert await served_by(engine) != before
