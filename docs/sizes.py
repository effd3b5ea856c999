"""How large tables and topics grow: `python docs/sizes.py SMALL LARGE` writes `docs/sizes.md`.

Both are folders where `make demo DATA=… PARTICIPANTS=…` ended: the same programme, with few people and with more. What
the larger has more is divided by the claims it has more, so that what is there once, whoever comes, counts for nothing.
"""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import asyncpg

from common.river import WITH_DATABASE
from embedded import postgres

PAGE = Path(__file__).with_name("sizes.md")
CLAIMS = (10_000, 1_000_000, 10_000_000)
LEAST = 50
"""Bytes for each claim from which on a table has a line of its own."""
HEADERS = 600
"""Bytes that an event takes on a topic beside its body: headers, keys and the log's own."""
SIZES = """
select relname as table, pg_table_size(oid) as rows, pg_indexes_size(oid) as indexes
from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'alembic_version'
"""
EVENTS = "select count(*) as events, coalesce(sum(octet_length(body)), 0) as bytes from outbox"
KEYS = ("idempotency",)
"""Tables that keep nothing for longer than a month."""


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes of a table's rows, with what is kept beside them, and of its indexes."""

    rows: float
    indexes: float

    @property
    def whole(self) -> float:
        return self.rows + self.indexes


@dataclass(frozen=True, slots=True)
class FolderSizes:
    """What one folder holds."""

    claims: int
    tables: Mapping[tuple[str, str], Size]
    """By service and table."""
    events: int
    topics: int
    """Bytes of all that was ever put on topics."""

    def more_than(self, other: "FolderSizes") -> dict[tuple[str, str], Size]:
        """By how much each table is larger, for each claim there is more."""
        claims = self.claims - other.claims
        return {
            name: Size(
                (size.rows - other.tables[name].rows) / claims, (size.indexes - other.tables[name].indexes) / claims
            )
            for name, size in self.tables.items()
        }


async def sizes_of(server: postgres.Postgres) -> FolderSizes:
    """Every table of every service, vacuumed."""
    tables: dict[tuple[str, str], Size] = {}
    claims, events, topics = 0, 0, 0
    for service in WITH_DATABASE.values():
        connect: Any = asyncpg.connect  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - untyped
        connection = await connect(server.dsn(service.package))
        await connection.execute("vacuum")
        for row in await connection.fetch(SIZES):
            tables[service.name, row["table"]] = Size(row["rows"], row["indexes"])
        announced = await connection.fetchrow(EVENTS)
        events += announced["events"]
        topics += announced["bytes"] + HEADERS * announced["events"]
        if service.name == "claims":
            claims = await connection.fetchval("select count(*) from claim")
        await connection.close()
    return FolderSizes(claims, tables, events, topics)


def folder_sizes(data: Path) -> FolderSizes:
    with postgres.running(data / "postgres") as server:
        return asyncio.run(sizes_of(server))


def told(size: float) -> str:
    """A size as people say it, to two figures."""
    units = iter(("B", "kB", "MB", "GB", "TB"))
    unit = next(units)
    while size >= 999.5:
        size, unit = size / 1000, next(units)
    return f"{size:.1f} {unit}" if size < 9.95 and unit != "B" else f"{size:.0f} {unit}"


def line(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def table_of(service: str, grown: Mapping[tuple[str, str], Size]) -> list[str]:
    """One line for each table that grows, the largest first, and one for all of them but the keys."""
    sizes = {table: size for (name, table), size in grown.items() if name == service}
    lines = [
        line((f"`{table}`", f"{size.rows:,.0f}", f"{size.indexes:,.0f}", *_at_each(table, size)))
        for table, size in sorted(sizes.items(), key=lambda one: -one[1].whole) if size.whole >= LEAST
    ]  # fmt: skip
    staying = [size for table, size in sizes.items() if table not in KEYS]
    total = Size(sum(size.rows for size in staying), sum(size.indexes for size in staying))
    lines.append(line(("**all that stays**", f"{total.rows:,.0f}", f"{total.indexes:,.0f}", *_at_each("", total))))
    return lines


def _at_each(table: str, size: Size) -> list[str]:
    return ["30 days" if table in KEYS else told(size.whole * claims) for claims in CLAIMS]


def page(small: FolderSizes, large: FolderSizes) -> str:
    """The page, with what was measured in it."""
    grown = large.more_than(small)
    claims = large.claims - small.claims
    head = [line(("table", "rows", "indexes", *(f"{each:,} claims" for each in CLAIMS))), line(("---", *["---:"] * 5))]
    tables = [
        "\n".join((f"### {service}", "", *head, *table_of(service, grown), "")) for service in WITH_DATABASE
    ]  # fmt: skip
    stays = sum(size.whole for (_, table), size in grown.items() if table not in KEYS)
    events, topics = (large.events - small.events) / claims, (large.topics - small.topics) / claims
    written = PAGE.with_suffix(".template.md").read_text()
    return Template(written).substitute(
        claims=claims,
        tables="\n".join(tables).rstrip(),
        stays=told(stays),
        **{f"all_{each}": told(stays * each) for each in CLAIMS},
        outbox=told(sum(size.whole for (_, table), size in grown.items() if table == "outbox") * CLAIMS[-1]),
        audit=told(sum(size.whole for (_, table), size in grown.items() if table == "audit") * CLAIMS[-1]),
        events=f"{events:.0f}",
        topics=told(topics),
        week=told(topics * CLAIMS[-1] / 260),
    )


if __name__ == "__main__":
    PAGE.write_text(page(*(folder_sizes(Path(folder)) for folder in sys.argv[1:3])))
