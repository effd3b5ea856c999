"""The examples in the OpenAPI documents are what services answered; and what they answer now is what the documents say.

`make examples` asks every operation as the tests of isolation do, and keeps what was sent and answered.
"""

import json
import os
from pathlib import Path
from typing import Any, cast

import jsonschema
import pytest
from filelock import FileLock

from common.river import WITH_DATABASE
from common.web.access import allowed_roles
from tests.house.towns import app_of
from tests.isolation.matrix import Examination, Relation, asker, marks_in
from tests.isolation.services import SERVICES
from tests.isolation.test_matrix import EVERY_ROUTE, ROUTES
from tests.isolation.worlds import World
from tests.parts.shared import ROOT

Json = dict[str, Any]
JSON = "application/json"
MOST_ITEMS, MOST_BYTES = 2, 12_000
RECORDING = "RECORD_EXAMPLES" in os.environ


def kept_in(service: str) -> Path:
    package = WITH_DATABASE[service].package
    return ROOT / "services" / service / "src" / package / "routes" / "examples.json"


def operation_of(service: str, route: str) -> Json:
    method, path = route.split(" ")
    operation: Json = app_of(service).openapi()["paths"][path][method.lower()]
    return operation


def answer_schema(operation: Json) -> Json | None:
    """What an operation says it answers when it succeeds; none for a file."""
    told = next(told for status, told in operation["responses"].items() if status.startswith("2"))
    return told.get("content", {}).get(JSON, {}).get("schema")


def request_schema(operation: Json) -> Json | None:
    return operation.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema")


def fits(value: Any, schema: Json, service: str) -> None:
    jsonschema.validate(value, schema | {"components": app_of(service).openapi()["components"]})


def short(value: Any, most: int | None = None) -> Any:
    """A list of one or two items is as good an example as one of fifty."""
    if isinstance(value, dict):
        told = cast(Json, value)
        return {name: short(each, MOST_ITEMS if name == "items" else most) for name, each in told.items()}
    if isinstance(value, list):
        return [short(each, most) for each in cast(list[Any], value)[:most]]
    if isinstance(value, str) and value.startswith(("eyJ", "whsec_")):
        return f"{value[:20]}…"  # a signed token, a secret: nobody should take an example for one
    return value


def shortened(value: Any) -> Any:
    once = short(json.loads(json.dumps(value, default=str)))
    return once if len(json.dumps(once)) < MOST_BYTES else short(once, 1)


@pytest.mark.parametrize(("world", "route"), EVERY_ROUTE, indirect=["world"])
async def test_a_service_answers_what_its_document_says(world: World, route: str) -> None:
    made, example = ROUTES[world.name][route], SERVICES[world.name].examples[route]
    role = min(allowed_roles(made) or ())
    asking = await example.make(world, role)
    await world.relay()
    examination = Examination(world, made, example, await marks_in(world))
    answer = await examination.ask(asking, asker(role, Relation.OWN))
    operation = operation_of(world.name, route)

    assert answer.is_success, answer.text
    if (schema := answer_schema(operation)) is None:
        assert answer.headers["content-type"].partition(";")[0] in told_types(operation)
        return
    fits(answer.json(), schema, world.name)
    if RECORDING:
        sent = None if asking.body is None or request_schema(operation) is None else shortened(asking.body)
        record(world.name, operation["operationId"], sent, shortened(answer.json()))


def told_types(operation: Json) -> set[str]:
    return {kind for status, it in operation["responses"].items() if status[0] == "2" for kind in it["content"]}


def record(service: str, operation: str, sent: Any, answered: Any) -> None:
    path = kept_in(service)
    with FileLock(ROOT / ".tools" / "examples.lock"):
        kept: Json = json.loads(path.read_text()) if path.exists() else {}
        kept[operation] = ({} if sent is None else {"request": sent}) | {"answer": answered}
        path.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_has_an_example_that_fits(service: str) -> None:
    kept: dict[str, Json] = json.loads(kept_in(service).read_text())
    for route in ROUTES[service]:
        operation = operation_of(service, route)
        example = kept.pop(operation["operationId"], {})
        if (schema := answer_schema(operation)) is not None:
            fits(example["answer"], schema, service)
        if (schema := request_schema(operation)) is not None and "request" in example:
            fits(example["request"], schema, service)

    assert kept == {}, "examples of no operation"
