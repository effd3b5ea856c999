"""Comparing what was announced with what was heard, stream by stream: pure, and exact (design §5)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from operator import add, attrgetter
from typing import Literal

IN_FLIGHT = timedelta(seconds=60)
"""How long an announced event may be on its way before it counts as missing."""

Standing = Literal["applied", "in-flight", "waiting", "parked", "missing", "forked"]
TROUBLE: frozenset[Standing] = frozenset({"parked", "missing", "forked"})
"""What does not pass by itself."""


@dataclass(frozen=True, slots=True)
class AnnouncedStream:
    """Where an announced stream stands."""

    subject: str
    last_sequence: int
    event_id: str
    announced_at: datetime
    hash: str | None = None
    """Over all that was announced of it (ADR 0022)."""


@dataclass(frozen=True, slots=True)
class HeardStream:
    """Where a hearer stands in a stream."""

    subject: str
    last_sequence: int
    last_event: str | None
    heard_sequence: int
    skipped: int = 0
    baseline: int = 0
    state: str = "open"
    hash: str | None = None
    """Over all that was applied of it, where the hearer knows."""


@dataclass(frozen=True, slots=True)
class EdgeTally:
    """One edge in numbers: `streams` and `forked` are streams, all others events.

    Without a fork, published = applied + in flight + waiting + parked + skipped + missing + before the baseline.
    """

    streams: int = 0
    published: int = 0
    applied: int = 0
    in_flight: int = 0
    waiting: int = 0
    parked: int = 0
    skipped: int = 0
    missing: int = 0
    forked: int = 0

    def __add__(self, other: "EdgeTally") -> "EdgeTally":
        return EdgeTally(*map(add, COUNTS(self), COUNTS(other)))

    @property
    def sound(self) -> bool:
        """Nothing was lost, and nothing is heard that was not said."""
        return self.missing == 0 and self.forked == 0

    @property
    def troubled(self) -> bool:
        """Something will not pass by itself."""
        return not self.sound or self.parked > 0


COUNTS = attrgetter(*(field.name for field in fields(EdgeTally)))


def reconcile(announced: Iterable[AnnouncedStream], heard: Iterable[HeardStream], now: datetime) -> EdgeTally:
    """Compare every stream of one edge.

    Read what was heard before what was announced, or what happens in between looks like a fork.
    """
    tallies = (
        _compared(said, known, now) if said else _never_announced(known) for said, known in _paired(announced, heard)
    )
    return sum(tallies, EdgeTally())


def troubled(
    announced: Iterable[AnnouncedStream], heard: Iterable[HeardStream], now: datetime
) -> Iterator[tuple[str, Standing]]:
    """The streams somebody must look at, each with what is the case: parked, missing or forked."""
    for said, known in _paired(announced, heard):
        case = standing(said, known, now) if said else "forked"
        if case in TROUBLE:
            yield known.subject, case


def standing(announced: AnnouncedStream, heard: HeardStream, now: datetime) -> Standing:
    """What is the case with a stream; the first that fits, worst first."""
    if _is_forked(announced, heard):
        return "forked"
    if heard.last_sequence == announced.last_sequence:
        return "applied"
    if heard.state in ("parked", "retrying"):
        return "parked"
    if heard.heard_sequence > heard.last_sequence:
        return "waiting"
    if now - announced.announced_at < IN_FLIGHT:
        return "in-flight"
    return "missing"


def _paired(
    announced: Iterable[AnnouncedStream], heard: Iterable[HeardStream]
) -> Iterator[tuple[AnnouncedStream | None, HeardStream]]:
    """Every stream from both ends; none announced it when its hearer alone knows it."""
    by_subject = {one.subject: one for one in heard}
    for stream in announced:
        yield stream, by_subject.pop(stream.subject, _unheard(stream.subject))
    yield from ((None, one) for one in by_subject.values() if one.last_sequence)


def _is_forked(announced: AnnouncedStream, heard: HeardStream) -> bool:
    """The announcer is behind, or says otherwise at the same place: an older backup was restored, or it was altered."""
    if heard.state == "forked" or heard.last_sequence > announced.last_sequence:
        return True
    if heard.last_sequence < announced.last_sequence or heard.last_event is None:
        return False
    said_otherwise = None not in (heard.hash, announced.hash) and heard.hash != announced.hash
    return heard.last_event != announced.event_id or said_otherwise


def _compared(announced: AnnouncedStream, heard: HeardStream, now: datetime) -> EdgeTally:
    behind = announced.last_sequence - heard.last_sequence
    match standing(announced, heard, now):
        case "forked":
            found = EdgeTally(forked=1)
        case "in-flight":
            found = EdgeTally(in_flight=behind)
        case "waiting":
            found = EdgeTally(waiting=behind)
        case "parked":
            found = EdgeTally(parked=behind)
        case "missing":
            found = EdgeTally(missing=behind)
        case "applied":
            found = EdgeTally()
    return found + _applied(heard) + EdgeTally(streams=1, published=announced.last_sequence)


def _applied(heard: HeardStream) -> EdgeTally:
    """Skipped is never counted as applied, nor is what came before the hearer joined."""
    return EdgeTally(applied=heard.last_sequence - heard.skipped - heard.baseline, skipped=heard.skipped)


def _never_announced(heard: HeardStream) -> EdgeTally:
    return _applied(heard) + EdgeTally(streams=1, forked=1)


def _unheard(subject: str) -> HeardStream:
    return HeardStream(subject, last_sequence=0, last_event=None, heard_sequence=0)
