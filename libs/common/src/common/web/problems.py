"""Errors as RFC 9457 problems: what is wrong, and what to do about it."""

from collections.abc import Mapping
from typing import Any, ClassVar

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, IntegrityError
from starlette.exceptions import HTTPException

from common.streams.outbox import EventTooLarge
from common.telemetry import request_id
from common.transaction import StaleVersion

from .headers import EVERY_ANSWER, NOTHING_RUNS
from .pointers import pointer

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
KINDS = {404: "not-found", 405: "method-not-allowed", 408: "too-slow", 413: "too-large"}
"""What we call the failures that Starlette, or the door itself, raises by number."""
OUT_OF_RANGE = {"22000", "22003", "22008", "22021", "22P05"}
"""Numeric or date out of range, characters PostgreSQL cannot store (U+0000), and what its driver cannot even send."""


class Problem(Exception):
    """A named failure with its status; subclass it with what is the case: `class NoSuchClaim(NotFound)`.

    `type` is a stable slug under `/problems/`; `detail` says what to do; `members` are extra, machine-readable members.
    """

    status: ClassVar[int] = 400
    type: ClassVar[str] = "bad-request"
    title: ClassVar[str] = "The request cannot be carried out"

    def __init__(self, detail: str, *, headers: Mapping[str, str] | None = None, **members: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.members = members
        self.headers = headers


class NotSignedIn(Problem):
    status, type, title = 401, "not-signed-in", "A valid token is needed"


class NotAllowed(Problem):
    status, type, title = 403, "not-allowed", "Your role does not allow this"


class TakesAPerson(NotAllowed):
    type, title = "takes-a-person", "A person must take this step"


class NotFound(Problem):
    """Absent, or not yours: the answer is the same."""

    status, type, title = 404, "not-found", "There is no such thing for you"


class Conflict(Problem):
    status, type, title = 409, "conflict", "It is not in a state that allows this"


class ProgrammeNotLoaded(Conflict):
    """The asker's own programme is not set up in this service yet.

    A conflict with the state things are in, which somebody can mend so that the same request goes through (RFC 9110,
    15.5.10); nothing that is asked for is absent, and nothing is hidden.
    """

    type, title = "programme-not-loaded", "Your programme is not set up here yet"

    def __init__(self) -> None:
        super().__init__("Ask an operator to load it (`outcomes programme load FOLDER`), and send the request again.")


class InFlight(Problem):
    status, type, title = 409, "request-in-flight", "The same request is being carried out"


class Stale(Problem):
    status, type, title = 412, "stale-version", "It changed since you read it"


class TooLarge(Problem):
    status, type, title = 413, "too-large", "The request is too large"


class Invalid(Problem):
    status, type, title = 422, "invalid", "The request is readable but not acceptable"


class KeyReused(Problem):
    status, type, title = 422, "idempotency-key-reused", "This key was used for another request"


class KeyMissing(Problem):
    """The status that the draft of the IETF gives it."""

    status, type, title = 400, "idempotency-key-missing", "A write names itself"


class IssuerAway(Problem):
    status, type, title = 503, "issuer-away", "The issuer of tokens does not answer"


def problem(
    status: int, type: str, title: str, detail: str, headers: Mapping[str, str] | None = None, **members: Any
) -> JSONResponse:
    """A problem document."""
    body = {"type": f"/problems/{type}", "title": title, "status": status, "detail": detail} | members
    return JSONResponse(body, status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def answer(error: Problem) -> JSONResponse:
    """What a named failure answers."""
    return problem(error.status, error.type, error.title, error.detail, error.headers, **error.members)


def install(app: FastAPI) -> None:
    """Answer every failure of an app with a problem, and no failure with a traceback."""

    @app.exception_handler(Problem)
    async def named(_: Request, error: Problem) -> JSONResponse:
        return answer(error)

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> JSONResponse:
        if any(item["type"] == "json_invalid" for item in error.errors()):
            return problem(400, "unreadable", "The request cannot be read", "The body is not valid JSON.")
        if any((item["type"], *item["loc"]) == ("missing", "header", "idempotency-key") for item in error.errors()):
            return answer(KeyMissing("Send `Idempotency-Key`, a new one for each new request, such as a UUID."))
        return problem(
            Invalid.status,
            Invalid.type,
            Invalid.title,
            "Correct the fields listed under `errors` and send the request again.",
            errors=_faults(error),
        )

    @app.exception_handler(HTTPException)
    async def http(_: Request, error: HTTPException) -> JSONResponse:
        kind = KINDS.get(error.status_code, "http")
        return problem(error.status_code, kind, str(error.detail), str(error.detail), error.headers)

    @app.exception_handler(StaleVersion)
    async def stale(_: Request, error: StaleVersion) -> JSONResponse:
        return problem(Stale.status, Stale.type, Stale.title, str(error))

    @app.exception_handler(EventTooLarge)
    async def too_large(_: Request, error: EventTooLarge) -> JSONResponse:
        return problem(TooLarge.status, TooLarge.type, TooLarge.title, str(error))

    _install_storage(app)

    @app.exception_handler(Exception)
    async def unexpected(_: Request, error: Exception) -> JSONResponse:
        log.error("request.failed", error=type(error).__name__, exc_info=error)
        guards = EVERY_ANSWER | NOTHING_RUNS  # this answer leaves outside every middleware of ours
        told = "Nothing was changed. It has been recorded under the `X-Request-Id` of this answer."
        return problem(500, "internal", "Something went wrong here", told, guards | {"X-Request-Id": request_id()})


def _install_storage(app: FastAPI) -> None:
    """What the database says, in the caller's words; a full or absent database is 503, never a half-saved write."""

    @app.exception_handler(IntegrityError)
    async def duplicate(_: Request, error: IntegrityError) -> JSONResponse:
        constraint = getattr(getattr(error.orig, "__cause__", None), "constraint_name", None)
        log.info("request.conflict", constraint=constraint)
        return problem(
            409, "conflict", Conflict.title, "It exists already, or changed meanwhile. Read it and try again."
        )

    @app.exception_handler(DBAPIError)
    async def database(_: Request, error: DBAPIError) -> JSONResponse:
        if getattr(error.orig, "sqlstate", None) in OUT_OF_RANGE:
            return problem(422, "invalid", Invalid.title, "A value is outside what can be stored.")
        log.error("request.database", error=type(error.orig).__name__, exc_info=error)
        return unavailable()

    @app.exception_handler(OSError)
    async def absent(_: Request, error: OSError) -> JSONResponse:
        log.error("request.unavailable", error=type(error).__name__)
        return unavailable()


def unavailable() -> JSONResponse:
    """503 with when to try again."""
    return problem(503, "unavailable", "Not available now", "Nothing was changed. Try again.", {"Retry-After": "2"})


def _faults(error: RequestValidationError) -> list[dict[str, str]]:
    """Where and what, never the value that was sent: it may be personal. A pointer, where it stands in JSON."""
    is_json = isinstance(error.body, dict | list)
    return [
        {"field": ".".join(str(part) for part in fault["loc"]), "problem": fault["msg"]}
        | ({"pointer": pointer(fault["loc"][1:], error.body)} if is_json and fault["loc"][0] == "body" else {})
        for fault in error.errors()
    ]
