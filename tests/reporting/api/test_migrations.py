from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

from reporting.storage.tables import Base
from tests.parts.postgres import Databases

OURS = set(Base.metadata.tables)


def ours(_: Any, name: str | None, kind: str, __: bool, ___: Any) -> bool:
    return kind != "table" or name in OURS


async def test_the_tables_are_as_migrated(databases: Databases) -> None:
    with databases.clone("reporting") as database:
        engine = create_async_engine(database.url("owner"))
        async with engine.connect() as connection:
            differences = await connection.run_sync(_differences)
        await engine.dispose()

    assert differences == []


def _differences(connection: Any) -> list[Any]:
    options = {"compare_type": True, "compare_server_default": True, "include_object": ours}
    found = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    return [difference for difference in found if "index" not in difference[0]]


async def test_every_table_is_guarded_by_row(databases: Databases) -> None:
    with databases.clone("reporting") as database:
        engine = create_async_engine(database.url("owner"))
        async with engine.connect() as connection:
            unguarded = await connection.exec_driver_sql(
                "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
                " and not (relrowsecurity and relforcerowsecurity) and relname <> 'alembic_version'"
            )
            names = list(unguarded.scalars())
        await engine.dispose()

    assert names == []
