"""PgBouncer, Debian's, before the run's PostgreSQL: `with pooled(database, folder, "session") as url: …`."""

import os
import re
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Literal

from common.worker import KEEPALIVES
from embedded.bound import Account, is_root, start, unprivileged
from tests.parts.postgres import Database
from tests.parts.started import until_it_answers

PoolMode = Literal["session", "transaction"]
PROGRAMS = f"{os.environ['PATH']}:/usr/sbin"
PORT = 6432
READY_WITHIN_SECONDS = 10
IGNORED = ("statement_timeout", "idle_in_transaction_session_timeout", *KEEPALIVES)
"""What our engines say of a session as they connect, and PgBouncer does not pass on: the role says it instead."""
KNOWS_STATEMENTS = (1, 21)
"""Since then it knows prepared statements in transaction mode (`max_prepared_statements`)."""


def why_no_pgbouncer() -> str | None:
    """What this machine lacks to run PgBouncer, in a sentence, or nothing."""
    return None if shutil.which("pgbouncer", path=PROGRAMS) else "PgBouncer is not on this machine: make test-tools"


@cache
def version() -> tuple[int, int]:
    command = [shutil.which("pgbouncer", path=PROGRAMS) or "pgbouncer", "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    major, minor = re.findall(r"\d+", said)[:2]
    return int(major), int(minor)


@contextmanager
def pooled(database: Database, folder: Path, mode: PoolMode, servers: int = 2) -> Generator[str]:
    """The URL of the database's `main` through a pool of so many connections; ended on leaving.

    Raises:
        RuntimeError: it did not start; the sentence shows its log.
    """
    account = Account(unprivileged()) if is_root() else None
    if account is not None:
        account.give(folder)
    role, log = f"{database.service}_main", folder / "pgbouncer.log"
    (folder / "users.txt").write_text(f'"{role}" ""\n')
    settings = {
        "unix_socket_dir": folder,
        "listen_addr": "",
        "listen_port": PORT,
        "auth_type": "trust",
        "auth_file": folder / "users.txt",
        "pool_mode": mode,
        "default_pool_size": servers,
        "ignore_startup_parameters": ",".join(IGNORED),
    }
    if version() >= KNOWS_STATEMENTS:
        settings["max_prepared_statements"] = 200
    lines = ["[databases]", f"* = host={database.sockets}", "[pgbouncer]", *(f"{a} = {b}" for a, b in settings.items())]
    (folder / "pgbouncer.ini").write_text("\n".join(lines) + "\n")
    command = [shutil.which("pgbouncer", path=PROGRAMS) or "pgbouncer", str(folder / "pgbouncer.ini")]
    with log.open("ab") as output:
        process = start(command, account=account, output=output.fileno())
    try:
        socket = folder / f".s.PGSQL.{PORT}"
        until_it_answers("PgBouncer", process, log, socket.exists, READY_WITHIN_SECONDS)
        yield f"postgresql+asyncpg://{role}@/{database.name}?host={folder}&port={PORT}"
    finally:
        process.terminate()
        process.wait()
