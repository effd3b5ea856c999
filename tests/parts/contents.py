"""What all of a database's tables hold, so that before and after can be compared."""

from typing import Any

TABLES = """
select relname from pg_class
where relkind = 'r' and relnamespace = 'public'::regnamespace and relname not in ('inbox', 'alembic_version')
order by relname
"""
"""Where each stream stands is told by `inbox`, and is what the others are held against."""
ROWS = "select (to_jsonb(kept) - 'changed_in')::text from \"{table}\" as kept order by 1"
"""In which transaction a row was last written is not what it says."""


async def contents(admin: Any) -> dict[str, list[str]]:
    """The rows of each table as text, in an order of their own."""
    return {
        table: [row[0] for row in await admin.fetch(ROWS.format(table=table))] for [table] in await admin.fetch(TABLES)
    }
