"""The official readers of AsyncAPI and OpenAPI documents, run by the Node.js that comes with our locked packages."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.parts.npm import NODE, installed_in, why_no_packages
from tests.parts.shared import ROOT

LOCKED = ROOT / "deploy" / "documents-for-tests"
READERS = installed_in(LOCKED)


def why_no_readers() -> str | None:
    """What this machine lacks to read such documents, in a sentence, or nothing."""
    return why_no_packages(LOCKED)


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
