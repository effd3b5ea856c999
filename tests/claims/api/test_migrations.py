"""The tables as migrated are the tables as mapped."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from claims.storage.tables import Base
from common.database import create_engine
from tests.parts.postgres import Databases


def differences(connection: Connection) -> list[Any]:
    ours = frozenset(Base.metadata.tables)

    def concerns_us(_: Any, name: str | None, kind: str, *__: Any) -> bool:
        return kind != "table" or name in ours

    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": concerns_us})
    return compare_metadata(context, Base.metadata)


async def test_the_migrations_make_what_is_mapped(databases: Databases) -> None:
    with databases.clone("claims") as database:
        engine = create_engine(database.url("owner"))
        async with engine.connect() as connection:
            found = await connection.run_sync(differences)
        await engine.dispose()

    assert found == []


async def test_every_table_forces_row_level_security(databases: Databases) -> None:
    with databases.clone("claims") as database:
        engine = create_engine(database.url("owner"))
        async with engine.connect() as connection:
            found = await connection.exec_driver_sql(
                "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
                " and not (relrowsecurity and relforcerowsecurity) and relname <> 'alembic_version'"
            )
            open_tables = [row.relname for row in found]
        await engine.dispose()

    assert open_tables == []
