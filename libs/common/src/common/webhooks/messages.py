"""What a message says: an event as its subscriber may see it, in the envelope of Standard Webhooks."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from common.web.feed import FeedEntry

TEST = "webhook.test"
"""The type of a message that says nothing but that it came."""


def wanted(entry: FeedEntry, event_types: Sequence[str], subjects: Sequence[str]) -> bool:
    """Whether a subscriber asked for it: an empty list asks for all.

    A subject is a stream's (`participant/…`), or of a kind of them all (`participant/`).
    """
    of_type = not event_types or entry.type in event_types
    return of_type and (not subjects or any(entry.subject == one or _is_of(entry.subject, one) for one in subjects))


def _is_of(subject: str, kind: str) -> bool:
    return kind.endswith("/") and subject.startswith(kind)


def body_of(entry: FeedEntry) -> bytes:
    """The JSON that is signed and sent: `type`, `timestamp`, `data`, and where the event stands.

    `timestamp` is when it happened (business time); `data` of a redacted event is empty, with the reason beside it.
    """
    content: dict[str, Any] = {
        "type": entry.type,
        "timestamp": _utc(entry.occurred_at),
        "data": json.loads(entry.body or "{}"),
        "id": str(entry.event_id),
        "programme_id": entry.programme_id,
        "topic": entry.topic,
        "subject": entry.subject,
        "sequence": entry.sequence,
        "seq": entry.seq,
        "schema_version": entry.schema_version,
        "without_amounts": entry.without_amounts,
    }
    if entry.redacted_because:
        content["redacted_because"] = entry.redacted_because
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def body_of_test(message_id: UUID, now: datetime) -> bytes:
    """What is sent to try an address out."""
    content: dict[str, Any] = {"type": TEST, "timestamp": _utc(now), "data": {}, "id": str(message_id)}
    return json.dumps(content, separators=(",", ":")).encode()


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
