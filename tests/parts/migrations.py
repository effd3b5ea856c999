"""Whether a service's migrations and its mapped tables say the same, and whether every table is guarded by row."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from tests.parts.postgres import Databases

UNGUARDED = """
select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
and not (relrowsecurity and relforcerowsecurity) and relname <> 'alembic_version'
"""


async def differences(databases: Databases, service: str, metadata: MetaData) -> list[Any]:
    """What autogenerate would still change in the tables a service maps."""

    def ours(_: Any, name: str | None, kind: str, __: bool, ___: Any) -> bool:
        return kind != "table" or name in metadata.tables

    def compare(connection: Any) -> list[Any]:
        options = {"compare_type": True, "compare_server_default": True, "include_object": ours}
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)

    with databases.clone(service) as database:
        engine = create_async_engine(database.url("owner"), poolclass=NullPool)
        async with engine.connect() as connection:
            return await connection.run_sync(compare)


async def unguarded_tables(databases: Databases, service: str) -> list[str]:
    """Tables without forced row-level security."""
    with databases.clone(service) as database:
        engine = create_async_engine(database.url("owner"), poolclass=NullPool)
        async with engine.connect() as connection:
            return list((await connection.exec_driver_sql(UNGUARDED)).scalars())
