"""The tables are what the mapped classes say."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from referral_hub.storage.tables.base import Base
from tests.parts.postgres import Databases


def differences(connection: Connection) -> list[Any]:
    ours = set(Base.metadata.tables)

    def is_ours(_: Any, name: str | None, kind: str, *__: Any) -> bool:
        return kind != "table" or name in ours

    context = MigrationContext.configure(connection, opts={"include_object": is_ours, "compare_type": True})
    found = compare_metadata(context, Base.metadata)
    return [one for one in found if one[0] != "remove_fk"]


async def test_migrations_make_exactly_the_mapped_tables(databases: Databases) -> None:
    with databases.clone("referral-hub") as database:
        engine = create_async_engine(database.url("owner"), poolclass=NullPool)
        async with engine.connect() as connection:
            found = await connection.run_sync(differences)
        await engine.dispose()

    assert found == []


async def test_no_business_table_is_without_forced_row_level_security(databases: Databases) -> None:
    with databases.clone("referral-hub") as database:
        engine = create_async_engine(database.url("owner"), poolclass=NullPool)
        async with engine.connect() as connection:
            found = await connection.exec_driver_sql(
                "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
                " and not (relrowsecurity and relforcerowsecurity)"
            )
            names = {row.relname for row in found}
        await engine.dispose()

    assert names == {"alembic_version"}
