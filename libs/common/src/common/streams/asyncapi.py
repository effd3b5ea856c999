"""The AsyncAPI 3 document of what the services announce: made of the contracts, and served by each of them."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from common.contracts import ANNOUNCERS, EVERY_EVENT, Event, every_topic

from .records import FORMS, Record

Json = dict[str, Any]

OPEN_TO_COUNCILS = "What council systems may read: the public events of claims, with places of their own."
SERVERS: Json = {
    "kafka": {
        "host": "{broker}",
        "protocol": "kafka",
        "description": "The partnership's broker; who may read which topic is set by its rights (deploy/kafka).",
        "variables": {
            "broker": {"description": "Host and port", "default": "localhost:9092", "examples": ["kafka:9092"]}
        },
    },
    "feed": {
        "host": "{service}",
        "pathname": "/v1/events",
        "protocol": "https",
        "description": "The same events over HTTP, of the service that announces them: `GET /v1/events?topic=…`, also"
        " as `application/cloudevents-batch+json`, where `type` is what `ce_qualifiedtype` is here.",
        "variables": {"service": {"description": "Where the service is", "default": "claims.example"}},
    },
}
HEADERS: Mapping[str, str] = {
    "ce_specversion": "The version of CloudEvents: 1.0.",
    "ce_id": "The event's id, the same in its body: a UUID.",
    "ce_type": "What happened: the event's name.",
    "ce_qualifiedtype": "The same by a name that no other system uses, with the version of the contract.",
    "ce_source": "The service that announced it.",
    "ce_time": "When it happened: business time, UTC.",
    "ce_subject": "The stream: what the event is about, such as `claim/…`.",
    "ce_sequence": "Its place in its stream on this topic, from 1 without a gap.",
    "ce_dataschema": "Where the JSON Schema of the body is read, if the service was told where others reach it.",
    "ce_schemaversion": "The version of the event's contract.",
    "ce_programmeid": "The partnership it belongs to.",
    "ce_hash": "The stream's running hash after this event.",
    "ce_traceparent": "The trace of the request that caused it (W3C).",
    "ce_tracestate": "The same trace, in the words of its vendor.",
    "schema_version": "As `ce_schemaversion`: by the name it was released with.",
    "programme_id": "As `ce_programmeid`: by the name it was released with.",
    "hash": "As `ce_hash`: by the name it was released with.",
    "content-type": "application/json.",
    "traceparent": "As `ce_traceparent`: by the name that W3C gives it.",
    "tracestate": "As `ce_tracestate`: by the name that W3C gives it.",
}
OPTIONAL = {
    "ce_dataschema",
    *(prefix + name for prefix in ("", "ce_") for name in ("hash", "traceparent", "tracestate")),
}


@cache
def kept_example(event: type[Event]) -> Json | None:
    """The example that was written for an event's version and stays; none yet of one that is new."""
    file = files("common.contracts") / "examples" / f"{event.__name__}.v{event.schema_version}.json"
    return json.loads(file.read_text()) if file.is_file() else None


def document(example_of: Callable[[type[Event]], Json | None] = kept_example) -> Json:
    """The document of every topic, public ones included."""
    topics = {topic: topic.removeprefix("public.") for topic in every_topic()}
    channels: Json = {}
    operations: Json = {}
    for topic, source in topics.items():
        events = [one for one in EVERY_EVENT.values() if one.topic == source and (topic == source or one.public)]
        key = topic.replace(".", "-")
        messages = {one.__name__: {"$ref": f"#/components/messages/{one.__name__}"} for one in events}
        internal = f"What {ANNOUNCERS[source]} announces, for services."
        channels[key] = {
            "address": topic,
            "description": internal if topic == source else OPEN_TO_COUNCILS,
            "servers": [{"$ref": f"#/servers/{name}"} for name in SERVERS],
            "messages": messages,
            "bindings": {"kafka": {"topic": topic, "bindingVersion": "0.5.0"}},
        }
        operations[f"announce-{key}"] = {
            "action": "send",
            "channel": {"$ref": f"#/channels/{key}"},
            "summary": f"{ANNOUNCERS[source]} announces on {topic}",
            "messages": [{"$ref": f"#/channels/{key}/messages/{name}"} for name in messages],
        }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Social outcomes partnership",
            "version": "1",
            "description": "What the services announce. Council systems consume public.* topics.",
            "tags": [{"name": topic} for topic in ANNOUNCERS],
        },
        "defaultContentType": "application/json",
        "servers": SERVERS,
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": {name: message(event, example_of(event)) for name, event in sorted(EVERY_EVENT.items())},
            "schemas": {name: part for event in EVERY_EVENT.values() for name, part in body(event)["$defs"].items()},
        },
    }


def message(event: type[Event], example: Json | None) -> Json:
    """One event as it is sent; `example` is one of them."""
    examples = (
        [{"name": "as it is sent", "headers": _headers_of(event, example), "payload": example}] if example else []
    )
    return {
        "name": event.__name__,
        "title": event.__name__,
        "summary": first_sentence(event),
        "contentType": "application/json",
        "tags": [{"name": event.topic}],
        "headers": {
            "type": "object",
            "required": sorted(set(HEADERS) - OPTIONAL),
            "properties": {name: _header(name, what) for name, what in HEADERS.items()},
        },
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {name: part for name, part in body(event).items() if name != "$defs"},
        },
        "examples": examples,
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": "The stream, as in `ce_subject`: one stream stays in order."},
                "bindingVersion": "0.5.0",
            }
        },
    }


def first_sentence(event: type[Event]) -> str:
    """What happened, as the contract's docstring begins."""
    return " ".join((event.__doc__ or "").strip().split("\n\n")[0].split())


def body(event: type[Event]) -> Json:
    """A contract's schema whose parts are referred to as the document's own, for a message has no root of its own."""
    schema: Json = event.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.setdefault("$defs", {})
    return schema


def _headers_of(event: type[Event], example: Json) -> dict[str, str]:
    subject, version, text = event.model_validate(example).subject, event.schema_version, json.dumps(example)
    identity = UUID(example["event_id"]), event.__name__
    record = Record(event.topic, subject, 1, *identity, version, text, {}, example["programme_id"])
    announcer = ANNOUNCERS[event.topic]
    headers = record.kafka_headers(announcer, example["occurred_at"], f"https://{announcer}.example")
    return {name: value.decode() for name, value in headers}


def _header(name: str, what: str) -> Json:
    """A header's schema: a pattern where its reader demands one."""
    form = FORMS.get(name)
    return {"type": "string", "description": what} | ({"pattern": f"^{form.pattern}$"} if form is not None else {})
