"""What passes between an adapter and the services, and what it may be interrupted by."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple, cast

WAIT_SECONDS = 1
"""What `Retry-After` says here."""
KIT_CURSOR = "made-by-the-conformance-kit"
READS = ("GET", "HEAD")


class Interruption(StrEnum):
    """What services and networks do to whoever asks, once in a run."""

    TOKEN_REFUSED = "token-refused"  # noqa: S105 - no secret
    EMPTY_PAGE = "empty-page"
    TOO_MANY = "too-many-requests"
    BUSY = "busy"
    ANSWER_LOST = "answer-lost"
    REFUSED = "refused"
    CONFLICT = "conflict"
    STALE = "stale"


class What(NamedTuple):
    """What is asked, by whichever key and token."""

    service: str
    method: str
    path: str
    query: str
    body: str


@dataclass(frozen=True, slots=True)
class AdapterRequest:
    """A request as it came from the adapter."""

    service: str
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def what(self) -> What:
        """The same for the same request sent again."""
        return What(self.service, self.method, self.path, self.query, sha256(self.body).hexdigest())

    @property
    def writes(self) -> bool:
        return self.method not in READS

    def may_be(self, interruption: Interruption) -> bool:
        """Whether this is a request that the interruption is made for."""
        match interruption:
            case Interruption.TOKEN_REFUSED:
                return True
            case Interruption.EMPTY_PAGE | Interruption.TOO_MANY:
                return not self.writes
            case Interruption.STALE:
                return self.writes and "if-match" in self.headers
            case _:
                return self.writes


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request of the adapter with what it was answered."""

    run: str
    request: AdapterRequest
    at: float
    """Seconds, of a clock that only runs on."""
    status: int
    kind: str = ""
    """Of a problem: the last part of its `type`."""
    interruption: Interruption | None = None

    @property
    def key(self) -> str | None:
        return self.request.headers.get("idempotency-key")

    @property
    def refuses(self) -> bool:
        """The same request would be answered the same again."""
        return self.status == 422 or (self.status == 409 and self.kind != "request-in-flight")


def problem(interruption: Interruption) -> tuple[int, dict[str, str], dict[str, Any]]:
    """Status, headers and body of an answer that interrupts, as the services give them."""
    status, kind, title = {
        Interruption.TOKEN_REFUSED: (401, "not-signed-in", "You are not signed in"),
        Interruption.TOO_MANY: (429, "too-many-requests", "You ask more often than you may"),
        Interruption.BUSY: (503, "unavailable", "The service cannot answer now"),
        Interruption.REFUSED: (422, "of-a-later-version", "A rule that your program does not know says no"),
        Interruption.CONFLICT: (409, "of-a-later-version", "It is in a state that your program does not know"),
        Interruption.STALE: (412, "stale-version", "It changed since you read it"),
    }[interruption]
    headers = {"content-type": "application/problem+json"}
    if status in (429, 503):
        headers["retry-after"] = str(WAIT_SECONDS)
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    detail = "The conformance kit says so, once."
    return status, headers, {"type": f"/problems/{kind}", "title": title, "status": status, "detail": detail}


def object_in(body: bytes) -> dict[str, Any]:
    """The members of a JSON object; none where the body is something else."""
    try:
        members = json.loads(body)
    except ValueError:
        return {}
    return cast("dict[str, Any]", members) if isinstance(members, dict) else {}


def with_more_fields(body: bytes) -> bytes:
    """A JSON answer as a later version may give it: with fields that nobody knows yet."""
    members = object_in(body)
    if not members:
        return body
    for one in (members, *members.get("items", ())):
        if isinstance(one, dict):
            one["of_a_later_version"] = {"told": ["something", 1, None]}
    return json.dumps(members).encode()
