"""Servers as processes of their own: started, and waited for."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

POLL_SECONDS = 0.02


def until_it_answers(
    name: str, process: "subprocess.Popen[bytes]", log: Path, answers: Callable[[], bool], within: float
) -> None:
    """Wait until a server that was just started answers, so many seconds at most.

    Raises:
        RuntimeError: it ended or did not answer; the sentence shows its log.
    """
    deadline = time.monotonic() + within
    while not answers():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{name} did not start:\n{log.read_text()}")
        time.sleep(POLL_SECONDS)
