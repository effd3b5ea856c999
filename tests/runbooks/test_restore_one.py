"""One service's database is dropped: it is recovered from the server's log, and nobody contradicts anybody."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path
from uuid import UUID

import pytest

from common.ids import new_id
from embedded import postgres
from embedded.bound import is_root, unprivileged
from tests.console.api.towns import Town, edge_row
from tests.parts.contents import contents
from tests.parts.postgres import FAST, Databases, connect, outside_the_loop
from tests.parts.runbooks import Walk, blocks


@pytest.fixture(scope="module")
def place() -> Generator[Path]:
    """A folder of the server's user, who is not root."""
    folder = Path(tempfile.mkdtemp(prefix="restored-", dir="/tmp"))
    give(folder)
    yield folder
    for left in folder.glob("aside-*/postmaster.pid"):
        subprocess.run(["kill", "-INT", left.read_text().split()[0]], check=False)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def databases(place: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[Databases]:
    """A server of this page's own, which hands out its log as the page says."""
    [told] = [block.text for block in blocks("restore-one") if "archive_mode = on" in block.text]
    lines = [line.partition(" = ") for line in told.replace("/archive", str(place / "archive")).splitlines()]
    settings = FAST | {name: value.strip("'") for name, _, value in lines}
    with postgres.running(place / "server", settings) as server:
        archive = place / "archive"
        archive.mkdir()
        give(archive)
        yield Databases(str(server.sockets), tmp_path_factory.mktemp("migrated"))


@pytest.mark.parametrize("lost", ["referral-hub", "case-management"])
def test_what_one_service_lost_is_whole_again_and_nobody_contradicts_it(
    town: Town, walk: Walk, databases: Databases, place: Path, lost: str
) -> None:
    database = town.databases[lost]
    walk.folder, walk.user = place, unprivileged() if is_root() else None
    backup, aside = place / f"backup-{lost}", place / f"aside-{lost}"
    for folder in (backup, aside):
        folder.mkdir()
        give(folder)
    here = {"PGUSER": "postgres", "SERVER": databases.sockets, "DATABASE": database.name}
    here |= {"BACKUP": str(backup), "ASIDE": str(aside), "ARCHIVE": str(place / "archive")}
    people = [new_id() for _ in range(3)]
    heard(town, *people)
    walk.run("pg_basebackup", **here)
    heard(town, *people, new_id())
    before = outside_the_loop(rows_of(database.admin_dsn))
    until = outside_the_loop(moment(databases.admin_dsn))
    outside_the_loop(execute(databases.admin_dsn, "select pg_current_xact_id()"))  # others go on in the meantime

    outside_the_loop(execute(databases.admin_dsn, f"drop database {database.name} with (force)"))
    assert town.outcomes("reconcile").exit_code != 0
    walk.run("pg_switch_wal", **here)
    walk.run("recovery.signal", UNTIL=until, **here)
    walk.run("pg_dump", **here)
    after = outside_the_loop(rows_of(database.admin_dsn))
    heard(town, *people)

    assert {name: rows for name, rows in after.items() if name != "relay"} == {
        name: rows for name, rows in before.items() if name != "relay"
    }
    assert edge_row(walk.run("outcomes reconcile")) == ["4", "30", "30", "0", "0", "0", "0", "0", "0"]


def give(folder: Path) -> None:
    """Make it the server's user's, who is not root."""
    if is_root():
        os.chown(folder, unprivileged(), -1)


def heard(town: Town, *people: UUID) -> None:
    """The hub announces three facts about each, and whoever hears it has heard them."""
    town.announce(*people)
    town.relay_without_kafka()
    town.all_sweep()


async def rows_of(dsn: str) -> dict[str, object]:
    """Every row of every table."""
    connection = await connect(dsn)
    try:
        return dict(await contents(connection))
    finally:
        await connection.close()


async def moment(dsn: str) -> str:
    connection = await connect(dsn)
    try:
        return str(await connection.fetchval("select clock_timestamp()"))
    finally:
        await connection.close()


async def execute(dsn: str, statement: str) -> None:
    connection = await connect(dsn)
    await connection.execute(statement)
    await connection.close()
