"""oasdiff, which knows what of an OpenAPI document a client cannot do without.

Go builds it once from the module whose checksums `deploy/openapi-for-tests` holds.
"""

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from filelock import FileLock

from tests.parts.shared import ROOT

MODULE = ROOT / "deploy" / "openapi-for-tests"
OASDIFF = ROOT / ".tools" / "oasdiff"
NAMED = "github.com/oasdiff/oasdiff"


@cache
def why_no_oasdiff() -> str | None:
    """What this machine lacks to run oasdiff, in a sentence, or nothing."""
    OASDIFF.mkdir(parents=True, exist_ok=True)
    with FileLock(OASDIFF.parent / "oasdiff.lock"):
        stamp, named = OASDIFF / "go.sum", MODULE / "go.sum"
        return None if stamp.exists() and stamp.read_bytes() == named.read_bytes() else _build()


def breaking(released: Path, now: Path) -> list[str]:
    """What a client of the released document would miss in the new one."""
    command = [str(OASDIFF / "oasdiff"), "breaking", str(released), str(now), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [f"{one['operation']} {one['path']}: {one['text']}" for one in json.loads(done.stdout or "[]")]


def _build() -> str | None:
    if shutil.which("go") is None:
        return "oasdiff is built by Go 1.26 or newer: make test-tools, or https://go.dev/dl"
    command = ["go", "build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", "-s -w"]
    command += ["-o", str(OASDIFF / "oasdiff"), NAMED]
    told = os.environ | {"CGO_ENABLED": "0"}
    built = subprocess.run(command, cwd=MODULE, env=told, capture_output=True, text=True, check=False)
    if built.returncode:
        return f"Go could not build oasdiff: {built.stderr.strip()[-300:]}"
    shutil.copy(MODULE / "go.sum", OASDIFF / "go.sum")
    return None
