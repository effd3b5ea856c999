"""Keycloak, real, with the realm that an installation imports: built once, and started once a run."""

import os
import re
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import httpx
import pytest
from filelock import FileLock

from embedded.bound import start
from tests.parts.kafka import java_version
from tests.parts.ports import free_port
from tests.parts.shared import ROOT, run_folder, shared
from tests.parts.started import until_it_answers

POM = ROOT / "deploy" / "keycloak-for-tests" / "pom.xml"
REALM = ROOT / "deploy" / "keycloak" / "realm.json"
KEYCLOAK = ROOT / ".tools" / "keycloak"
ADMIN, PASSWORD = "admin", "an-admin-of-a-test"
BUILD = ("build", "--db=dev-mem", "--cache=local")
JAVA = {"JAVA_OPTS_APPEND": "-XX:TieredStopAtLevel=1", "JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx512m"}
READY_WITHIN_SECONDS = 100


def secret_of(client: str) -> str:
    """What a system proves itself with in a test; the realm file names a variable for each."""
    return f"{client}-secret-of-a-test"


@contextmanager
def kept_keycloak(folder: Path) -> Generator[str]:
    """Keycloak's URL, with the realm `outcomes` imported; it keeps everything in memory."""
    home = folder / "keycloak"
    home.mkdir()
    for part in ("bin", "conf", "lib", "providers", "themes", "version.txt"):
        (home / part).symlink_to(KEYCLOAK / part)
    (home / "data" / "import").mkdir(parents=True)
    shutil.copy(REALM, home / "data" / "import" / "realm.json")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [str(KEYCLOAK / "bin" / "kc.sh"), f"-Dkc.home.dir={home}", "start", "--optimized", "--import-realm"]
    command += ["--http-enabled=true", "--http-host=127.0.0.1", f"--http-port={port}", "--hostname-strict=false"]
    told = {"KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN, "KC_BOOTSTRAP_ADMIN_PASSWORD": PASSWORD, **_secrets(), **JAVA}
    log = folder / "keycloak.log"
    with log.open("wb") as output, start(command, environment=os.environ | told, output=output.fileno()) as process:
        try:
            until_it_answers("Keycloak", process, log, lambda: _answers(url), READY_WITHIN_SECONDS)
            yield url
        finally:
            process.terminate()


@cache
def why_no_keycloak() -> str | None:
    """What this machine lacks to run Keycloak, in a sentence, or nothing."""
    if shutil.which("java") is None or java_version() < 17:
        return "Keycloak needs Java 17: make test-tools, or apt-get install openjdk-17-jre-headless"
    KEYCLOAK.parent.mkdir(exist_ok=True)
    with FileLock(KEYCLOAK.parent / "keycloak.lock"):
        stamp = KEYCLOAK / "pom.xml"
        return None if stamp.exists() and stamp.read_bytes() == POM.read_bytes() else _fetch()


@pytest.fixture(scope="session")
def keycloak(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of the run's Keycloak."""
    if reason := why_no_keycloak():
        pytest.skip(reason)
    return shared(kept_keycloak, run_folder(tmp_path_factory) / "keycloak")


def _fetch() -> str | None:
    """Unpack Keycloak and build it for a database in memory, once."""
    if shutil.which("mvn") is None:
        return "Keycloak is fetched by Maven: make test-tools, or apt-get install maven"
    shutil.rmtree(KEYCLOAK, ignore_errors=True)
    unpacked = KEYCLOAK.with_suffix(".new")
    for left in (unpacked, POM.parent / "target"):  # where Maven marks what it unpacked before
        shutil.rmtree(left, ignore_errors=True)
    command = ["mvn", "--quiet", "--batch-mode", "--file", str(POM), "dependency:unpack-dependencies"]
    fetched = subprocess.run([*command, f"-DoutputDirectory={unpacked}"], capture_output=True, text=True, check=False)
    if fetched.returncode:
        return f"Maven could not fetch Keycloak: {fetched.stdout.strip()[-300:]}"
    [found] = unpacked.glob("keycloak-*")
    found.rename(KEYCLOAK)
    unpacked.rmdir()
    script = KEYCLOAK / "bin" / "kc.sh"
    script.chmod(0o755)
    built = subprocess.run([str(script), *BUILD], env=os.environ | JAVA, capture_output=True, text=True, check=False)
    if built.returncode:
        return f"Keycloak could not be built: {built.stdout.strip()[-300:]}"
    shutil.copy(POM, KEYCLOAK / "pom.xml")
    return None


def _secrets() -> dict[str, str]:
    names = re.findall(r"\$\{(\w+_CLIENT_SECRET)\}", REALM.read_text())
    clients = re.findall(r'"clientId": "([^"]+)"', REALM.read_text())
    by_name = {f"{re.sub('[-.]', '_', client).upper()}_CLIENT_SECRET": client for client in clients}
    return {name: secret_of(by_name[name]) for name in names}


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/realms/outcomes/.well-known/openid-configuration", timeout=5).is_success
    except httpx.TransportError:
        return False
