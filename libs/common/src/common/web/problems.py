"""Errors as RFC 9457 problems: what is wrong, and what to do about it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException

from common.streams.outbox import EventTooLarge
from common.telemetry import request_id
from common.transaction import StaleVersion

from .http.headers import EVERY_ANSWER, NOTHING_RUNS
from .http.pointers import pointer

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
OUT_OF_RANGE = {"22000", "22003", "22008", "22021", "22P05"}
"""Numeric or date out of range, characters PostgreSQL cannot store (U+0000), and what its driver cannot even send."""


class Problem(Exception):
    """A named failure with its status; subclass it with what is the case: `class NoSuchClaim(NotFound)`.

    `type` is a stable slug: `/problems/` and the slug is a page (`common.web.described.problems`), on which the class's
    docstring says when it comes. `remedy` says what to do, and is the `detail` of an answer that has no closer one;
    `members` are extra, machine-readable members.
    """

    status: ClassVar[int] = 400
    type: ClassVar[str] = "bad-request"
    title: ClassVar[str] = "The request cannot be carried out"
    remedy: ClassVar[str] = "Correct the request and send it again."

    def __init__(self, detail: str | None = None, *, headers: Mapping[str, str] | None = None, **members: Any) -> None:
        self.detail = detail or self.remedy
        super().__init__(self.detail)
        self.members = members
        self.headers = headers

    @classmethod
    def uri(cls) -> str:
        """The page that tells of it, at the service that answered (RFC 9457, 3.1.1)."""
        return f"/problems/{cls.type}"


class Unreadable(Problem):
    """The body is no JSON, or no form, of the kind that the operation takes."""

    type, title = "unreadable", "The request cannot be read"
    remedy = "Send a body that is valid for its `Content-Type`."


class NotSignedIn(Problem):
    """The request has no token, or one that is expired, withdrawn, or not for this service."""

    status, type, title = 401, "not-signed-in", "A valid token is needed"
    remedy = "Ask the issuer for a new token and send it as `Authorization: Bearer <token>`."


class NotAllowed(Problem):
    """None of your roles allows it, or not for what you name."""

    status, type, title = 403, "not-allowed", "Your role does not allow this"
    remedy = "Ask somebody whose role allows it: the operation lists the roles."


class TakesAPerson(NotAllowed):
    """The step is one of two that two people must take, and the token is a system's."""

    type, title = "takes-a-person", "A person must take this step"
    remedy = "A system cannot take this step: sign in yourself, and take it in your own name."


class NoSandbox(NotAllowed):
    """Your token is for a programme in which everything is real: no clock is set there, and nobody is made up."""

    type, title = "no-sandbox", "This programme is no sandbox"
    remedy = "Sign in for a sandbox, such as `kbop-sandbox`: what is asked for is there only."


class NotFound(Problem):
    """Absent, or not yours: the answer is the same."""

    status, type, title = 404, "not-found", "There is no such thing for you"
    remedy = "Check the id and the path, and that your organisation works on it."


class MethodNotAllowed(Problem):
    """The path exists, but not with this method."""

    status, type, title = 405, "method-not-allowed", "That cannot be done with this path"
    remedy = "Use one of the methods that `Allow` lists."


class TooSlow(Problem):
    """The body took longer to arrive than a service waits for it."""

    status, type, title = 408, "too-slow", "The body did not arrive in time"
    remedy = "Send it again, and faster."


class Conflict(Problem):
    """What you write about is in another state, or exists already, or changed while you wrote."""

    status, type, title = 409, "conflict", "It is not in a state that allows this"
    remedy = "It exists already, or changed meanwhile. Read it and try again."


class ProgrammeNotLoaded(Conflict):
    """The asker's own programme is not set up in this service yet.

    A conflict with the state things are in, which somebody can mend so that the same request goes through (RFC 9110,
    15.5.10); nothing that is asked for is absent, and nothing is hidden.
    """

    type, title = "programme-not-loaded", "Your programme is not set up here yet"
    remedy = "Ask an operator to load it (`outcomes programme load FOLDER`), and send the request again."


class KindOfProgrammeStays(Conflict):
    """A programme that was loaded as a real one never becomes a sandbox, and a sandbox never becomes real."""

    type, title = "kind-of-programme-stays", "A programme stays what it was: real, or a sandbox"
    remedy = "Give the folder another `programme_id`, or leave `sandbox` as it was."


class InFlight(Problem):
    """A request with the same `Idempotency-Key` has not been answered yet."""

    status, type, title = 409, "request-in-flight", "The same request is being carried out"
    remedy = "Wait for the first request to end, then repeat it with the same key."


class Stale(Problem):
    """The version in `If-Match` is not the one that stands."""

    status, type, title = 412, "stale-version", "It changed since you read it"
    remedy = "Read it again, see whether your change still fits, and send it with the new version."


class TooLarge(Problem):
    """The body, or what would be announced of it, is larger than a service takes."""

    status, type, title = 413, "too-large", "The request is too large"
    remedy = "Send less at once: the detail says how much is taken."


class Invalid(Problem):
    """Fields or parameters are missing, unknown, or not what they must be: `errors` lists each."""

    status, type, title = 422, "invalid", "The request is readable but not acceptable"
    remedy = "Correct the fields listed under `errors` and send the request again."


class KeyReused(Problem):
    """An earlier request of yours had this `Idempotency-Key` and asked for something else."""

    status, type, title = 422, "idempotency-key-reused", "This key was used for another request"
    remedy = "Use a new `Idempotency-Key` for a different request."


class HeadersTooLarge(Problem):
    """The path, the query and the headers together are larger than a service takes."""

    status, type, title = 431, "headers-too-large", "The headers are too large"
    remedy = "Send fewer of them."


class Internal(Problem):
    """A mistake of ours. The operators see it in their logs."""

    status, type, title = 500, "internal", "Something went wrong here"
    remedy = "Nothing was changed. It has been recorded under the `X-Request-Id` of this answer."


class Unavailable(Problem):
    """The database, or something else that is needed, does not answer."""

    status, type, title = 503, "unavailable", "Not available now"
    remedy = "Nothing was changed. Try again."

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "2"})


class KeyMissing(Problem):
    """A write has no `Idempotency-Key`, or an empty one (the status is the IETF draft's)."""

    status, type, title = 400, "idempotency-key-missing", "A write names itself"
    remedy = "Send `Idempotency-Key`, a new one for each new request, such as a UUID."


class IssuerAway(Problem):
    """The issuer's keys, or its word on whether a token still holds, cannot be had."""

    status, type, title = 503, "issuer-away", "The issuer of tokens does not answer"
    remedy = "Tokens cannot be checked yet: try again in a second."


BY_STATUS = {each.status: each for each in (Unreadable, NotFound, MethodNotAllowed, TooSlow, TooLarge)}
"""What we call the failures that Starlette, FastAPI, or the door itself, raises by number."""


def document_of(error: Problem) -> dict[str, Any]:
    """The problem document of a named failure."""
    document = {"type": error.uri(), "title": error.title, "status": error.status, "detail": error.detail}
    return document | error.members


def answer(error: Problem) -> JSONResponse:
    """The answer to a request that failed so."""
    headers = dict(error.headers or {})
    return JSONResponse(document_of(error), error.status, media_type=MEDIA_TYPE, headers=headers)


def problem_of(error: Exception) -> Problem:
    """What is answered when something fails: the problem itself, or what the failure is in the asker's words.

    A full or absent database is 503, and no write is half saved.
    """
    match error:
        case Problem():
            return error
        case RequestValidationError():
            return _malformed(error)
        case StaleVersion():
            return Stale(str(error))
        case EventTooLarge():
            return TooLarge(str(error))
        case StaleDataError():
            return Conflict()
        case IntegrityError():
            constraint = getattr(getattr(error.orig, "__cause__", None), "constraint_name", None)
            log.info("request.conflict", constraint=constraint)
            return Conflict()
        case DBAPIError() if getattr(error.orig, "sqlstate", None) in OUT_OF_RANGE:
            return Invalid("A value is outside what can be stored.")
        case DBAPIError():
            log.error("request.database", error=type(error.orig).__name__, exc_info=error)
            return Unavailable()
        case OSError():
            log.error("request.unavailable", error=type(error).__name__)
            return Unavailable()
        case _:
            log.error("request.failed", error=type(error).__name__, exc_info=error)
            return Internal()


FAILURES = (Problem, RequestValidationError, StaleVersion, StaleDataError, EventTooLarge, DBAPIError, OSError)
"""What fails in the course of things."""


def install(app: FastAPI) -> None:
    """Answer every failure of an app with a problem, and no failure with a traceback."""

    async def named(_: Request, error: Exception) -> JSONResponse:
        return answer(problem_of(error))

    for kind in FAILURES:
        app.add_exception_handler(kind, named)

    @app.exception_handler(HTTPException)
    async def http(_: Request, error: HTTPException) -> JSONResponse:
        if (kind := BY_STATUS.get(error.status_code)) is not None:
            return answer(kind(str(error.detail), headers=error.headers))
        document = {
            "type": "about:blank",
            "title": HTTPStatus(error.status_code).phrase,
            "status": error.status_code,
            "detail": str(error.detail),
        }
        return JSONResponse(document, error.status_code, dict(error.headers or {}), MEDIA_TYPE)

    @app.exception_handler(Exception)
    async def unexpected(_: Request, error: Exception) -> JSONResponse:
        response = answer(problem_of(error))
        guards = EVERY_ANSWER | NOTHING_RUNS  # this answer leaves outside every middleware of ours
        response.headers.update(guards | {"X-Request-Id": request_id()})
        return response


def _malformed(error: RequestValidationError) -> Problem:
    if any(item["type"] == "json_invalid" for item in error.errors()):
        return Unreadable("The body is not valid JSON.")
    if any((item["type"], *item["loc"]) == ("missing", "header", "idempotency-key") for item in error.errors()):
        return KeyMissing()
    return Invalid(errors=_faults(error))


def _faults(error: RequestValidationError) -> list[dict[str, str]]:
    """Where and what, never the value that was sent: it may be personal. A pointer, where it stands in JSON."""
    is_json = isinstance(error.body, dict | list)
    return [
        {"field": ".".join(str(part) for part in fault["loc"]), "problem": fault["msg"]}
        | ({"pointer": pointer(fault["loc"][1:], error.body)} if is_json and fault["loc"][0] == "body" else {})
        for fault in error.errors()
    ]
