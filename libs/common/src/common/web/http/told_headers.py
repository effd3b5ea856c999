"""What the OpenAPI says of headers that every route has by its kind: read from the routes, as the answers are."""

from collections.abc import Mapping
from typing import Any

from fastapi.routing import APIRoute

from common.web.access import takes_a_version

from .deprecation import deprecation_of

Json = dict[str, Any]

HEADERS: Mapping[str, str] = {
    "ETag": "What to name in `If-Match` when you write, or in `If-None-Match` when you read again.",
    "Location": "Where what was made is read.",
    "Vary": "`Accept-Encoding`, where the answer could be compressed.",
    "X-Request-Id": "Under what our logs have this request: the trace of your `traceparent`, or one of our own.",
    "RateLimit": "How many requests you have left here (`r`), and in how many seconds all of them again (`t`).",
    "RateLimit-Policy": "How many requests a client has (`q`) in how many seconds (`w`), of each process.",
}
OF_WHAT_IS_GIVEN_UP: Mapping[str, str] = {
    "Deprecation": "Since when this should not be called any more: `@` and seconds since 1970 (RFC 9745).",
    "Sunset": "From when it is not answered any more (RFC 8594).",
    "Link": "`rel=deprecation`: where it says what to call instead.",
}
OF_EVERY_ANSWER = ("X-Request-Id", "RateLimit", "RateLimit-Policy")
CONDITIONS: Mapping[str, str] = {
    "If-Match": "The `ETag` or version that you read, `*`, or several: 412 if it is another by now.",
    "If-None-Match": "The `ETag` that you have: 304 without a body if it is still the same.",
}
TEXT: Json = {"type": "string"}
NOT_CHANGED: Json = {"description": "It is still as you have it."}


def components() -> Json:
    """The headers, by name."""
    return {name: {"description": description, "schema": {"type": "string"}} for name, description in HEADERS.items()}


def declare(operation: Json, route: APIRoute, method: str) -> None:
    """Add to an operation what it takes and answers in headers."""
    condition = "If-None-Match" if method == "GET" else "If-Match" if takes_a_version(route) else None
    if condition is not None:
        parameter: Json = {"name": condition, "in": "header", "required": False, "description": CONDITIONS[condition]}
        operation.setdefault("parameters", []).append(parameter | {"schema": {"type": "string"}})
    answers: Json = operation["responses"]
    if method == "GET":
        answers["304"] = dict(NOT_CHANGED)
    for status, answer in answers.items():
        if status[0] in "23":
            told_of = (*OF_EVERY_ANSWER, *_of_its_own(route, method, status))
            references = {name: {"$ref": f"#/components/headers/{name}"} for name in told_of}
            answer["headers"] = answer.get("headers", {}) | references
            if deprecation_of(route):
                told_so = OF_WHAT_IS_GIVEN_UP.items()
                answer["headers"] |= {name: {"description": what, "schema": TEXT} for name, what in told_so}


def _of_its_own(route: APIRoute, method: str, status: str) -> tuple[str, ...]:
    if method == "GET":
        return ("ETag", "Vary")
    if status == "201":
        return ("Location", "ETag")
    return ("ETag",) if takes_a_version(route) and method != "PUT" else ()
