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


def reconcile(
    announced_streams: Iterable[AnnouncedStream], heard_streams: Iterable[HeardStream], now: datetime
) -> EdgeTally:
    """Compare every stream of one edge.

    Read what was heard before what was announced, or what happens in between looks like a fork.
    """
    tallies = (
        _compared(at_announcer, at_hearer, now) if at_announcer else _never_announced(at_hearer)
        for at_announcer, at_hearer in _paired(announced_streams, heard_streams)
    )
    return sum(tallies, EdgeTally())


def troubled(
    announced_streams: Iterable[AnnouncedStream], heard_streams: Iterable[HeardStream], now: datetime
) -> Iterator[tuple[str, Standing]]:
    """The streams somebody must look at, each with what is the case: parked, missing or forked."""
    for at_announcer, at_hearer in _paired(announced_streams, heard_streams):
        case = standing(at_announcer, at_hearer, now) if at_announcer else "forked"
        if case in TROUBLE:
            yield at_hearer.subject, case


def standing(at_announcer: AnnouncedStream, at_hearer: HeardStream, now: datetime) -> Standing:
    """What is the case with a stream; the first that fits, worst first."""
    if _is_forked(at_announcer, at_hearer):
        return "forked"
    if at_hearer.last_sequence == at_announcer.last_sequence:
        return "applied"
    if at_hearer.state in ("parked", "retrying"):
        return "parked"
    if at_hearer.heard_sequence > at_hearer.last_sequence:
        return "waiting"
    if now - at_announcer.announced_at < IN_FLIGHT:
        return "in-flight"
    return "missing"


def _paired(
    announced_streams: Iterable[AnnouncedStream], heard_streams: Iterable[HeardStream]
) -> Iterator[tuple[AnnouncedStream | None, HeardStream]]:
    """Every stream from both ends; none announced it when its hearer alone knows it."""
    by_subject = {one.subject: one for one in heard_streams}
    for stream in announced_streams:
        yield stream, by_subject.pop(stream.subject, _unheard(stream.subject))
    yield from ((None, one) for one in by_subject.values() if one.last_sequence)


def _is_forked(at_announcer: AnnouncedStream, at_hearer: HeardStream) -> bool:
    """The announcer is behind, or says otherwise at the same place: an older backup was restored, or it was altered."""
    if at_hearer.state == "forked" or at_hearer.last_sequence > at_announcer.last_sequence:
        return True
    if at_hearer.last_sequence < at_announcer.last_sequence or at_hearer.last_event is None:
        return False
    said_otherwise = None not in (at_hearer.hash, at_announcer.hash) and at_hearer.hash != at_announcer.hash
    return at_hearer.last_event != at_announcer.event_id or said_otherwise


def _compared(at_announcer: AnnouncedStream, at_hearer: HeardStream, now: datetime) -> EdgeTally:
    behind = at_announcer.last_sequence - at_hearer.last_sequence
    match standing(at_announcer, at_hearer, now):
        case "forked":
            tally = EdgeTally(forked=1)
        case "in-flight":
            tally = EdgeTally(in_flight=behind)
        case "waiting":
            tally = EdgeTally(waiting=behind)
        case "parked":
            tally = EdgeTally(parked=behind)
        case "missing":
            tally = EdgeTally(missing=behind)
        case "applied":
            tally = EdgeTally()
    return tally + _applied(at_hearer) + EdgeTally(streams=1, published=at_announcer.last_sequence)


def _applied(at_hearer: HeardStream) -> EdgeTally:
    """Skipped is never counted as applied, nor is what came before the hearer joined."""
    return EdgeTally(
        applied=at_hearer.last_sequence - at_hearer.skipped - at_hearer.baseline, skipped=at_hearer.skipped
    )


def _never_announced(at_hearer: HeardStream) -> EdgeTally:
    return _applied(at_hearer) + EdgeTally(streams=1, forked=1)


def _unheard(subject: str) -> HeardStream:
    return HeardStream(subject, last_sequence=0, last_event=None, heard_sequence=0)
