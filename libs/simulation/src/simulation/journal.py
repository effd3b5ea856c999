"""What was done and what was heard, kept act by act: a simulation that is stopped goes on where it was."""

import json
import sqlite3
from pathlib import Path
from typing import Any

TABLE = "create table if not exists act (key text primary key, answer text not null) without rowid"


class Journal:
    """Answers by the key of what was asked. One that is written is there after `kill -9`: the file is the kernel's."""

    def __init__(self, place: Path | None = None) -> None:
        """Kept in a file, or without one for as long as this lives."""
        self._rows = sqlite3.connect(place or ":memory:", isolation_level=None)
        self._rows.execute("pragma journal_mode = wal")
        self._rows.execute("pragma synchronous = normal")
        self._rows.execute(TABLE)

    def answer(self, key: str) -> Any:
        """What was answered, or nothing."""
        row = self._rows.execute("select answer from act where key = ?", (key,)).fetchone()
        return None if row is None else json.loads(row[0])

    def keep(self, key: str, answer: Any) -> None:
        self._rows.execute("insert or replace into act values (?, ?)", (key, json.dumps(answer)))
