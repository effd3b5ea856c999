"""A large table is changed while everybody works: in parts that commit, under no lock that anybody waits for."""

import re
from collections.abc import AsyncGenerator, Callable
from typing import Any
from uuid import uuid4

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from asyncpg import UniqueViolationError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from common import migrating
from common.migrate import upgrade
from common.migrating import check_beside, fill_by_parts, index_beside, seen_by_owner
from common.record import hear_once, know_what_waits
from common.river import WITH_DATABASE
from tests.parts.postgres import Database, Databases, connect

TABLE = """
create table large (id bigint, said text, filled text, constraint pk_large primary key (id, said));
alter table large owner to claims_owner;
alter table large enable row level security;
alter table large force row level security;
insert into large select each, 'a' from generate_series(1, 7) as each union all select 3, 'b';
create table held (mode text);
grant insert on held to claims_owner
"""
FILLED = """
update large set filled = said where id between walked and reached;
insert into held select mode from pg_locks where pid = pg_backend_pid() and relation = 'large'::regclass
"""
STOP_AT = """
create function stop() returns trigger language plpgsql as $$
begin if new.id = 5 then raise exception 'stopped'; end if; return new; end $$;
create trigger stop before update on large for each row execute function stop()
"""
FIRST_FORM = """
alter table inbox add column waits boolean generated always as (heard_sequence > last_sequence) stored;
create index ix_inbox_waits on inbox (topic, tried_at nulls first, subject) where waits
"""
HARMLESS = {"AccessShareLock", "RowShareLock", "RowExclusiveLock"}
"""Nobody who reads or writes rows waits for these."""


@pytest.fixture
async def claims(databases: Databases) -> AsyncGenerator[tuple[Database, Any]]:
    with databases.clone("claims") as database:
        admin = await connect(database.admin_dsn)
        await admin.execute(TABLE)
        yield database, admin
        await admin.close()


async def migrated(database: Database, do: Callable[[Operations], None]) -> None:
    """As the owner does in a migration."""

    def run(connection: Connection) -> None:
        context = MigrationContext.configure(connection, opts={"transaction_per_migration": True})
        with context.begin_transaction(_per_migration=True):
            do(Operations(context))

    engine = create_async_engine(database.url("owner"), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(run)
            await connection.commit()
    finally:
        await engine.dispose()


async def test_a_table_is_filled_in_by_parts_that_stand_and_goes_on_where_it_was_stopped(
    claims: tuple[Database, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "MOST", 2)
    database, admin = claims

    def fill(op: Operations) -> None:
        fill_by_parts(op, "claims", "large", "id", FILLED)

    await admin.execute(STOP_AT)
    with pytest.raises(DBAPIError, match="stopped"):
        await migrated(database, fill)
    assert await admin.fetchval("select array_agg(id order by id, said) from large where filled = said") == [
        1,
        2,
        3,
        3,
        4,
    ]
    await admin.execute("drop trigger stop on large")
    await migrated(database, fill)

    assert await admin.fetchval("select count(*) from large where filled = said") == 8
    assert {row["mode"] for row in await admin.fetch("select distinct mode from held")} <= HARMLESS
    assert await admin.fetch("select polname from pg_policy where polrelid = 'large'::regclass") == []


async def test_the_owner_sees_rows_while_nobody_waits_and_not_afterwards(claims: tuple[Database, Any]) -> None:
    database, admin = claims

    def fill(op: Operations) -> None:
        with seen_by_owner(op, "claims", "large"):
            op.execute(FILLED.split(";")[0].replace("between walked and reached", "> 0"))
            op.execute(FILLED.split(";")[1].replace("'large'::regclass", "cast('large' as regclass)"))

    await migrated(database, fill)
    await migrated(database, lambda op: op.execute("update large set filled = 'nobody'"))

    assert await admin.fetchval("select count(*) from large where filled = said") == 8
    assert {row["mode"] for row in await admin.fetch("select distinct mode from held")} <= HARMLESS


async def test_an_index_that_was_left_half_made_is_made_anew(claims: tuple[Database, Any]) -> None:
    database, admin = claims
    await admin.execute("create index ix_large on large (filled)")
    await admin.execute("update pg_index set indisvalid = false where indexrelid = 'ix_large'::regclass")

    await migrated(database, lambda op: index_beside(op, "ix_large", "large (said)"))

    [made] = await admin.fetch("select indisvalid, pg_get_indexdef(indexrelid) as it from pg_index"
                               " where indexrelid = 'ix_large'::regclass")  # fmt: skip
    assert (made["indisvalid"], "(said)" in made["it"]) == (True, True)


async def test_a_constraint_holds_for_what_was_there_too(claims: tuple[Database, Any]) -> None:
    database, admin = claims
    with pytest.raises(DBAPIError, match="ck_large"):
        await migrated(database, lambda op: check_beside(op, "large", "ck_large", "check (said = 'a')"))
    await admin.execute("update large set said = 'a', id = 8 where said = 'b'")

    await migrated(database, lambda op: check_beside(op, "large", "ck_large", "check (said = 'a')"))

    assert await admin.fetchval("select convalidated from pg_constraint where conname = 'ck_large'")


@pytest.mark.parametrize("service", WITH_DATABASE)
def test_no_migration_shuts_a_table_to_fill_it_in(service: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Lifting forced row security keeps everybody out until the migration ends; done once while services stand still
    (0003), and of the few rows of `edge`."""
    upgrade(service, "postgresql+asyncpg://", as_sql=True)

    lifted = re.findall(r"alter table (\w+) no force row level security", capsys.readouterr().out)
    assert set(lifted) <= {"audit", "edge"}


async def test_what_was_heard_twice_before_stays_and_nothing_more_is_heard_twice(
    claims: tuple[Database, Any],
) -> None:
    database, admin = claims
    await admin.execute(
        "drop index uq_audit_cause; create index ix_audit_cause on audit (cause) where cause is not null"
    )
    heard = (
        "insert into audit (programme_id, actor, organisation, action, subjects, cause, business_at)"
        " select 'kbop', 'service:claims', '', 'heard', '{}', $1, now() from generate_series(1, $2)"
    )
    twice, once = str(uuid4()), str(uuid4())
    await admin.execute(heard, twice, 2)

    await migrated(database, hear_once)

    await admin.execute(heard, once, 1)
    with pytest.raises(UniqueViolationError):
        await admin.execute(heard, once, 1)
    assert await admin.fetchval("select count(*) from audit where cause = any($1)", [twice, once]) == 3
    assert await admin.fetchval("select to_regclass('ix_audit_cause')") is None


@pytest.mark.parametrize("before", ["select", FIRST_FORM, "alter table inbox add column waits boolean default false"])
async def test_what_waits_is_found_whoever_writes_it(claims: tuple[Database, Any], before: str) -> None:
    """The database was never there before, ran the first form of this, or was stopped half-way."""
    database, admin = claims
    await admin.execute("drop trigger waits on inbox; alter table inbox drop column waits")
    written = (
        "insert into inbox (topic, subject, programme_id, heard_sequence, last_sequence)"
        " values ('cases', $1, '', $2, $3)"
    )
    await admin.execute(written, "waited", 2, 1)
    await admin.execute(written, "whole", 1, 1)
    await admin.execute(before)

    await migrated(database, lambda op: know_what_waits(op, "claims"))

    await admin.execute(written, "begun", 1, 0)
    waiting = "select array_agg(subject order by subject) from inbox where waits"
    assert await admin.fetchval(waiting) == ["begun", "waited"]
    await admin.execute("update inbox set last_sequence = heard_sequence where subject in ('begun', 'waited')")
    await admin.execute("update inbox set heard_sequence = 5 where subject = 'whole'")
    assert await admin.fetchval(waiting) == ["whole"]
    assert await admin.fetchval("select to_regclass('ix_inbox_waits')") is not None
