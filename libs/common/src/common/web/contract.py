"""The OpenAPI document of a service: what FastAPI reads of its routes, and what every route of ours has besides.

A client made from it signs in, reads every error as the problem that it is, and calls operations by names that stay.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

from . import problems, told_headers
from .access import allowed_roles, api_routes

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
    429: "You ask more often than you may.",
    503: "Something that is needed does not answer; nothing was changed.",
}
ALWAYS = (401, 403, 404, 409, 429, 503)
OF_WRITES = (400, 408, 412, 413, 415, 422)
WAITS = {"Retry-After": {"description": "Seconds to wait before the next try.", "schema": {"type": "string"}}}
ANSWERED_BEFORE = {
    "Idempotency-Replayed": {
        "description": "`true` where this is the answer of an earlier request with the same key.",
        "schema": {"type": "string", "enum": ["true"]},
    }
}
SCHEMA = "#/components/schemas/{model}"
TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "A token of the partnership's issuer, for this service: client credentials for systems, an "
    "authorization code with PKCE for people. What an operation lists are the roles of which one is needed.",
}


def file_of(*media_types: str) -> Json:
    """What an operation answers that sends a file of one of these types."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {"description": "The file.", "content": dict.fromkeys(media_types, binary)}


def operation_id(route: APIRoute) -> str:
    """By what generated clients call an operation: it stays when a path changes."""
    tag = str(route.tags[0]) if route.tags else "service"
    return f"{tag}_{route.name}".replace(" ", "_").replace("-", "_")


def describe(app: FastAPI) -> None:
    """Have an app tell all of it."""
    read = app.openapi

    def told() -> Json:
        if app.openapi_schema is None:
            app.openapi_schema = whole(read(), api_routes(app), simulates=app.state.settings.simulation)
        return app.openapi_schema

    app.openapi = told


def whole(document: Json, routes: Sequence[APIRoute], *, simulates: bool) -> Json:
    """The document with sign-in, errors as they are answered, and without what only a simulation takes."""
    operations: dict[tuple[str, str], Json] = {
        (path, method.upper()): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    for route in routes:
        for method in route.methods or ():
            if (operation := operations.get((route.path, method))) is not None:
                _complete(operation, route, method, simulates=simulates)
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for leftover in ("HTTPValidationError", "ValidationError"):
        schemas.pop(leftover, None)
    problem = ProblemDocument.model_json_schema(ref_template=SCHEMA)
    components["schemas"] = schemas | problem.pop("$defs") | {"Problem": problem}
    components["securitySchemes"] = {"token": TOKEN}
    components["headers"] = told_headers.components()
    components["responses"] = {f"Problem{status}": _response(status) for status in ANSWERS}
    return document


def _complete(operation: Json, route: APIRoute, method: str, *, simulates: bool) -> None:
    if not simulates:
        taken = [one for one in operation.get("parameters", ()) if one["name"] != "simulated-now"]
        operation["parameters"] = taken
    roles = allowed_roles(route)
    if roles is None:
        return
    operation["security"] = [{"token": sorted(roles)}]
    told_headers.declare(operation, route, method)
    operation["summary"] = (route.description or route.name).split("\n", 1)[0].split(". ", 1)[0].rstrip(".")
    answers: Json = operation["responses"]
    for status, answer in answers.items():
        if method != "GET" and status.startswith("2"):
            answer["headers"] = answer.get("headers", {}) | ANSWERED_BEFORE
    statuses = {*ALWAYS, *(OF_WRITES if method != "GET" else ())}
    if operation.get("parameters"):
        statuses |= {400, 422}
    answers.pop("422", None)
    answers |= {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in sorted(statuses)}


def _response(status: int) -> Json:
    waits = {"headers": WAITS} if status in (429, 503) else {}
    content = {problems.MEDIA_TYPE: {"schema": {"$ref": SCHEMA.format(model="Problem")}}}
    return {"description": ANSWERS[status], **waits, "content": content}
