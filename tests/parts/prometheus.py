"""promtool, real, from Debian: reads Prometheus's files, and raises alerts from figures that are made up."""

import shutil
import subprocess


def why_no_promtool() -> str | None:
    """What keeps promtool from running here."""
    return None if shutil.which("promtool") else "no promtool here; `make test-tools` installs it"


def promtool(*arguments: str) -> tuple[int, str]:
    """Its exit code and what it said."""
    run = subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False, timeout=60)
    return run.returncode, run.stdout + run.stderr
