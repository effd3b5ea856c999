"""A chain over the audit, so that a change of any entry shows in every head after it; pure.

Each entry is hashed (a leaf), each leaf is bound to the head before it, and all leaves make a Merkle tree as in RFC
6962 (leaves after 0x00, nodes after 0x01), whose root says in 32 bytes what the first so many entries were.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

LEAF, NODE, HEAD = b"\x00", b"\x01", b"\x02"
"""What is hashed is told apart by its first byte, so that none can stand for another."""
NO_HEAD = bytes(32)
"""The head before the first entry."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One row of the audit: who did or saw what, when. Ids and codes only."""

    position: int
    programme_id: str
    actor: str
    organisation: str
    action: str
    subjects: tuple[str, ...]
    """What was changed or shown: `participant/<id>`, `claim/<id>`."""
    cause: str | None
    """The event that was heard, if one was."""
    business_at: datetime
    recorded_at: datetime

    @property
    def leaf(self) -> bytes:
        """SHA-256 of everything the entry says, as JSON with sorted keys and UTC instants in microseconds."""
        values: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        values |= {"business_at": _utc(self.business_at), "recorded_at": _utc(self.recorded_at)}
        text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(LEAF + text.encode()).digest()


@dataclass(frozen=True, slots=True)
class Chain:
    """Where a chain stands: how many entries, the head that binds them in order, and the tree's perfect parts."""

    size: int = 0
    head: bytes = NO_HEAD
    peaks: tuple[bytes, ...] = ()
    """Roots of the perfect trees the size is made of, largest first: all that is needed to go on."""

    def followed_by(self, leaf: bytes) -> "Chain":
        """The chain one entry on: its head, and the root over all entries, take the leaf in."""
        peaks, whole = [*self.peaks, leaf], self.size
        while whole & 1:
            right_peak, left_peak = peaks.pop(), peaks.pop()
            peaks.append(hashlib.sha256(NODE + left_peak + right_peak).digest())
            whole >>= 1
        return Chain(self.size + 1, hashlib.sha256(HEAD + self.head + leaf).digest(), tuple(peaks))

    @property
    def root(self) -> bytes:
        """The Merkle tree hash of RFC 6962 over all leaves so far."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = hashlib.sha256(NODE + peak + root).digest()
        return root


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds")
