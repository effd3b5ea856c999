"""What CloudEvents 1.0 calls the parts of an event: the same in Kafka's headers and in the feed's batches.

An event has two names: `ClaimVerified`, by which our contracts know it, and one that no other system's event has and
that tells the version, `org.social-outcomes.claims.ClaimVerified.v1`. Kafka's `ce_type` was released with the first and
keeps it, with the second beside; a batch has the second, as CloudEvents wants it, with the first beside.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

from .chain import Announced

PREFIX = "org.social-outcomes"
"""A name, not an address: nothing is looked up there."""
BATCH = "application/cloudevents-batch+json"
SCHEMAS = "/schemas"
"""Where each service serves the schemas of events."""


class Told(Announced, Protocol):
    """An event in its place, whether it is about to be sent or was asked for."""

    @property
    def topic(self) -> str:
        """Where it was announced."""
        ...

    @property
    def sequence(self) -> int:
        """Its place in its stream on that topic."""
        ...

    @property
    def schema_version(self) -> int:
        """Of its contract."""
        ...

    @property
    def hash(self) -> str | None:
        """The stream's running hash after it, for whoever may know it."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The trace of what caused it."""
        ...


def context(event: Told, source: str, occurred_at: str, public_url: str) -> dict[str, str | int]:
    """All that CloudEvents tells beside what happened, but the type, which has two names; the trace is an extension.

    `public_url` is where others reach the service that announced it; where nobody said so, no schema is named.
    """
    return {
        "specversion": "1.0",
        "id": str(event.event_id),
        "source": f"/{source}",
        "time": occurred_at,
        "subject": event.subject,
        "sequence": str(event.sequence),
        "schemaversion": event.schema_version,
        "programmeid": event.programme_id,
        **({"dataschema": schema_at(public_url, event)} if public_url else {}),
        **({"hash": event.hash} if event.hash else {}),
        **event.headers,
    }


def qualified(event: Told) -> str:
    """The name that no other system's event has, with its version."""
    return f"{PREFIX}.{event.topic.removeprefix('public.')}.{event.type}.v{event.schema_version}"


def schema_at(public_url: str, event: Told) -> str:
    """Where the event's JSON Schema is read."""
    return f"{public_url.rstrip('/')}{SCHEMAS}/{event.type}.v{event.schema_version}.json"


def in_utc(at: datetime) -> str:
    """An instant as events tell it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def structured(attributes: Mapping[str, object], body: str | None) -> str:
    """An event with its attributes as one JSON object; its body is JSON already."""
    whole = json.dumps(attributes, ensure_ascii=False)
    return whole if body is None else f'{whole[:-1]},"data":{body}}}'
