"""Council systems are built from `docs/asyncapi.json` alone: the official parser reads it, and its examples hold."""

import json
from typing import Any

import httpx
import jsonschema
import pytest

from common.contracts import EVERY_EVENT
from tests.house.towns import SERVICES, app_of
from tests.parts.documents import LOCKED, run, why_no_readers
from tests.parts.shared import ROOT

PATH = ROOT / "docs" / "asyncapi.json"
DOCUMENT: dict[str, Any] = json.loads(PATH.read_text())


def with_parts(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema that finds the document's parts where it refers to them."""
    return schema | {"components": DOCUMENT["components"]}


def test_the_official_parser_reads_the_document_and_every_event_in_it() -> None:
    if reason := why_no_readers():
        pytest.skip(reason)

    done = run(LOCKED / "read-asyncapi.mjs", str(PATH))

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["objections"] == []
    assert set(told["messages"]) == set(EVERY_EVENT)


@pytest.mark.parametrize("event", sorted(EVERY_EVENT))
def test_an_events_example_fits_what_the_document_says_of_it(event: str) -> None:
    message = DOCUMENT["components"]["messages"][event]
    example = message["examples"][0]

    jsonschema.validate(example["headers"], with_parts(message["headers"]))
    jsonschema.validate(example["payload"], with_parts(message["payload"]["schema"]))


def test_every_topic_says_what_is_sent_on_it() -> None:
    channels = DOCUMENT["channels"].values()

    assert {name for channel in channels for name in channel["messages"]} == set(EVERY_EVENT)
    assert all(channel["messages"] for channel in channels)


@pytest.mark.parametrize("service", SERVICES)
async def test_every_service_serves_the_document_and_every_schema(service: str) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app_of(service)), base_url="http://here") as client:
        served = await client.get("/asyncapi.json")
        named = [f"/schemas/{name}.v{event.schema_version}.json" for name, event in EVERY_EVENT.items()]
        schemas = [(await client.get(path)).json() for path in named]

    assert served.json() == DOCUMENT
    assert [one["title"] for one in schemas] == list(EVERY_EVENT)


def test_the_document_tells_every_header_that_is_sent() -> None:
    for message in DOCUMENT["components"]["messages"].values():
        [example] = message["examples"]
        told, sent = set(message["headers"]["properties"]), set(example["headers"])
        assert (sent - told, set(message["headers"]["required"]) - sent) == (set(), set())
