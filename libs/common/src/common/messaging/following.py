"""What of the records that came continues a stream, in order and bound to what was applied."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple
from uuid import UUID

from common.streams.chain import chained
from common.streams.records import Record

Stream = tuple[str, str]
"""Topic and subject."""
Contradiction = Literal["forged", "forked"]
"""How what comes after it contradicts what was applied."""


class Seen(NamedTuple):
    """What the inbox remembers of one stream."""

    last_sequence: int
    last_event: UUID | None
    state: str
    hash: str | None
    """After the last event; none where whoever applied it knew none."""
    doubtful: bool
    """Whether what comes next, of this stream or another of the batch, may have been skipped by somebody."""


def by_stream(records: Sequence[Record]) -> dict[Stream, list[Record]]:
    """Each stream's records in their order."""
    streams: dict[Stream, list[Record]] = defaultdict(list)
    for record in sorted(records, key=lambda record: (record.topic, record.subject, record.sequence)):
        streams[record.topic, record.subject].append(record)
    return streams


def halves(streams: Mapping[Stream, list[Record]]) -> list[list[Record]]:
    """The records of half the streams, and of the others."""
    groups = list(streams.values())
    middle = len(groups) // 2
    return [[record for group in half for record in group] for half in (groups[:middle], groups[middle:])]


def continuing(records: Sequence[Record], place: Seen, *, fetched: bool) -> tuple[list[Record], Contradiction | None]:
    """What of a stream's records continues it without a gap and bound to what was applied; and how what comes then
    contradicts that.

    Earlier ones are duplicates, later ones are fetched. Another event at the place we applied last: the announcer was
    restored from an older backup. Of a message without a hash, or with nothing in it, the announcer is asked: anybody
    can leave out what binds it.
    """
    last, event, state, before, _ = place
    heard = state == "open" or (fetched and state == "retrying")
    bound = before is not None or last == 0
    following: list[Record] = []
    for record in records:
        if record.sequence == last and not following and event and record.event_id != event:
            return [], "forked"
        if record.sequence != last + 1 or not heard:
            continue
        if not fetched and (record.redacted or (bound and record.hash is None)):
            break
        if bound and record.hash is not None and record.hash != chained(before, record.leaf):
            return following, "forked" if fetched else "forged"
        following.append(record)
        last, before, bound = last + 1, record.hash, record.hash is not None
    return following, None
