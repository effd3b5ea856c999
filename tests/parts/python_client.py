"""The Python client as a vendor has it: an environment with the package, what that needs, and nothing of ours.

Made once for the documents and the sources that it was made from; pip takes what makes it from the hashes in
`deploy/client-for-tests`.
"""

import hashlib
import os
import subprocess
import sys
import venv
from functools import cache
from pathlib import Path

from filelock import FileLock

from tests.parts.shared import ROOT

SOURCE = ROOT / "clients" / "python"
LOCK = ROOT / "deploy" / "client-for-tests" / "requirements.lock"
PLACE = ROOT / ".tools" / "python-client"
PYTHON = PLACE / "bin" / "python"


@cache
def why_no_client() -> str | None:
    """What this machine lacks to make the client, in a sentence, or nothing once it is there.

    Raises:
        AssertionError: it could not be made of the documents: the generator's own words.
    """
    PLACE.mkdir(parents=True, exist_ok=True)
    with FileLock(PLACE.parent / "python-client.lock"):
        if not _stands(tools := PLACE / "tools.sha256", [LOCK]):
            venv.create(PLACE, with_pip=True)
            if objection := _pip("install", "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK)):
                return f"pip could not install what {LOCK.relative_to(ROOT)} names: {objection[-300:]}"
            tools.write_text(_hash([LOCK]))
        made_of = [*sorted((ROOT / "docs" / "openapi").glob("*.json")), *_sources(), LOCK]
        if not _stands(made := PLACE / "client.sha256", made_of):
            objection = _pip("install", "--force-reinstall", "--no-deps", "--no-build-isolation", str(SOURCE))
            assert objection is None, objection
            made.write_text(_hash(made_of))
        return None


def run(script: Path, *arguments: str, seconds: float = 120) -> "subprocess.CompletedProcess[str]":
    """A script, by the Python that has the client."""
    command = [str(PYTHON), "-I", str(script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds)


def _sources() -> list[Path]:
    kept = (path for path in SOURCE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return sorted(path for path in kept if "dist" not in path.parts)


def _stands(stamp: Path, made_of: list[Path]) -> bool:
    return stamp.exists() and stamp.read_text() == _hash(made_of)


def _hash(files: list[Path]) -> str:
    hashed = hashlib.sha256(sys.version.encode())
    for file in files:
        hashed.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return hashed.hexdigest()


def _pip(*arguments: str) -> str | None:
    """Run pip in the client's environment; what it objected to, or nothing."""
    command = [str(PYTHON), "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    path = {"PATH": f"{PYTHON.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | path)
    return (done.stdout + done.stderr).strip() if done.returncode else None
