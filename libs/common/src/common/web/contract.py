"""The OpenAPI document of a service: what FastAPI reads of its routes, and what every route of ours has besides.

A client made from it signs in, reads every error as the problem that it is, and calls operations by names that stay.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

from common.settings import ServiceSettings

from . import problems
from .access import allowed_roles, api_routes, takes_a_person
from .described.docs import ways_to_sign_in
from .described.problems import when
from .failing import AT_THE_DOOR, OF_WRITES, Kind, failures_of
from .http import told_headers
from .http.deprecation import deprecation_of

Json = dict[str, Any]


class Fault(BaseModel):
    """A field of the request that cannot be taken."""

    field: str = Field(description="Where it stands: `body.person.given_name`, `query.limit`.")
    problem: str = Field(description="What is wrong with it, in words.")
    pointer: str | None = Field(default=None, description="Where in a JSON body: `#/person/given_name` (RFC 6901).")


class RefusalOut(BaseModel):
    """A rule that said no."""

    model_config = ConfigDict(extra="allow")

    code: str = Field(description="Stable: your software may act on it.")
    reason: str = Field(description="What stands against it, in words for people.")
    remedy: str = Field(description="What would satisfy the rule.")


class ProblemDocument(BaseModel):
    """What is wrong, and what to do about it (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="Which kind of problem: stable, and what your software should look at.")
    title: str = Field(description="The kind in words, the same each time.")
    status: int = Field(description="The status of the answer again.")
    detail: str = Field(description="What to do now, in words for people.")
    errors: list[Fault] | None = Field(default=None, description="With 422: every field that cannot be taken.")
    refusals: list[RefusalOut] | None = Field(default=None, description="Every rule that said no, not only the first.")


ANSWERS: Mapping[int, str] = {
    400: "The request cannot be read: its body is no JSON, or a cursor is none of ours.",
    401: "No token, or one that is expired or not for this service.",
    403: "Your role does not allow this, or a system asks for what takes a person.",
    404: "It does not exist, or is not yours: the answer is the same. Or the programme has not been loaded.",
    408: "The body did not arrive in time.",
    409: "It is not in a state that allows this, or the same request is being carried out.",
    412: "It changed since you read it: read it again.",
    413: "The request is too large.",
    415: "This kind of file is not accepted.",
    422: "The request is readable but cannot be taken: `errors` or `refusals` say why.",
    431: "Path, query and headers together are too large.",
    429: "You ask more often than you may.",
    500: "Something went wrong here; nothing was changed.",
    503: "Something that is needed does not answer; nothing was changed.",
}
SHARED: Mapping[int, set[Kind]] = {
    status: {kind for kind in (*AT_THE_DOOR, *OF_WRITES) if kind.status == status}
    for status in sorted({kind.status for kind in (*AT_THE_DOOR, *OF_WRITES)})
}
"""What an operation of the usual kind answers with a status; what answers otherwise says so itself."""
WAITS = {"Retry-After": {"description": "Seconds to wait before the next try.", "schema": {"type": "string"}}}
ANSWERED_BEFORE = {
    "Idempotency-Replayed": {
        "description": "`true` where this is the answer of an earlier request with the same key.",
        "schema": {"type": "string", "enum": ["true"]},
    }
}
SOURCE = re.compile(r" \((?:[A-Z]+-|§)[^)]*\)")
"""Where in the field's documents it stands, which a title leaves out."""
SCHEMA = "#/components/schemas/{model}"
ANSWER = "#/components/responses/"
TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "A token of the partnership's issuer, for this service: client credentials for systems, an "
    "authorization code with PKCE for people. What an operation lists are the roles of which one is needed.",
}


MEANINGS: Mapping[str, Mapping[str, str]] = tomllib.loads((Path(__file__).parent / "meanings.toml").read_text())
"""What fields, parameters and tags mean, each in one place for all services."""


def file_of(*media_types: str) -> Json:
    """What an operation answers that sends a file of one of these types."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {"description": "The file.", "content": dict.fromkeys(media_types, binary)}


def describe(app: FastAPI) -> None:
    """Have an app tell all of it."""
    openapi = app.openapi

    def told() -> Json:
        if app.openapi_schema is None:
            document = whole(openapi(), api_routes(app), app.state.settings)
            _show_examples(document, files(app.state.service) / "routes" / "examples.json")
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = told


def whole(document: Json, routes: Sequence[APIRoute], settings: ServiceSettings) -> Json:
    """The document with sign-in, errors as they are answered, and without what only a simulation takes."""
    operations: dict[tuple[str, str], Json] = {
        (path, method.upper()): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    for route in routes:
        for method in route.methods or ():
            if (operation := operations.get((route.path, method))) is not None:
                _complete(operation, route, method, simulates=settings.simulation)
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    document["info"]["contact"] = {"name": "Whoever runs this installation"}
    document["servers"] = [{"url": settings.public_path or "/", "description": "This service"}]
    _say_what_it_means(document, operations.values())
    for leftover in ("HTTPValidationError", "ValidationError"):
        schemas.pop(leftover, None)
    problem = ProblemDocument.model_json_schema(ref_template=SCHEMA)
    components["schemas"] = schemas | problem.pop("$defs") | {"Problem": problem}
    components["securitySchemes"] = {"token": TOKEN} | ways_to_sign_in(settings)
    components["headers"] = told_headers.components()
    problem_responses = {f"Problem{status}": _response(status, kinds) for status, kinds in SHARED.items()}
    used = {answer.get("$ref", "") for one in operations.values() for answer in one["responses"].values()}
    components["responses"] = {
        name: response for name, response in problem_responses.items() if f"{ANSWER}{name}" in used
    }
    components["examples"] = {
        kind.type: _example(kind)
        for kind in sorted({kind for route in routes for kind in failures_of(route)}, key=_by_type)
    }
    return document


def _show_examples(document: Json, file: Traversable) -> None:
    """Show what was sent and answered in a test (tests/isolation/test_examples.py)."""
    examples: dict[str, Json] = json.loads(file.read_text()) if file.is_file() else {}
    for methods in document["paths"].values():
        for operation in methods.values():
            example = examples.get(operation["operationId"], {})
            answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
            for name, part in (("request", operation.get("requestBody", {})), ("answer", answers[0])):
                if name in example and (content := part["content"].get("application/json")) is not None:
                    content["examples"] = {"from a test": {"value": example[name]}}


def _say_what_it_means(document: Json, operations: Iterable[Json]) -> None:
    """Describe every field, parameter and tag that says nothing of its own."""
    fields, parameters, tags = (MEANINGS[part] for part in ("fields", "parameters", "tags"))
    for name, schema in document["components"]["schemas"].items():
        for field, shape in schema.get("properties", {}).items():
            if "description" not in shape and (meaning := fields.get(f"{name}.{field}", fields.get(field))):
                shape["description"] = meaning
    used: set[str] = set()
    for operation in operations:
        used |= set(operation.get("tags", ()))
        for parameter in operation.get("parameters", ()):
            if "description" not in parameter and (meaning := parameters.get(parameter["name"])):
                parameter["description"] = meaning
    document["tags"] = [{"name": tag, "description": tags[tag]} for tag in sorted(used)]


def _complete(operation: Json, route: APIRoute, method: str, *, simulates: bool) -> None:
    if not simulates:
        parameters = [one for one in operation.get("parameters", ()) if one["name"] != "simulated-now"]
        operation["parameters"] = parameters
    roles = allowed_roles(route)
    if roles is None:
        return
    who = ("people",) if takes_a_person(route) else ("people", "systems")
    operation["security"] = [{"token": sorted(roles)}, *({scheme: ["openid"]} for scheme in who)]
    if given_up := deprecation_of(route):
        operation["deprecated"] = True
        operation["description"] = f"{given_up.sentence}\n\n{operation.get('description', '')}"
    told_headers.declare(operation, route, method)
    operation["summary"] = _title(route.description or route.name)
    answers: Json = operation["responses"]
    for status, answer in answers.items():
        if method != "GET" and status.startswith("2"):
            answer["headers"] = answer.get("headers", {}) | ANSWERED_BEFORE
    answers.pop("422", None)
    kinds = failures_of(route)
    for status in sorted({kind.status for kind in kinds}):
        of_status = {kind for kind in kinds if kind.status == status}
        reference = {"$ref": f"{ANSWER}Problem{status}"}
        answers[str(status)] = reference if of_status == SHARED.get(status) else _response(status, of_status)


def _title(description: str) -> str:
    """What a description says before its first full stop, colon or semicolon."""
    return re.split(r"[.;:](?: |$)", SOURCE.sub("", " ".join(description.split())), maxsplit=1)[0]


def _response(status: int, kinds: Iterable[Kind]) -> Json:
    """One status with the problems that may come with it, each as it is answered."""
    waits = {"headers": WAITS} if status in (429, 503) else {}
    examples = {kind.type: {"$ref": f"#/components/examples/{kind.type}"} for kind in sorted(kinds, key=_by_type)}
    schema = {"$ref": SCHEMA.format(model="Problem")}
    return {
        "description": ANSWERS[status],
        **waits,
        "content": {problems.MEDIA_TYPE: {"schema": schema, "examples": examples}},
    }


def _example(kind: Kind) -> Json:
    value = {"type": kind.uri(), "title": kind.title, "status": kind.status, "detail": kind.remedy}
    return {"summary": kind.title, "description": when(kind), "value": value}


def _by_type(kind: Kind) -> str:
    return kind.type
