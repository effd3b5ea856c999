"""One published event as it travels: CloudEvents 1.0, binary mode, the same over Kafka and the feed."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from common.contracts import EVERY_EVENT, Event
from common.contracts.upcasters import upcast

REDACTED = "{}"
"""The body of an event that was redacted; no contract has so short a one."""


class Unreadable(Exception):
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

    @property
    def redacted(self) -> bool:
        """Its content was erased: hearers do nothing about it, and the stream goes on."""
        return self.body == REDACTED

    def kafka_headers(self, source: str, occurred_at: str) -> list[tuple[str, bytes]]:
        fields = {
            "ce_specversion": "1.0",
            "ce_id": str(self.event_id),
            "ce_type": self.type,
            "ce_source": source,
            "ce_time": occurred_at,
            "ce_subject": self.subject,
            "ce_sequence": str(self.sequence),
            "schema_version": str(self.schema_version),
            "programme_id": self.programme_id,
            "content-type": "application/json",
            **self.headers,
        }
        return [(name, value.encode()) for name, value in fields.items()]

    @classmethod
    def from_kafka(cls, topic: str, headers: Iterable[tuple[str, bytes]], value: bytes | None) -> "Record":
        """Read a Kafka message.

        Raises:
            Unreadable: a header that places the event in its stream is missing or malformed.
        """
        try:
            named = {name: content.decode() for name, content in headers}
            return cls(
                topic=topic,
                subject=named["ce_subject"],
                sequence=int(named["ce_sequence"]),
                event_id=UUID(named["ce_id"]),
                type=named["ce_type"],
                schema_version=int(named["schema_version"]),
                body=(value or b"").decode(),
                headers={name: named[name] for name in ("traceparent", "tracestate") if name in named},
                programme_id=named["programme_id"],
            )
        except (KeyError, ValueError) as error:
            raise Unreadable("no-place-in-a-stream", f"A message on {topic} has no usable headers.") from error

    @classmethod
    def from_feed(cls, item: Mapping[str, Any]) -> "Record":
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
        )

    def event(self) -> Event:
        """The event in the contract's words of today, whatever version it was announced in.

        Raises:
            Unreadable: unknown type, a schema version newer than this process knows, or a body that does not fit.
        """
        contract = EVERY_EVENT.get(self.type)
        if contract is None:
            raise Unreadable("unknown-type", f"No contract is called {self.type}.")
        if self.schema_version > contract.schema_version:
            raise Unreadable("unknown-schema-version", f"{self.type} v{self.schema_version} is too new.")
        try:
            return contract.model_validate_json(self._body_as_of(contract.schema_version))
        except (ValueError, KeyError, TypeError) as error:
            raise Unreadable("unreadable-body", f"{self.type} does not fit its contract.") from error

    def _body_as_of(self, schema_version: int) -> str:
        if self.schema_version == schema_version:
            return self.body
        return json.dumps(upcast(self.type, self.schema_version, schema_version, json.loads(self.body)))
