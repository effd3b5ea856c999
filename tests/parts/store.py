"""versitygw, real, in a folder: the S3 server of the compose file, with the buckets and accounts that file makes.

Go builds it once from the module whose checksums `deploy/store-for-tests` holds.
"""

import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from signal import SIGKILL, SIGTERM

import httpx
import pytest
from pydantic import SecretStr

from common.store import Place
from embedded.bound import start
from tests.parts.built import why_not_built
from tests.parts.ports import free_port
from tests.parts.shared import ROOT
from tests.parts.started import until_it_answers

MODULE = ROOT / "deploy" / "store-for-tests"
BUCKETS = ROOT / "deploy" / "store" / "create-buckets.sh"
VERSITYGW = ROOT / ".tools" / "versitygw"
NAMED = "github.com/versity/versitygw/cmd/versitygw"
READY_WITHIN_SECONDS = 20
ADMIN_SECRET = "an-admin-of-a-test"


def secret_of(bucket: str) -> str:
    """What the account that has a bucket's name proves itself with in a test."""
    return f"{bucket}-secret-of-a-test"


@dataclass(slots=True)
class Store:
    """An S3 server with a folder and a port of its own, kept over stops and kills."""

    folder: Path
    port: int = field(default=0)
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def place(self, bucket: str, secret: str | None = None, account: str | None = None) -> Place:
        """A bucket as seen by the account that owns it, or by another."""
        proof = SecretStr(secret or secret_of(account or bucket))
        return Place(f"s3://{bucket}", self.url, "us-east-1", account or bucket, proof)

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            RuntimeError: it ended or did not answer; the sentence shows its log.
        """
        log, data, accounts = self.folder / "store.log", self.folder / "data", self.folder / "accounts"
        for one in (data, accounts):
            one.mkdir(parents=True, exist_ok=True)
        if not self.port:
            self.port = free_port()
        command = [str(VERSITYGW / "versitygw"), "--port", f"127.0.0.1:{self.port}", "--iam-dir", str(accounts)]
        told = {"ROOT_ACCESS_KEY": "admin", "ROOT_SECRET_KEY": ADMIN_SECRET, "VGW_HEALTH": "/health"}
        with log.open("ab") as output:
            process = start([*command, "posix", str(data)], output=output.fileno(), environment=os.environ | told)
        self.process = process
        until_it_answers("The store", process, log, lambda: _answers(self.url), READY_WITHIN_SECONDS)

    def stop(self, how: int = SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(20)
            self.process = None

    def kill(self) -> None:
        self.stop(SIGKILL)

    def provision(self) -> None:
        """Make buckets and accounts as the compose file does; safe to repeat."""
        secrets = self.folder / "secrets"
        secrets.mkdir(exist_ok=True)
        (secrets / "store_admin").write_text(ADMIN_SECRET)
        for bucket in ("documents", "checkpoints"):
            (secrets / f"{bucket}_secret_key").write_text(secret_of(bucket))
        told = {"S3_ENDPOINT": self.url, "SECRETS_DIR": str(secrets), "PATH": f"{VERSITYGW}:{os.environ['PATH']}"}
        done = subprocess.run(["sh", str(BUCKETS)], env=told, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"No buckets:\n{done.stdout}{done.stderr}")


@contextmanager
def store_in(folder: Path) -> Generator[Store]:
    """A new store with its buckets, running, in a folder; ended on leaving."""
    store = Store(folder)
    try:
        store.start()
        store.provision()
        yield store
    finally:
        store.kill()


@cache
def why_no_store() -> str | None:
    """What this machine lacks to run versitygw, in a sentence, or nothing."""
    return why_not_built(MODULE, NAMED, VERSITYGW, "1.25")


@pytest.fixture(scope="module")
def s3_store(tmp_path_factory: pytest.TempPathFactory) -> Generator[Store]:
    """An S3 server that all tests of a module share; who stops it starts it again."""
    if reason := why_no_store():
        pytest.skip(reason)
    with store_in(tmp_path_factory.mktemp("store")) as running:
        yield running


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=2).is_success
    except httpx.TransportError:
        return False
