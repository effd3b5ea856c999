"""The embedded PostgreSQL keeps its data through everything that ends a process."""

import subprocess
import sys
from pathlib import Path
from signal import SIGKILL
from textwrap import dedent

import psutil
import pytest

from embedded import postgres
from embedded.bound import Account, is_root, start, unprivileged
from tests.parts.postgres import connect

HOLDER = """
    import sys
    from pathlib import Path
    from embedded import postgres
    with postgres.running(Path(sys.argv[1])) as server:
        print(server.process.pid, flush=True)
        sys.stdin.read()
"""


async def answer(server: postgres.Postgres, *statements: str) -> object:
    connection = await connect(server.dsn())
    try:
        return [await connection.fetchval(statement) for statement in statements][-1]
    finally:
        await connection.close()


async def test_it_is_version_18_durable_and_heard_on_a_socket_only(tmp_path: Path) -> None:
    with postgres.running(tmp_path / "postgres") as server:
        settings = [
            await answer(server, f"show {name}")
            for name in ("server_version", "fsync", "listen_addresses", "max_connections", "timezone")
        ]

        assert settings == ["18.4", "on", "", "100", "UTC"]
        assert server.sockets.stat().st_mode & 0o077 == 0


async def test_what_it_stored_is_there_after_a_stop_and_after_a_kill(tmp_path: Path) -> None:
    with postgres.running(tmp_path / "postgres") as server:
        await answer(server, "create table kept (how text)", "insert into kept values ('stopped')")
    with postgres.running(tmp_path / "postgres") as server:
        await answer(server, "insert into kept values ('killed')")
        server.process.send_signal(SIGKILL)
        server.process.wait()
    with postgres.running(tmp_path / "postgres") as server:
        kept = await answer(server, "select string_agg(how, ' ') from kept")

        assert kept == "stopped killed"


async def test_children_that_have_not_noticed_the_servers_death_do_not_keep_it_from_starting(tmp_path: Path) -> None:
    with postgres.running(tmp_path / "postgres") as server:
        asleep = psutil.Process(server.process.pid).children()
        for child in asleep:
            child.suspend()
        server.process.send_signal(SIGKILL)
        server.process.wait()
    with postgres.running(tmp_path / "postgres") as server:
        assert await answer(server, "select 1") == 1
    assert not any(child.is_running() for child in asleep)


async def test_a_pid_file_that_names_another_process_does_not_keep_it_from_starting(tmp_path: Path) -> None:
    pid_file = tmp_path / "postgres" / "postmaster.pid"
    with postgres.running(tmp_path / "postgres") as server:
        stale = pid_file.read_text()
        number = str(server.process.pid)

    with start(["sleep", "60"], account=Account(unprivileged()) if is_root() else None) as another:
        pid_file.write_text(stale.replace(number, str(another.pid)))
        with postgres.running(tmp_path / "postgres") as server:
            assert await answer(server, "select 1") == 1
        assert another.poll() is None
        another.kill()


def test_a_folder_has_one_owner(tmp_path: Path) -> None:
    with (
        postgres.running(tmp_path / "postgres"),
        pytest.raises(postgres.PostgresFailed, match="in use"),
        postgres.running(tmp_path / "postgres"),
    ):
        pass


def test_a_folder_with_a_long_name_still_has_a_short_socket(tmp_path: Path) -> None:
    with postgres.running(tmp_path / ("long" * 20) / "postgres") as server:
        assert len(str(server.sockets)) < 80
        sockets = server.sockets
    assert not sockets.exists()


def test_a_half_made_cluster_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("18\n")

    with postgres.running(tmp_path / "postgres") as server:
        assert server.process.poll() is None


def test_a_server_that_cannot_start_says_why_and_where_the_rest_is(tmp_path: Path) -> None:
    log = tmp_path / "reasons.log"

    with (
        pytest.raises(postgres.PostgresFailed, match=r"(?s)reasons\.log.*no_such_setting"),
        postgres.running(tmp_path / "postgres", {"no_such_setting": "1"}, log),
    ):
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_it_ends_with_an_owner_that_was_killed_and_starts_again(tmp_path: Path) -> None:
    command = [sys.executable, "-c", dedent(HOLDER), str(tmp_path / "postgres")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        server = psutil.Process(int(owner.stdout.readline()))
        owner.kill()
    _, left = psutil.wait_procs([server], timeout=30)

    assert left == []
    with postgres.running(tmp_path / "postgres") as again:
        assert again.process.poll() is None
