"""A program that tests run, built by Go once from the module whose checksums a folder under `deploy` holds."""

import os
import shutil
import subprocess
from pathlib import Path

from filelock import FileLock


def why_not_built(module: Path, named: str, into: Path, least: str) -> str | None:
    """What this machine lacks to build it with Go, `least` or newer, in a sentence; nothing once it is in `into`."""
    into.mkdir(parents=True, exist_ok=True)
    with FileLock(into.parent / f"{into.name}.lock"):
        stamp, checksums = into / "go.sum", module / "go.sum"
        if stamp.exists() and stamp.read_bytes() == checksums.read_bytes():
            return None
        if shutil.which("go") is None:
            return f"{into.name} is built by Go {least} or newer: make test-tools, or https://go.dev/dl"
        command = ["go", "build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", "-s -w"]
        command += ["-o", str(into / into.name), named]
        told = os.environ | {"CGO_ENABLED": "0"}
        built = subprocess.run(command, cwd=module, env=told, capture_output=True, text=True, check=False)
        if built.returncode:
            return f"Go could not build {into.name}: {built.stderr.strip()[-300:]}"
        shutil.copy(checksums, stamp)
        return None
