"""Asking a service: one client for all, the person's own token, and an end to each refusal in what a page does then."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

import httpx
from starlette.datastructures import UploadFile

from .operations import Operation

READ_SECONDS = 15
UPLOAD_SECONDS = 120
Body = Mapping[str, Any]


class ServiceAway(Exception):
    """A service does not answer, or cannot now."""

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self.service = service


class SignInEnded(Exception):
    """A service takes the token no more: whoever it was signs in again."""


class NotForYou(Exception):
    """The person's roles do not allow it."""


class NotThere(Exception):
    """Absent, or another's: it is the same."""


class NotAccepted(Exception):
    """What was asked stands against a rule or a field; `problem` says which, and what to do (docs/problems.md)."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(str(problem.get("type")))
        self.problem = problem

    @property
    def kind(self) -> str:
        """The problem's slug: `stale-version`."""
        return str(self.problem.get("type", "")).rpartition("/")[2]


class Reply(dict[str, Any]):
    """What a service answered, and the version its thing has now."""

    version: str | None = None
    """To be named when the thing is written (`If-Match`)."""

    @property
    def entries(self) -> list[dict[str, Any]]:
        """Of a list, what is on this page."""
        return cast(list[dict[str, Any]], self["items"])


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """One request, whole."""

    operation: Operation
    parameters: Mapping[str, Any]
    """Of its path, and else of its query; what is nothing is left out."""
    body: Body | None = None
    upload: UploadFile | None = None
    """Sent beside the body, as `file`."""
    key: str = ""
    version: str | None = None

    @property
    def path(self) -> str:
        """With its parameters filled in: whatever they say, they stay within their place."""
        values = {name: quote(str(self.parameters[name]), safe="") for name in self.operation.in_path}
        return self.operation.path.format_map(values)

    @property
    def query(self) -> httpx.QueryParams:
        """What the path does not name."""
        rest = {name: value for name, value in self.parameters.items() if name not in self.operation.in_path}
        pairs = [(name, value) for name, values in rest.items() for value in _several(values) if value is not None]
        return httpx.QueryParams(tuple((name, _text(value)) for name, value in pairs))


def _several(value: Any) -> list[Any]:
    return list(cast(list[Any], value)) if isinstance(value, list | tuple | set | frozenset) else [value]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class Services:
    """The four services, reached by one client."""

    def __init__(self, client: httpx.AsyncClient, urls: Mapping[str, str]) -> None:
        self._client = client
        self._urls = urls

    async def ask(self, question: ServiceRequest, headers: Mapping[str, str]) -> Reply:
        """The answer.

        Raises:
            ServiceAway: it does not answer, or cannot now.
            SignInEnded, NotForYou, NotThere, NotAccepted: as they say.
        """
        request = self._request(question, headers)
        try:
            response = await self._client.send(request)
        except httpx.TransportError as error:
            raise ServiceAway(question.operation.service) from error
        _refuse(question.operation, response)
        reply = Reply(response.json() if response.content else {})
        reply.version = response.headers.get("etag")
        return reply

    @asynccontextmanager
    async def file(self, question: ServiceRequest, headers: Mapping[str, str]) -> AsyncGenerator[httpx.Response]:
        """A file as it comes; raises as `ask`."""
        request = self._request(question, headers)
        request.headers["Accept-Encoding"] = "identity"  # it is passed on byte by byte, with its length
        try:
            response = await self._client.send(request, stream=True)
        except httpx.TransportError as error:
            raise ServiceAway(question.operation.service) from error
        try:
            if response.is_error:
                await response.aread()
            _refuse(question.operation, response)
            yield response
        finally:
            await response.aclose()

    async def is_up(self, service: str) -> bool:
        """Whether it does its work now."""
        return await self.health(service) is not None

    async def health(self, service: str) -> Mapping[str, Any] | None:
        """What it says of itself where it does its work now (`common.web.health`)."""
        try:
            answer = await self._client.get(f"{self._urls[service]}/health/ready", timeout=2)
            return cast(Mapping[str, Any], answer.json()) if answer.is_success else None
        except (httpx.TransportError, ValueError):
            return None

    def _request(self, question: ServiceRequest, headers: Mapping[str, str]) -> httpx.Request:
        more: dict[str, Any] = {}
        heads = dict(headers)
        if question.operation.writes:
            heads["Idempotency-Key"] = question.key
            if question.version:
                heads["If-Match"] = question.version
        if question.upload is not None:
            file = question.upload
            more["files"] = {"file": (file.filename or "file", file.file, file.content_type or "")}
            more["data"] = {name: _text(value) for name, value in (question.body or {}).items() if value is not None}
            more["timeout"] = UPLOAD_SECONDS
        elif question.operation.writes and question.body is not None:
            more["content"] = json.dumps(question.body, default=str)
            heads["Content-Type"] = "application/json"
        url = self._urls[question.operation.service] + question.path
        return self._client.build_request(question.operation.method, url, params=question.query, headers=heads, **more)


def _refuse(operation: Operation, response: httpx.Response) -> None:
    if response.is_success:
        return
    match response.status_code:
        case 401:
            raise SignInEnded
        case 403:
            problem = _problem(response)
            raise NotAccepted(problem) if problem.get("refusals") else NotForYou
        case 404:
            raise NotThere
        case 400 | 408 | 409 | 412 | 413 | 415 | 422 | 428 | 429:
            raise NotAccepted(_problem(response))
        case _:
            raise ServiceAway(operation.service)


def _problem(response: httpx.Response) -> Mapping[str, Any]:
    try:
        problem: Any = response.json()
    except ValueError:
        problem = None
    return cast(Mapping[str, Any], problem) if isinstance(problem, dict) else {"title": response.reason_phrase}


def is_an_id(text: str) -> bool:
    """Whether it is an id of ours."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
