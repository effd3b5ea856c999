"""Real PostgreSQL for tests: one server a run, one migrated template a service, a clone in some milliseconds."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from filelock import FileLock

from common.database import provision
from common.migrate import upgrade
from common.record import BIND
from embedded import postgres
from tests.parts.memory import in_memory
from tests.parts.shared import run_folder, shared

FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_wal_size": "256MB"}
"""The data lives as long as the run; a killed process, unlike a power cut, loses nothing for it."""


@dataclass(frozen=True, slots=True)
class Database:
    """A database of one service and the URLs of its roles."""

    name: str
    service: str
    sockets: str

    def url(self, kind: str) -> str:
        """The SQLAlchemy URL of the role `main`, `worker` or `owner`."""
        return f"postgresql+asyncpg://{self.service}_{kind}@/{self.name}?host={self.sockets}"

    @property
    def admin_dsn(self) -> str:
        """A superuser's, for asyncpg."""
        return f"postgresql://postgres@/{self.name}?host={self.sockets}"


@dataclass(frozen=True, slots=True)
class Databases:
    """The run's server."""

    sockets: str
    folder: Path

    @property
    def admin_dsn(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.sockets}"

    def migrated(self, service: str) -> Database:
        """The service's template, provisioned and migrated once in a run; clone it, do not connect to it."""
        name = service.replace("-", "_")
        template = Database(name, name, self.sockets)
        done = self.folder / f"{name}.migrated"
        with FileLock(self.folder / f"{name}.lock"):
            if not done.exists():
                outside_the_loop(provision(self.admin_dsn, name))
                _in_a_thread(upgrade, name, template.url("owner"))
                done.touch()
        return template

    async def filled(self, service: str, what: str, fill: Callable[[Database], Awaitable[None]]) -> Database:
        """A template that was migrated and then filled, once in a run for each `what`."""
        migrated = self.migrated(service)
        template = Database(f"{migrated.name}_{what}", migrated.service, self.sockets)
        done = self.folder / f"{template.name}.filled"
        with FileLock(self.folder / f"{template.name}.lock"):
            if not done.exists():
                self._execute(f"drop database if exists {template.name}")
                self._copy(migrated, template)
                await fill(template)
                done.touch()
        return template

    @contextmanager
    def clone(self, service: str, template: Database | None = None) -> Generator[Database]:
        """A database of a test's own, as migrated or as a template has it; dropped on leaving, whoever is connected."""
        template = template or self.migrated(service)
        clone = Database(f"{template.name}_{uuid4().hex[:12]}", template.service, self.sockets)
        self._copy(template, clone)
        with self._dropped(clone) as database:
            yield database

    def _copy(self, template: Database, copy: Database) -> None:
        owner = f"{template.service}_owner"
        self._execute(f"create database {copy.name} template {template.name} owner {owner} strategy file_copy")

    @contextmanager
    def as_it_was(self, service: str, revision: str) -> Generator[Database]:
        """An empty database of a test's own, migrated no further than a revision; `migrate` does the rest."""
        template = self.migrated(service)
        name = f"{template.name}_{uuid4().hex[:12]}"
        self._execute(f"create database {name} template template0 owner {template.service}_owner strategy file_copy")
        with self._dropped(Database(name, template.service, self.sockets)) as database:
            migrate(database, revision)
            yield database

    @contextmanager
    def _dropped(self, database: Database) -> Generator[Database]:
        try:
            yield database
        finally:
            self._execute(f"drop database {database.name} with (force)")

    def _execute(self, statement: str) -> None:
        outside_the_loop(_execute(self.admin_dsn, statement))


@contextmanager
def kept_server(folder: Path) -> Generator[str]:
    with in_memory(folder) as place, postgres.running(place / "postgres", FAST) as server:
        yield str(server.sockets)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """The run's PostgreSQL: `with databases.clone("claims") as database: …`."""
    folder = run_folder(tmp_path_factory) / "postgres"
    return Databases(shared(kept_server, folder), folder)


def migrate(database: Database, revision: str = "head") -> None:
    """Bring a database further, as a running installation's is."""
    _in_a_thread(partial(upgrade, database.service, database.url("owner"), revision=revision))


def outside_the_loop(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine to its end in a loop of its own, from where a loop may or may not be running."""
    return _in_a_thread(asyncio.run, work)


def _in_a_thread(function: Any, *arguments: Any) -> Any:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(function, *arguments).result()


async def rebind(connection: Any) -> None:
    """Bind an outbox anew, as if what it holds now had been announced so."""
    await connection.execute(BIND.format(part="select * from outbox"))
    await connection.execute(
        "update stream set hash = outbox.hash from outbox where (outbox.topic, outbox.subject, outbox.sequence)"
        " = (stream.topic, stream.subject, stream.last_sequence)"
    )


async def connect(dsn: str) -> Any:
    """An asyncpg connection (its stubs leave everything unknown)."""
    return await asyncpg.connect(dsn)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


async def _execute(dsn: str, statement: str) -> None:
    connection = await connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
