from case_management.storage.tables import Base
from tests.parts.migrations import differences, unguarded_tables
from tests.parts.postgres import Databases


async def test_the_tables_are_as_migrated(databases: Databases) -> None:
    assert await differences(databases, "case_management", Base.metadata) == []


async def test_every_table_is_guarded_by_row(databases: Databases) -> None:
    assert await unguarded_tables(databases, "case_management") == []
