"""What is measured on: a PostgreSQL of the bench's own that keeps its promises on disk, and Apache Kafka."""

import os
import platform
import re
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import TextClause
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from common.database import Sessions, create_engine, create_sessions
from embedded import postgres
from tests.parts.kafka import POM, kafka_in, why_no_kafka
from tests.parts.postgres import Database, Databases, connect, outside_the_loop

PROMISES = ("server_version", "fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True, slots=True)
class Ground:
    """The servers of one run."""

    databases: Databases
    kafka: str | None
    """The broker's address, or none where this machine cannot run it."""
    told: dict[str, str]
    """What a figure is worth nothing without."""


@dataclass(frozen=True, slots=True)
class Place:
    """A service's database: as its worker uses it, and bare, as the driver alone does (a superuser, so no policies)."""

    sessions: Sessions
    bare: Any


@contextmanager
def ground() -> Generator[Ground]:
    """Start both servers in a folder that is gone afterwards.

    Raises:
        AssertionError: PostgreSQL would not survive a power cut, so that nothing measured would be true.
    """
    lacking = why_no_kafka()
    with tempfile.TemporaryDirectory(prefix="bench-") as name, postgres.running(Path(name) / "postgres") as server:
        databases = Databases(str(server.sockets), Path(name))
        promises = outside_the_loop(_promises(databases.admin_dsn))
        assert {promises[setting] for setting in PROMISES[1:]} == {"on"}
        told = {
            "PostgreSQL": f"{promises['server_version']}, fsync on, Unix socket",
            "Kafka": lacking or f"Apache Kafka {_kafka_version()}, acks=all, idempotent, one broker, 4 partitions",
            "Python": f"{platform.python_version()}, {os.cpu_count()} cores",
        }
        if lacking:
            yield Ground(databases, None, told)
        else:
            with kafka_in(Path(name) / "kafka") as broker:
                yield Ground(databases, broker.bootstrap, told)


@asynccontextmanager
async def place(database: Database, clients: int = 4) -> AsyncGenerator[Place]:
    engine = create_engine(database.url("worker"), pool_size=clients)
    bare = await connect(database.admin_dsn)
    try:
        yield Place(create_sessions(engine), bare)
    finally:
        await bare.close()
        await engine.dispose()


def positional(statement: TextClause, **values: Any) -> tuple[Any, ...]:
    """A statement of ours as the bare driver takes it: `await connection.fetch(*positional(NEXT, most=500, …))`."""
    compiled = statement.compile(dialect=dialect())  # pyright: ignore[reportUnknownMemberType] - untyped
    return (str(compiled), *(values[name] for name in compiled.positiontup or ()))


async def _promises(dsn: str) -> dict[str, str]:
    connection = await connect(dsn)
    try:
        return {setting: await connection.fetchval(f"show {setting}") for setting in PROMISES}
    finally:
        await connection.close()


def _kafka_version() -> str:
    found = re.search(r"<artifactId>kafka_[^<]*</artifactId>\s*<version>([^<]*)<", POM.read_text())
    return found[1] if found else "of unknown version"
