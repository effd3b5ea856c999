"""One of a costly thing for all workers of a test run, started by whoever asks first.

It lives in a keeper process that ends when the run's first process ends, however that ends, and takes its folder along.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

ROOT = Path(__file__).parents[2]
STARTED_WITHIN_SECONDS = 120

Kept = Callable[[Path], AbstractContextManager[str]]
"""Starts a thing in a folder and says where it is."""


def run_folder(factory: pytest.TempPathFactory) -> Path:
    """The folder all workers of this run share."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def shared(kept: Kept, folder: Path) -> str:
    """Where the thing is, started now if nobody has yet.

    Raises:
        RuntimeError: it did not start; the sentence shows its log.
    """
    folder.mkdir(exist_ok=True)
    address, log = folder / "address.json", folder / "keeper.log"
    with FileLock(folder / "lock"):
        if not address.exists():
            name = f"{kept.__module__}:{kept.__name__}"  # pyright: ignore[reportFunctionMemberAccess]
            command = [sys.executable, "-m", __name__, name, str(folder), str(_first_process())]
            with log.open("wb") as output:
                keeper = subprocess.Popen(
                    command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
                )
            _wait(address, keeper, log)
    return json.loads(address.read_text())


def _first_process() -> int:
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def _wait(address: Path, keeper: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + STARTED_WITHIN_SECONDS
    while not address.exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"It did not start:\n{log.read_text()}")
        time.sleep(0.02)
    keeper.returncode = 0  # It is not ours to wait for: it ends after us.


def keep(name: str, folder: Path, until: int) -> None:
    """Start the thing, say where it is, and end it when the process `until` is no more."""
    module, _, function = name.partition(":")
    kept: Kept = getattr(import_module(module), function)
    with kept(folder) as where:
        unfinished = folder / "address.new"
        unfinished.write_text(json.dumps(where))
        unfinished.rename(folder / "address.json")
        psutil.Process(until).wait()
    shutil.rmtree(folder)


if __name__ == "__main__":
    keep(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
