"""Whether a process without a front door is alive: it touches ALIVE_FILE while its loop turns.

`python -m common.liveness` looks at it: 0 when it was touched in the last half minute, else 1 with a sentence.
"""

import asyncio
import os
import sys
import time
from pathlib import Path

BEAT_SECONDS = 5.0
STALE_SECONDS = 30.0


async def beat_forever(file: Path) -> None:
    """Touch the file every few seconds, until cancelled."""
    while True:
        file.touch()  # noqa: ASYNC240 - of a file system in memory
        await asyncio.sleep(BEAT_SECONDS)


def why_not_alive(file: Path) -> str | None:
    """What is wrong with the process that should touch this file, in a sentence, or nothing."""
    if not file.exists():
        return f"{file} is not there: the process has not started its work."
    age = time.time() - file.stat().st_mtime
    return f"{file} was last touched {age:.0f} s ago: the process hangs." if age > STALE_SECONDS else None


if __name__ == "__main__":
    sys.exit(why_not_alive(Path(os.environ["ALIVE_FILE"])))
