"""One published event as it travels: CloudEvents 1.0, binary mode, the same over Kafka and the feed."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from uuid import UUID

from common.contracts import EVERY_EVENT, Event
from common.contracts.upcasters import upcast

from .chain import leaf
from .cloud_events import context, qualified

REDACTED = "{}"
"""The body of an event that was redacted; no contract has so short a one."""


MOST_BYTES = 64 * 1024
"""Of an event's body."""
FORMS = {
    name: re.compile(form, re.ASCII)
    for name, form in {
        "ce_subject": r"[A-Za-z0-9_./:-]{1,200}",
        "ce_sequence": r"[1-9]\d{0,17}",
        "ce_type": r"[A-Za-z]{1,100}",
        "schema_version": r"\d{1,4}",
        "programme_id": r"[a-z0-9-]{1,64}",
        "hash": r"[0-9a-f]{64}",
        "traceparent": r"[0-9a-f-]{1,100}",
        "tracestate": r"[\x20-\x7e]{0,512}",
    }.items()
}
"""What headers may hold: nothing that a database would choke on."""


class UnreadableEvent(Exception):
    """An event this process cannot read; its stream steps aside until it can."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True, slots=True)
class Record:
    """An event with its place in its stream. `body` is JSON; `headers` carry the trace."""

    topic: str
    subject: str
    sequence: int
    event_id: UUID
    type: str
    schema_version: int
    body: str
    headers: Mapping[str, str]
    programme_id: str
    hash: str | None = None
    """The stream's running hash after this event (`common.streams.chain`); none if sent before there was one."""
    body_sha256: str | None = None
    """Of an event that was redacted: the hash of what it said, so that the chain over it holds."""

    @property
    def leaf(self) -> bytes:
        """What the stream's running hash takes in of this event."""
        kept_sha256 = bytes.fromhex(self.body_sha256) if self.body_sha256 and self.redacted else None
        body_sha256 = kept_sha256 or sha256(self.body.encode()).digest()
        return leaf(self.topic, self, self.schema_version, body_sha256)

    @property
    def redacted(self) -> bool:
        """Its content was erased: hearers do nothing about it, and the stream goes on."""
        return self.body == REDACTED

    def emptied(self) -> "Record":
        """The same event without what it says, as if it had been redacted."""
        return replace(self, body=REDACTED, body_sha256=sha256(self.body.encode()).hexdigest())

    def kafka_headers(self, source: str, occurred_at: str, public_url: str = "") -> list[tuple[str, bytes]]:
        """The headers of CloudEvents in binary mode, and those of ours that were released, as Kafka takes them."""
        attributes = context(self, source, occurred_at, public_url)
        fields = {
            "ce_type": self.type,
            "ce_qualifiedtype": qualified(self),
            **{f"ce_{name}": str(value) for name, value in attributes.items()},
            "schema_version": str(self.schema_version),
            "programme_id": self.programme_id,
            "content-type": "application/json",
            **({"hash": self.hash} if self.hash else {}),
            **self.headers,
        }
        return [(name, value.encode()) for name, value in fields.items()]

    @classmethod
    def from_feed(cls, item: Mapping[str, Any]) -> "Record":
        """Read an entry of another service's feed; a service is believed, so its shape is not checked again."""
        return cls(
            topic=item["topic"],
            subject=item["subject"],
            sequence=item["sequence"],
            event_id=UUID(item["event_id"]),
            type=item["type"],
            schema_version=item["schema_version"],
            body=item["body"],
            headers=item["headers"],
            programme_id=item["programme_id"],
            hash=item.get("hash"),
            body_sha256=item.get("body_sha256"),
        )

    def event(self) -> Event:
        """The event in the contract's words of today, whatever version it was announced in.

        Raises:
            Unreadable: unknown type, a schema version newer than this process knows, or a body that does not fit.
        """
        contract = EVERY_EVENT.get(self.type)
        if contract is None:
            raise UnreadableEvent("unknown-type", f"No contract is called {self.type}.")
        if self.schema_version > contract.schema_version:
            raise UnreadableEvent("unknown-schema-version", f"{self.type} v{self.schema_version} is too new.")
        try:
            return contract.model_validate_json(self._body_as_of(contract.schema_version))
        except (ValueError, KeyError, TypeError) as error:
            raise UnreadableEvent("unreadable-body", f"{self.type} does not fit its contract.") from error

    def _body_as_of(self, schema_version: int) -> str:
        if self.schema_version == schema_version:
            return self.body
        return json.dumps(upcast(self.type, self.schema_version, schema_version, json.loads(self.body)))
