"""Caddy, real, from Debian: the one door of `deploy/door`, before servers on ports of this machine."""

import os
import shutil
import ssl
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from embedded.bound import start
from tests.parts.ports import free_port
from tests.parts.shared import ROOT
from tests.parts.started import until_it_answers

FILE = ROOT / "deploy" / "door" / "Caddyfile"
READY_WITHIN_SECONDS = 30


def why_no_caddy() -> str | None:
    """What keeps Caddy from running here."""
    return None if shutil.which("caddy") else "no Caddy here; `make test-tools` installs it"


@dataclass(frozen=True, slots=True)
class Door:
    """Where the door is, in the clear and by TLS, and whom its certificate is from."""

    http: str
    https: str
    authority: Path


@contextmanager
def door_before(servers: Mapping[str, str], folder: Path) -> Generator[Door]:
    """The door as the file says, but for its ports, and before these servers: `claims:8000` by `127.0.0.1:port`."""
    http, https = free_port(), free_port()
    text = FILE.read_text()
    ports = {"http_port 8080": f"http_port {http}", "https_port 8443": f"https_port {https}"}
    for told, there in {**servers, **ports}.items():
        assert told in text, told
        text = text.replace(told, there)
    file, log = folder / "Caddyfile", folder / "caddy.log"
    file.write_text(text)
    authority = folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "XDG_DATA_HOME": str(folder)}

    def answers() -> bool:
        try:
            if authority.exists():
                trusted = ssl.create_default_context(cafile=str(authority))
                return httpx.get(f"https://localhost:{https}/claims/metrics", verify=trusted).status_code > 0
            return False
        except (httpx.TransportError, ssl.SSLError):
            return False

    command = ["caddy", "run", "--config", str(file), "--adapter", "caddyfile"]
    with log.open("wb") as output, start(command, output=output.fileno(), environment=environment) as process:
        try:
            until_it_answers("Caddy", process, log, answers, READY_WITHIN_SECONDS)
            yield Door(f"http://localhost:{http}", f"https://localhost:{https}", authority)
        finally:
            process.terminate()
            process.wait()
