"""One database a service, three kinds of role, and a floor under every query.

`<service>_owner` migrates. `<service>_worker` hears and relays. `<service>_main` answers requests, and by itself may
only keep the record (outbox, audit, idempotency): for anything else a transaction takes a viewpoint, a role whose
row-level policies show one programme and, of it, what the asker's organisation may see. So does the worker for what
was asked in a file of rows. Nobody has BYPASSRLS.
"""

import time
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from itertools import groupby
from typing import Any, Protocol

import asyncpg
from sqlalchemy import URL, Connection, MetaData, TableClause, event, make_url, text
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, object_mapper
from sqlalchemy.sql import visitors

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

PROGRAMME = "(select nullif(current_setting('app.programme', true), ''))"
ORGANISATION = "(select nullif(current_setting('app.organisation', true), ''))"
"""After a local setting ends its value is '', not null; both must show nothing."""

TRUSTED_SECONDS = 30
"""A connection that was idle for longer may have been cut off on its way, and is not used again."""

Sessions = async_sessionmaker[AsyncSession]


class Migrating(Protocol):
    """What a migration writes with: `alembic.op`."""

    def execute(self, sqltext: str, /) -> None:
        """Run one statement of SQL."""
        ...

    def get_context(self) -> Any:
        """Alembic's own context: whether SQL is run or only written down."""
        ...

    def get_bind(self) -> Connection:
        """What it is run on."""
        ...


class Viewpoint(StrEnum):
    """From where a request looks at the rows: each is a database role with policies of its own."""

    PARTNERSHIP = "partnership"
    """Hub, prime, council, auditor and operator: the whole programme; routes narrow it."""
    PROVIDER = "provider"
    """One provider: its own participants and, while joint, those it shares."""
    AGENCY = "agency"
    """One referring agency: its own referrals."""
    INSTALLATION = "installation"
    """The services themselves: what was announced and heard in every programme, to carry it on, and nothing else."""


def base_for_service() -> type[DeclarativeBase]:
    """A declarative base of its own for a service, with one naming convention for constraints."""

    class Base(DeclarativeBase):
        metadata = MetaData(naming_convention=NAMING)

    return Base


def address(url: str) -> URL:
    """A database's address, read.

    Raises:
        ValueError: it is none; nothing of it is said, for SQLAlchemy would quote half of a password that has a `/`.
    """
    try:
        database_url = make_url(url)
    except (ValueError, SQLAlchemyError):
        database_url = None
    if database_url is None or database_url.get_backend_name() != "postgresql":
        raise ValueError("It must be a database's address: postgresql+asyncpg://role:password@host/database")
    return database_url


def create_engine(url: str, *, pool_size: int = 8, **settings: str) -> AsyncEngine:
    """An engine of at most `pool_size` connections with explicit timeouts; `settings` are PostgreSQL's of a session.

    Connections are kept once opened, for opening one costs more than most requests. Parameters never enter a message
    of failure: they may be names, and messages are logged.
    """
    server_settings = {"timezone": "UTC", "statement_timeout": "30s", "idle_in_transaction_session_timeout": "60s"}
    engine = create_async_engine(
        address(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={"server_settings": server_settings | settings, "timeout": 10},
    )
    event.listen(engine.sync_engine, "checkin", _put_back)
    event.listen(engine.sync_engine, "checkout", _trusted)
    return engine


def _put_back(_: Any, record: Any) -> None:
    record.info["idle_since"] = time.monotonic()


def _trusted(connection: Any, record: Any, _: Any) -> None:
    """Replace a connection that is known to be closed, or was idle so long that it may be; asking costs every request.

    Raises:
        DisconnectionError: to the pool, which opens another.
    """
    idle = time.monotonic() - record.info.get("idle_since", float("inf"))
    if connection.driver_connection.is_closed() or idle > TRUSTED_SECONDS:
        raise DisconnectionError


def create_sessions(engine: AsyncEngine) -> Sessions:
    """Sessions whose rows stay readable after the commit, since the answer is made of them."""
    return async_sessionmaker(engine, sync_session_class=WaitingSession, expire_on_commit=False, autoflush=False)


class WaitingSession(Session):
    """What was added and changed waits until the end (`transaction.save`), but where a query reads or locks its table.

    SQLAlchemy's own autoflush would write it before any query at all. SQL that is only text is not looked into.
    """


def _write_what_is_read(state: ORMExecuteState) -> None:
    session = state.session
    waiting = {row.__table__.name for row in (*session.new, *session.dirty) if session.is_modified(row)}
    if waiting and not waiting.isdisjoint(_tables_of(state.statement)):
        session.flush()


def _tables_of(statement: Any) -> Iterable[str]:
    return (part.name for part in visitors.iterate(statement) if isinstance(part, TableClause))


event.listen(WaitingSession, "do_orm_execute", _write_what_is_read)


async def provision(admin_dsn: str, service: str, passwords: Mapping[str, str] | None = None) -> None:
    """Create a service's database and roles where they are missing; safe to repeat.

    `admin_dsn` is a libpq or asyncpg URL of a superuser. `passwords` maps role names to passwords; without it the
    server's own authentication (a Unix socket) decides.
    """
    name = service.replace("-", "_")
    connect: Any = asyncpg.connect  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - untyped
    admin = address(admin_dsn).set(drivername="postgresql")
    connection = await connect(admin.render_as_string(hide_password=False))
    try:
        roles: set[str] = {row["rolname"] for row in await connection.fetch("select rolname from pg_roles")}
        for kind in ("owner", "main", "worker", *Viewpoint):
            role, login = f"{name}_{kind}", kind in ("owner", "main", "worker")
            if role not in roles:
                await connection.execute(f"create role {role} noinherit {'login' if login else 'nologin'}")
            if login and passwords and role in passwords:
                secret = await connection.fetchval("select quote_literal($1::text)", passwords[role])
                await connection.execute(f"alter role {role} password {secret}")
        for viewpoint in Viewpoint:
            await connection.execute(f"grant {name}_{viewpoint} to {name}_main, {name}_worker")
        if not await connection.fetchval("select 1 from pg_database where datname = $1", name):
            await connection.execute(f"create database {name} owner {name}_owner")
            await connection.execute(f"revoke all on database {name} from public")
        await connection.execute(f"grant connect on database {name} to {name}_main, {name}_worker")
    finally:
        await connection.close()


def protect(
    op: Migrating,
    service: str,
    table: str,
    *,
    partnership: str = "true",
    provider: str | None = None,
    agency: str | None = None,
    append_only: bool = False,
) -> None:
    """Force row-level security on a table of business rows and grant it to the viewpoints that may use it.

    `partnership`, `provider` and `agency` are the SQL conditions under which those viewpoints see a row ({org} is the
    asker's organisation); without one the viewpoint has no grant at all. Nobody may delete.
    """
    verbs = "select, insert" if append_only else "select, insert, update"
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    conditions = {Viewpoint.PARTNERSHIP: partnership, Viewpoint.PROVIDER: provider, Viewpoint.AGENCY: agency}
    for viewpoint, condition in conditions.items():
        if condition is None:
            continue
        rule = f"programme_id = {PROGRAMME} and {condition.format(org=ORGANISATION)}"
        op.execute(f"create policy {viewpoint} on {table} to {service}_{viewpoint} using ({rule}) with check ({rule})")
        op.execute(f"grant {verbs} on {table} to {service}_{viewpoint}")
    op.execute(f"create policy worker on {table} to {service}_worker using (true) with check (true)")
    op.execute(f"grant {verbs} on {table} to {service}_worker")


async def look_from(
    session: AsyncSession, service: str, viewpoint: Viewpoint | None, programme_id: str, organisation: str
) -> None:
    """Set programme, organisation and viewpoint for this transaction only; `None` goes back to keeping the record."""
    role = f"{service}_{viewpoint}" if viewpoint else "none"
    await session.execute(
        text(
            "select set_config('app.programme', :programme, true), set_config('app.organisation', :organisation, true),"
            " set_config('role', :role, true)"
        ),
        {"programme": programme_id, "organisation": organisation, "role": role},
    )


async def glance(sessions: Sessions, query: str, *values: Any) -> Any:
    """The one value that a query answers, asked of the driver alone: what looks often may find nothing at little cost.

    Raises:
        ConnectionError: the database is away, or does not answer so now.
    """
    engine: AsyncEngine = sessions.kw["bind"]
    async with engine.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        try:
            return await driver.fetchval(query, *values)
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise ConnectionError(f"The database did not answer a glance: {type(error).__name__}") from error


def added(session: AsyncSession) -> list[object]:
    """What was added to a session and is not written yet, taken off it."""
    added_rows = list(session.new)
    for row in added_rows:
        session.expunge(row)
    return added_rows


async def write_by_table(session: AsyncSession, added_rows: Iterable[object]) -> None:
    """Write what was added: a statement a table, and first those that others refer to."""
    for _, of_table in groupby(sorted(added_rows, key=_place), _place):
        session.add_all(of_table)
        await session.flush()


def _place(row: object) -> int:
    table: Any = object_mapper(row).local_table
    return _places(table.metadata)[table.name]


@cache
def _places(metadata: MetaData) -> Mapping[str, int]:
    return {table.name: place for place, table in enumerate(metadata.sorted_tables)}


def rows(result: Any) -> list[dict[str, Any]]:
    """The rows of a result as plain dictionaries."""
    return [dict(row) for row in result.mappings()]
