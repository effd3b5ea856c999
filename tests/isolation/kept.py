"""What was counted, said at the end of a service's tests and kept for the page that quotes it."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from filelock import FileLock

from tests.isolation.matrix import Tally

COUNTS = Path(__file__).parents[2] / ".tools" / "isolation.json"


def keep(service: str, route: str, tally: Tally) -> Tally:
    """Add a route to what the run's workers kept of its service; the service's counts so far."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    COUNTS.parent.mkdir(exist_ok=True)
    with FileLock(COUNTS.with_suffix(".lock")):
        kept: dict[str, Any] = json.loads(COUNTS.read_text()) if COUNTS.exists() else {}
        before: dict[str, Any] = kept.get(service, {})
        counted: dict[str, dict[str, int]] = before.get("by_route", {}) if before.get("run") == run else {}
        counted[route] = asdict(tally)
        total = Tally()
        for each in counted.values():
            total += Tally(**each)
        kept[service] = {"run": run, **asdict(total), "by_route": counted}
        COUNTS.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")
    return total


def say(*sentences: object) -> None:
    """Said in the test's own output: `-rP` shows it."""
    sys.stdout.write("".join(f"{each}\n" for each in sentences))
