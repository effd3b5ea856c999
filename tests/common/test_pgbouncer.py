"""PgBouncer before a service's database: which mode is borne, and by which settings (docs/scale.md)."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from claims.main import create_app_for
from common.database import create_engine, create_sessions
from common.worker import KEEPALIVES
from tests.claims.parts import FOREIGN_MANAGER, MANAGER, PRIME, VERIFIER, claims_door, evidenced, raised, step
from tests.parts.api import FrontDoor, front_door_of
from tests.parts.pgbouncer import IGNORED, KNOWS_STATEMENTS, PoolMode, pooled, version, why_no_pgbouncer
from tests.parts.postgres import Databases, connect
from tests.parts.shared import ROOT

PAGE = (ROOT / "docs" / "scale.md").read_text()


@pytest.fixture(autouse=True)
def _with_pgbouncer() -> None:
    if reason := why_no_pgbouncer():
        pytest.skip(reason)


@asynccontextmanager
async def claims_behind(databases: Databases, mode: PoolMode, servers: int) -> AsyncGenerator[tuple[FrontDoor, str]]:
    """The door of claims at its database, and the address at which another reaches the same through a pool."""
    async with claims_door(databases) as door:
        with TemporaryDirectory() as folder, pooled(door.database, Path(folder), mode, servers) as url:
            yield door, url


async def test_in_session_mode_a_claim_goes_its_whole_way_and_each_sees_its_own(databases: Databases) -> None:
    async with claims_behind(databases, "session", servers=8) as (door, url):
        own, foreign = await raised(door, evidenced(), evidenced(provider_id="horton"))
        async with front_door_of(door.database, create_app_for, database_url=SecretStr(url)) as pooled_door:
            for claim in (own, foreign):
                await step(pooled_door, claim, "approval", PRIME, {})
            await asyncio.gather(*(step(pooled_door, claim, "verification", VERIFIER) for claim in (own, foreign)))
            asked = [(MANAGER, own), (MANAGER, foreign), (FOREIGN_MANAGER, foreign), (FOREIGN_MANAGER, own)] * 10
            answers = await asyncio.gather(*(pooled_door.get(f"/v1/claims/{claim}", who) for who, claim in asked))

    assert [answer.status_code for answer in answers] == [200, 404, 200, 404] * 10


async def test_what_is_said_of_a_session_on_connecting_is_said_of_the_role_instead(databases: Databases) -> None:
    """PgBouncer does not pass it on; without the page's statements there is no end to a statement."""
    bounds = "select current_setting('statement_timeout'), current_setting('idle_in_transaction_session_timeout')"
    async with claims_behind(databases, "session", servers=2) as (door, url):
        told_directly = await values_at(door.database.url("main"), bounds)
        told_nothing = await values_at(url, bounds)
    async with claims_behind(databases, "session", servers=2) as (door, url):
        admin = await connect(door.database.admin_dsn)
        for statement in re.findall(r"^ *(alter role claims_main set .+;)$", PAGE, re.M):
            await admin.execute(statement.replace(" set ", f" in database {door.database.name} set "))
        await admin.close()
        told_of_the_role = await values_at(url, bounds)

    assert (told_directly, told_nothing, told_of_the_role) == (("30s", "1min"), ("0", "0"), ("30s", "1min"))
    assert f"ignore_startup_parameters = {','.join(IGNORED)}\n" in PAGE


async def values_at(url: str, query: str) -> tuple[str, ...]:
    engine = create_engine(url, pool_size=2, **KEEPALIVES)
    try:
        async with create_sessions(engine).begin() as session:
            return tuple((await session.execute(text(query))).one())
    finally:
        await engine.dispose()


async def test_transaction_mode_is_borne_where_pgbouncer_knows_prepared_statements_and_nowhere_else(
    databases: Databases,
) -> None:
    """A statement that was prepared on one connection is asked for again on another, where transactions overlap."""
    async with claims_behind(databases, "transaction", servers=2) as (_, url):
        engine = create_engine(url)
        query, fails = text("select 1"), False
        try:
            async with engine.connect() as first, engine.connect() as second:
                await first.execute(query)  # prepared where the first transaction was
                await first.commit()
                await second.execute(text("select 2"))  # open there now
                await first.execute(query)
        except DBAPIError as error:
            fails = "prepared statement" in str(error.orig)
        finally:
            await engine.dispose()

    assert fails is (version() < KNOWS_STATEMENTS)
    assert f"{KNOWS_STATEMENTS[0]}.{KNOWS_STATEMENTS[1]}" in PAGE
