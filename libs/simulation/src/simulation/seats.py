"""Everyone the simulation plays: each signed in as themselves, each asking the public APIs with their own token."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx

from common.web.signin import StaysSignedIn, token_for_person, token_for_system
from embedded.people import found, systems

from .journal import Journal

AT_ONCE = 16
"""Requests in flight at most: more would only wait in the services' pools."""

TRY_AGAIN = frozenset({429, 503})
REFUSALS = frozenset({409, 422})
"""What a service answers when it will not, and would not if it were asked again at that instant."""
TRIES = 5
BOUNDARY = "simulated-evidence"
"""Fixed, so that the same upload sent again is the same request."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as somebody sends it."""

    name: str
    content: bytes
    media_type: str = "application/pdf"


class SeatRefused(Exception):
    """A service said no: who asked what, and the problem document that came back."""

    def __init__(self, seat: str, request: str, status: int, problem: Json) -> None:
        super().__init__(f"{seat}: {request} was answered {status}: {json.dumps(problem, ensure_ascii=False)[:2000]}")
        self.status = status
        self.problem = problem

    @property
    def refusals(self) -> list[Json]:
        """The rules that stood against it, each with its code, reason and remedy."""
        return self.problem.get("refusals", [])


async def sign_in(issuer: str, party: str) -> str:
    """The token of a seeded person or system, by the flow their real client uses."""
    system = found(systems(), party)
    if system is None:
        return await token_for_person(issuer, party, simulate=True)
    return await token_for_system(issuer, party, system.secret, simulate=True)


@dataclass(slots=True)
class Desk:
    """What all seats share: the way to the services, room for so many requests at once, and their count."""

    client: httpx.AsyncClient
    services: Mapping[str, str]
    journal: Journal | None = None
    """Where what was done is kept, so that it is not sent again."""
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Seat:
    """One person or system at work. A path begins with its service: `claims/v1/claims`."""

    name: str
    desk: Desk
    auth: StaysSignedIn

    async def get(self, path: str, at: datetime | None, **query: Any) -> Any:
        """What is at a path; `None` leaves the time to the service.

        Raises:
            Refused: any answer but success.
        """
        parameters = {name: value for name, value in query.items() if value is not None}
        return await self._ask("GET", path, at, params=parameters)

    async def look(self, path: str, at: datetime) -> Any:
        """As `get`, and kept with what was done: who goes on after an interruption acts on what was seen then."""
        return await self._once("GET", path, at, f"GET {path} {at.isoformat()}")

    async def page(self, path: str, at: datetime | None, **query: Any) -> list[Json]:
        """A whole list, page by page."""
        items, cursor = list[Json](), None
        while True:
            page = await self.get(path, at, cursor=cursor, limit=200, **query)
            items += page["items"]
            if (cursor := page["next"]) is None:
                return items

    async def post(self, path: str, at: datetime, body: Json | None = None, key: str | None = None) -> Json:
        """Do something. The same act at the same simulated instant is the same request, and is carried out once.

        Under a `key` of the caller's it is the same at any instant.

        Raises:
            Refused: any answer but success.
        """
        content = json.dumps({} if body is None else body, sort_keys=True, default=str).encode()
        return await self._send("POST", path, at, content, key)

    async def put(self, path: str, at: datetime, body: Json) -> Json:
        """Set something up, as `post`."""
        content = json.dumps(body, sort_keys=True, default=str).encode()
        return await self._send("PUT", path, at, content)

    async def upload(self, path: str, at: datetime, file: SentFile, form: Mapping[str, str]) -> Json:
        """Send a file with what is said about it, as `post`."""
        fields = json.dumps(form, sort_keys=True).encode()
        key = _key(path, at, fields + file.content)
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Idempotency-Key": key}
        files = {"file": (file.name, file.content, file.media_type)}
        return await self._once("POST", path, at, key, data=form, files=files, headers=headers)

    async def _send(self, method: str, path: str, at: datetime, content: bytes, key: str | None = None) -> Json:
        key = key or _key(path, at, content)
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        return await self._once(method, path, at, key, content=content, headers=headers)

    async def _once(self, method: str, path: str, at: datetime, key: str, **content: Any) -> Any:
        """Ask, unless the journal has the answer; a refusal is an answer too."""
        journal, mine = self.desk.journal, f"{self.name} {key}"
        if journal is None:
            return await self._ask(method, path, at, **content)
        entry: Json | None = journal.answer(mine)
        if entry is None:
            try:
                entry = {"answer": await self._ask(method, path, at, **content)}
            except SeatRefused as refused:
                if refused.status not in REFUSALS:
                    raise
                entry = {"status": refused.status, "problem": refused.problem}
            journal.keep(mine, entry)
        if "problem" in entry:
            raise SeatRefused(self.name, f"{method} {path}", entry["status"], entry["problem"])
        return entry["answer"]

    async def _ask(
        self, method: str, path: str, at: datetime | None, *, headers: Mapping[str, str] | None = None, **content: Any
    ) -> Any:
        service, _, rest = path.partition("/")
        request = self.desk.client.build_request(
            method,
            f"{self.desk.services[service]}/{rest}",
            headers=({"Simulated-Now": at.isoformat()} if at else {}) | dict(headers or {}),
            **content,
        )
        answer = await self._answer(request)
        if answer.is_error:
            raise SeatRefused(self.name, f"{method} {path}", answer.status_code, _problem(answer))
        return answer.json() if answer.content else {}

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        """Ask again when told to wait, when the same request is still in flight, or when a connection broke.

        The request's key makes that safe.
        """
        for attempt in range(1, TRIES + 1):
            try:
                async with self.desk.gate:
                    self.desk.asked += 1
                    answer = await self.desk.client.send(request, auth=self.auth)
            except httpx.TransportError:
                if attempt == TRIES:
                    raise
                await asyncio.sleep(0.2 * attempt)
                continue
            if attempt == TRIES or not _asks_for_patience(answer):
                return answer
            await asyncio.sleep(0.2 * attempt)
        raise AssertionError("unreachable")


@dataclass(slots=True)
class Seats:
    """All seats of a town in one programme; a seat signs in when it first asks."""

    issuer: str
    desk: Desk
    programme: str | None = None
    """None: the one the issuer's seats are of."""
    taken: dict[str, Seat] = field(default_factory=dict[str, Seat])

    def __getitem__(self, name: str) -> Seat:
        """The seat of a seeded person or system: `hub-1`, `caseworker.horton`, `provider-system.pdap`."""
        if name not in self.taken:
            party = f"{name}@{self.programme}" if self.programme else name
            self.taken[name] = Seat(name, self.desk, StaysSignedIn(partial(sign_in, self.issuer, party)))
        return self.taken[name]


@asynccontextmanager
async def seated(
    issuer: str, services: Mapping[str, str], programme: str | None = None, journal: Journal | None = None
) -> AsyncGenerator[Seats]:
    """Seats at the services of a town, by service name and address, in the programme named.

    With a journal, what was done before is not sent again.
    """
    async with httpx.AsyncClient(timeout=60) as client:
        yield Seats(issuer, Desk(client, services, journal), programme)


def _key(path: str, at: datetime, content: bytes) -> str:
    return str(uuid5(NAMESPACE_URL, f"{path} {at.isoformat()} {content.hex()}"))


def _asks_for_patience(answer: httpx.Response) -> bool:
    return answer.status_code in TRY_AGAIN or _problem(answer).get("type") == "/problems/request-in-flight"


def _problem(answer: httpx.Response) -> Json:
    if answer.is_error and "json" in answer.headers.get("content-type", ""):
        return answer.json()
    return {}
