"""PostgreSQL starts for whoever types the command, wherever that is, and where it cannot it says what to do."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from textwrap import dedent

import pytest

from embedded import postgres, town
from embedded.bound import Account, bound, unprivileged
from tests.parts.shared import ROOT

STARTS = """
    import asyncio, sys
    from pathlib import Path
    import asyncpg
    from embedded import postgres

    async def ask(server):
        connection = await asyncpg.connect(server.dsn())
        print(await connection.fetchval("select 'it answers'"))
        await connection.close()

    for start in (1, 2):
        try:
            with postgres.running(Path(sys.argv[1])) as server:
                asyncio.run(ask(server))
        except postgres.PostgresFailed as why:
            sys.exit(str(why))
"""
A_CONTAINERS = "chown,dac_override,fowner,fsetid,kill,setgid,setuid,setpcap,net_bind_service,sys_chroot,setfcap"
NAMELESS = 54321
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has capabilities and namespaces of users")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be root, or another user")


@pytest.fixture
def closed() -> Generator[Path]:
    """A folder with a space in its name that nobody else may enter, with PostgreSQL in it, as in a clone's `.venv`."""
    with tempfile.TemporaryDirectory(prefix="closed to others ") as made:
        folder = Path(made)
        wheel = Path(postgres.binary("initdb")).parents[2]
        for part in (wheel.name, f"{wheel.name}.libs"):
            shutil.copytree(wheel.with_name(part), folder / part, ignore=shutil.ignore_patterns("pginstall"))
        yield folder


def given_to(folder: Path, user_id: int) -> None:
    for one in (folder, *folder.rglob("*")):
        os.chown(one, user_id, user_id, follow_symlinks=False)


def starts(closed: Path, *within: str, account: Account | None = None) -> "subprocess.CompletedProcess[str]":
    """PostgreSQL started twice below the folder, by a process with an empty environment."""
    command = [sys.executable, "-c", dedent(STARTS), str(closed / "data, kept" / "postgres")]
    return subprocess.run(
        [*within, *bound(command, account=account)] if account else [*within, *command],
        env={"PYTHONPATH": str(closed)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def within(tool: str, *options: str) -> list[str]:
    """A tool to run a command within, with our rights or fewer."""
    path = shutil.which(tool)
    if path is None:
        pytest.skip(f"{tool} is not on this machine")
    if subprocess.run([path, *options, "true"], capture_output=True, check=False).returncode:
        pytest.skip(f"{tool} {options[0]} is not allowed on this machine")
    return [path, *options]


def test_it_starts_for_whoever_runs_the_tests(closed: Path) -> None:
    outcome = starts(closed)

    assert outcome.stdout == "it answers\n" * 2, outcome.stderr


@as_root
def test_it_starts_for_a_plain_user(closed: Path) -> None:
    given_to(closed, unprivileged())

    outcome = starts(closed, account=Account(unprivileged()))

    assert outcome.stdout == "it answers\n" * 2, outcome.stderr


@as_root
def test_it_starts_for_a_user_without_a_name(closed: Path) -> None:
    within("unshare", "--user")
    given_to(closed, NAMELESS)

    outcome = starts(closed, account=Account(NAMELESS))

    assert outcome.stdout == "it answers\n" * 2, outcome.stderr


@as_root
def test_it_starts_for_a_containers_root_with_no_more_rights_than_docker_gives(closed: Path) -> None:
    few = [f"+{one}" for one in A_CONTAINERS.split(",")]

    outcome = starts(closed, *within("setpriv", f"--bounding-set=-all,{','.join(few)}", "--no-new-privs"))

    assert outcome.stdout == "it answers\n" * 2, outcome.stderr


def test_it_starts_for_a_root_who_can_be_nobody_else(closed: Path) -> None:
    outcome = starts(closed, *within("unshare", "--user", "--map-root-user"))

    assert outcome.stdout == "it answers\n" * 2, outcome.stderr


@as_root
def test_a_root_without_any_right_is_told_what_to_do(closed: Path) -> None:
    outcome = starts(closed, *within("setpriv", "--bounding-set=-all", "--no-new-privs"))

    assert outcome.returncode == 1
    assert "Start this as a plain user" in outcome.stderr
    assert "could not be started" in outcome.stderr, "and what the kernel answered"


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with (
        pytest.raises(town.TownFailed, match=r"file/data cannot be written .*choose a folder"),
        town.running(tmp_path / "file" / "data"),
    ):
        pass
