"""clamd, real, from Debian, as the compose file configures it; its signatures are two of our own.

The real ones come from the ClamAV project's servers, which tests do not ask.
"""

import os
import re
import shutil
import socket
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from embedded.bound import start
from tests.parts.ports import free_port
from tests.parts.shared import ROOT
from tests.parts.started import until_it_answers

CLAMAV = ROOT / "deploy" / "clamav"
PROGRAMS = f"{os.environ['PATH']}:/usr/sbin"
"""Debian puts daemons where not everybody looks."""
READY_WITHIN_SECONDS = 30

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every scanner takes for malware, by agreement; in halves, so that none takes this file for it."""
OURS = b"nothing but a test of the outcomes partnership has these words"
SIGNATURES = {"Eicar-Test-Signature": EICAR, "Outcomes-Test-Signature": OURS}


def sign(folder: Path) -> None:
    """Put the signatures into a folder, as an update of the daily ones puts them."""
    folder.mkdir(exist_ok=True)
    lines = [f"{name}:0:*:{content.hex()}\n" for name, content in SIGNATURES.items()]
    (folder / "daily.ndb").write_text("".join(lines))


def settled(file: Path, port: int, signatures: Path, temporary: Path, **more: str) -> Path:
    """Settings for clamd as they are deployed, but for where they lead on this machine; `more` go instead."""
    here = {"TCPSocket": str(port), "TCPAddr": "127.0.0.1", "DatabaseDirectory": str(signatures)}
    here |= {"TemporaryDirectory": str(temporary)} | more
    said = (CLAMAV / "clamd.conf").read_text()
    for name, value in here.items():
        said = re.sub(rf"^{name} .+$", f"{name} {value}", said, flags=re.MULTILINE)
    file.write_text(said)
    return file


@contextmanager
def clamd_in(folder: Path, at: str | None = None, **more: str) -> Generator[str]:
    """Where clamd answers, as `host:port`, and `at` if it was there before; ended on leaving.

    Raises:
        RuntimeError: it ended or did not answer; the sentence shows its log.
    """
    at = at or f"127.0.0.1:{free_port()}"
    port = int(at.partition(":")[2])
    sign(folder / "signatures")
    settings, log = settled(folder / "clamd.conf", port, folder / "signatures", folder, **more), folder / "clamd.log"
    told = os.environ | {"PATH": PROGRAMS}
    command = ["clamd", "--foreground", f"--config-file={settings}"]
    with log.open("wb") as output, start(command, output=output.fileno(), environment=told) as process:
        try:
            until_it_answers("clamd", process, log, lambda: _answers(port), READY_WITHIN_SECONDS)
            yield at
        finally:
            process.terminate()


@cache
def why_no_clamd() -> str | None:
    """What this machine lacks to run clamd, in a sentence, or nothing."""
    if shutil.which("clamd", path=PROGRAMS) and shutil.which("clamdscan"):
        return None
    return "Malware is searched for by clamd: make test-tools, or apt-get install clamav-daemon clamdscan"


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """A clamd that all tests of a module share: where it answers, as `host:port`."""
    if reason := why_no_clamd():
        pytest.skip(reason)
    with clamd_in(tmp_path_factory.mktemp("clamd")) as running:
        yield running


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as asked:
            asked.sendall(b"zPING\0")
            return asked.recv(5) == b"PONG\0"
    except OSError:
        return False
