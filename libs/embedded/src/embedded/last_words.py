"""What a log ended with, for whoever reads the terminal and not the log."""

from pathlib import Path

LINES = 5
LONGEST = 4096


def last_words(log: Path, start: int = 0) -> str:
    """A sentence with the last lines written since the log had `start` bytes, and where the rest is."""
    with log.open("rb") as content:
        content.seek(max(start, log.stat().st_size - LONGEST))
        lines = content.read().decode(errors="replace").strip().splitlines()[-LINES:]
    return "\n".join(
        [f"Its log, {log}, ends:" if lines else f"Its log, {log}, is empty.", *(f"  {one}" for one in lines)]
    )
