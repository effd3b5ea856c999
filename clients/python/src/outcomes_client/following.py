"""Following a feed: what happened, in order, each event handed on once."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .problems import Problem

TABLES = """
create table if not exists feed_place (feed text primary key, next text);
create table if not exists feed_event (feed text, event_id text, primary key (feed, event_id)) without rowid;
"""
LOST = frozenset({"another-epoch", "after-the-end"})
"""The service was restored from a backup: its log is another from some place on."""

Act = Callable[[Any, sqlite3.Connection], object]


class Feed:
    """A feed, and how far you have followed it, kept in one SQLite file.

    `read_events` is the `sync` of a service's operation; `asked` goes with each request (`client`, `type_`, `topic`).
    """

    def __init__(
        self, read_events: Callable[..., Any], kept_in: str | Path, *, name: str = "feed", **asked: Any
    ) -> None:
        """`name` tells feeds apart that are kept in one file; what is asked for must stay the same for each."""
        self._read_events = read_events
        self._asked = asked
        self._name = name
        self._store = sqlite3.connect(kept_in)
        self._store.executescript(TABLES)

    def follow(
        self,
        act: Act,
        *,
        wait_seconds: float = 20,
        stop: Callable[[], bool] = lambda: False,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Hand on each event once, in order, from where it was left, until `stop` says so; waits for what comes.

        `act(event, store)` is called within the transaction that keeps the place. What it writes to `store` is kept
        with it, or not at all; what it does elsewhere may be done twice if your program is killed, so let it go by
        `event_id`.

        Raises:
            Problem: the service refuses, and not because it was restored: then the feed is read again from its
                beginning, and what was handed on before is passed over.
        """
        while not stop():
            if not self._page(act, wait_seconds) and not wait_seconds:
                sleep(1)

    def read_on(self, act: Act) -> int:
        """Hand on what there is by now, and end; how many events it were."""
        count = 0
        while True:
            place = self._place()
            count += self._page(act, 0)
            if self._place() == place:
                return count

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def _place(self) -> str | None:
        row = self._store.execute("select next from feed_place where feed = ?", [self._name]).fetchone()
        return row[0] if row else None

    def _keep(self, place: str | None) -> None:
        self._store.execute("insert or replace into feed_place values (?, ?)", [self._name, place])

    def _page(self, act: Act, wait_seconds: float) -> int:
        """Read a page and hand on what is new, in one transaction with the place after it; how many events it were."""
        place = self._place()
        asked = self._asked | ({"cursor": place} if place else {}) | ({"wait": wait_seconds} if wait_seconds else {})
        try:
            page = self._read_events(**asked)
        except Problem as problem:
            if problem.type not in LOST or place is None:
                raise
            with self._store:
                self._keep(None)
            return 0
        with self._store:
            fresh = [event for event in page.items if self._is_new(str(event.event_id))]
            for event in fresh:
                act(event, self._store)
            self._keep(page.next_)
        return len(fresh)

    def _is_new(self, event_id: str) -> bool:
        row = self._store.execute("insert or ignore into feed_event values (?, ?)", [self._name, event_id])
        return row.rowcount == 1
