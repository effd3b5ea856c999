"""What binds the events of a stream to each other: each carries a hash over itself and the hash of the one before.

The announcer's database makes it in the statement that announces (`common.record.CHAIN` says the same in SQL); hearers
make it again of what they heard, and hold it against what they applied last. Hashes travel as hexadecimal digits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, Protocol
from uuid import UUID

Fault = Literal["altered", "deleted", "reordered"]
"""What somebody did to a stream that was announced whole."""


class Announced(Protocol):
    """What a hash takes in of an event, whether it is about to be announced or was heard."""

    @property
    def subject(self) -> str:
        """Whose stream it stands in."""
        ...

    @property
    def event_id(self) -> UUID:
        """Its own, for good."""
        ...

    @property
    def type(self) -> str:
        """What happened: the name of its contract."""
        ...

    @property
    def programme_id(self) -> str:
        """The partnership it happened in."""
        ...


def leaf(topic: str, event: Announced, schema_version: int, body_sha256: bytes) -> bytes:
    """The hash of one event by itself; its place in the stream is bound by the chain."""
    text = f"{topic}\n{event.subject}\n{event.type}\n{schema_version}\n{event.programme_id}\n"
    return sha256(text.encode() + event.event_id.bytes + body_sha256).digest()


def chained(before: str | None, leaf: bytes) -> str:
    """The running hash after an event, from the one before it; the first event of a stream begins it."""
    return leaf.hex() if before is None else sha256(bytes.fromhex(before) + leaf).hexdigest()


@dataclass(frozen=True, slots=True)
class Link:
    """One announced event as the announcer's database has it now."""

    sequence: int
    leaf: bytes
    """Made of what the row says now."""
    hash: str
    """As it was kept when it was announced."""


def fault(links: Sequence[Link], last_sequence: int, last_hash: str | None) -> tuple[int, Fault] | None:
    """The first place of a stream that is not what was announced, and how it shows.

    `links` are in the order of their sequences; the last two arguments are what the stream's own row says of its end.
    """
    before: str | None = None
    for sequence, link in enumerate(links, start=1):
        if link.sequence != sequence:
            return sequence, "deleted"
        if chained(before, link.leaf) != link.hash:
            return sequence, _why(links[sequence - 1 :], before)
        before = link.hash
    if len(links) < last_sequence:
        return len(links) + 1, "deleted"
    return None if before == last_hash else (last_sequence, "altered")


def _why(rest: Sequence[Link], before: str | None) -> Fault:
    """Reordered where another event of the stream was announced at this place; altered where none was."""
    hashes = {link.hash for link in rest}
    return "reordered" if any(chained(before, link.leaf) in hashes for link in rest[1:]) else "altered"
