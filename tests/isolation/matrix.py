"""Every route, asked by every role, for what is its own, shared, another organisation's, and another programme's.

The cells come from the app: its routes and the roles each lets in. How a route is asked comes from the service's
`EXAMPLES`; a route without one fails. What is refused to others is the very request that then succeeds for its owner.
Whatever succeeds must be in the audit, with everybody it tells of (`tests.isolation.trail`).
"""

import base64
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI
from fastapi.routing import APIRoute

from common.web.access import allowed_roles, api_routes, takes_a_version
from common.web.http.parameters import parameters_of
from common.web.roles import HELD_AT, ROLES, WITHOUT_MONEY
from tests.isolation.trail import Trail, trail_from_here
from tests.isolation.worlds import (
    AGENCY,
    AGENCY_ROLES,
    ELSEWHERE,
    OTHER_AGENCY,
    OWN,
    OWNERS_OF,
    PARTNER,
    PROGRAMME,
    STRANGER,
    UUID_LIKE,
    Marks,
    World,
    bearer,
    is_local,
    marks_in,
)
from tests.parts.workbook import is_workbook, members

MOST_PAGES = 20
AUDITED_PAGES = 3
"""Of a list read page by page, how many are each held against the audit."""
PRETENDED = {"organisation": OWN, "programme_id": PROGRAMME, "provider_id": OWN, "sort": "provider_id", "role": "hub"}
"""Parameters no list takes: whoever sends them is told no more."""
AMOUNTS = re.compile(r"\b(?:price|value|payable\w*|above_cap|cap|budget|delegated)_pence\b")
ENOUGH = 20
"""Faults in one route, after which no more cells are asked."""


class Relation(StrEnum):
    """How the asker stands to the thing asked for."""

    OWN = "own"
    JOINT = "joint"
    ORGANISATION = "other organisation"
    PROGRAMME = "other programme"


AT_HOME_AND_ELSEWHERE = (Relation.OWN, Relation.PROGRAMME)
"""Where a role that a route does not let in is tried: whose the thing is comes after, and is not looked at."""


class Expected(StrEnum):
    """What an asker who has the role gets, where it is not simply a status."""

    SAME = "what its owner gets: it is the whole programme's"
    FILTERED = "an answer without anything foreign in it"
    APART = "whatever comes of it for its own programme: nothing foreign is told or touched"


@dataclass(frozen=True, slots=True)
class Asking:
    """One request as its owner sends it, what the owner must find in the answer, and words no other may."""

    params: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, Any] = field(default_factory=dict[str, Any])
    body: Any = None
    form: Mapping[str, Any] | None = None
    files: Mapping[str, Any] | None = None
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    at: datetime | None = None
    version: int | None = None
    """What `If-Match` is held against, where it is not the version of the thing named last in the path."""
    told_no_version: bool = False
    """Whoever asks so knows no version, and names none."""


@dataclass(frozen=True, slots=True)
class Example:
    """How a route is asked for a thing of `OWN` (or `AGENCY`) in `PROGRAMME`, and what becomes of others who ask so.

    `make(world, role)` makes the thing anew for whoever of a role asks. `joint`, `organisation` and `programme` say
    what someone with the role gets; `by_role` says otherwise for single roles.
    """

    make: Callable[[World, str], Awaitable[Asking]]
    joint: int | Expected = 404
    organisation: int | Expected = 404
    programme: int | Expected = 404
    by_role: Mapping[tuple[str, Relation], int | Expected] = field(
        default_factory=dict[tuple[str, Relation], int | Expected]
    )


@dataclass(slots=True)
class Tally:
    """What was counted, route by route. A cell is more than one request: with versions, pages and foreign filters."""

    routes: int = 0
    cells: int = 0
    requests: int = 0
    denied: int = 0
    filtered: int = 0
    leaks: int = 0

    def __iadd__(self, other: "Tally") -> "Tally":
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


Routes = dict[str, APIRoute]


def routes_of(app: FastAPI) -> Routes:
    """The guarded routes of an app, by method and path."""
    guarded = [route for route in api_routes(app) if allowed_roles(route) is not None]
    return {f"{method_of(route)} {route.path}": route for route in guarded}


def method_of(route: APIRoute) -> str:
    return min(route.methods or {"GET"})


@dataclass(slots=True)
class Examination:
    """One route's cells, asked and judged; `faults` are sentences."""

    world: World
    route: APIRoute
    example: Example
    marks: Marks
    tally: Tally = field(default_factory=lambda: Tally(routes=1))
    faults: list[str] = field(default_factory=list[str])

    @property
    def method(self) -> str:
        return method_of(self.route)

    async def ask(
        self, asking: Asking, who: str, *, version: Mapping[str, str] | None = None, **query: Any
    ) -> httpx.Response:
        self.tally.requests += 1
        headers = {"Authorization": f"Bearer {who}", "Idempotency-Key": uuid4().hex} | dict(version or {})
        headers["Simulated-Now"] = (asking.at or self.world.at).isoformat()
        return await self.world.door.client.request(
            self.method,
            self.route.path.format(**asking.params),
            params={**asking.query, **query},
            headers=headers,
            json=asking.body,
            data=asking.form,
            files=asking.files,
        )

    def expected(self, role: str, relation: Relation, allowed: frozenset[str]) -> int | Expected | None:
        """What becomes of a cell; none where the owner's own request succeeds, or would be the owner's again."""
        if role not in allowed:
            return 403
        if relation is Relation.OWN or (relation is not Relation.PROGRAMME and not is_local(role)):
            return None
        usual = {
            Relation.JOINT: self.example.joint,
            Relation.ORGANISATION: self.example.organisation,
            Relation.PROGRAMME: self.example.programme,
        }
        return self.example.by_role.get((role, relation), usual[relation])

    async def versions(self, asking: Asking) -> list[Mapping[str, str]]:
        """What someone who has read the thing, or guesses, may say of its version: none, the right one, a wrong one."""
        version = asking.version
        if version is None:
            version = await self.world.version_of(*asking.params.values())
        if asking.told_no_version or version is None or (self.method != "GET" and not takes_a_version(self.route)):
            return [{}]
        name = "If-None-Match" if self.method == "GET" else "If-Match"
        other = "*" if self.method == "GET" else f'"{version + 1}"'
        return [{}, {name: other}, {name: f'"{version}"'}]

    async def denied(self, asking: Asking, role: str, relation: Relation, wanted: int) -> None:
        """Refused alike whatever is said of a version, so that none is told; the wrong role, with the right one."""
        place = f"{self.method} {self.route.path} as {role}, {relation}"
        self.tally.cells += 1
        self.tally.denied += 1
        versions = await self.versions(asking)
        for version in versions[-1:] if wanted == 403 else versions:
            answer = await self.ask(asking, asker(role, relation), version=version)
            self.tally.leaks += answer.is_success or answer.status_code == 304
            told = f"{place} {dict(version)}: {answer.status_code} instead of {wanted}: {answer.text}"
            self.hold(answer.status_code == wanted, told)
            self.hold("etag" not in answer.headers, f"{place}: a version is told")
            self.listen(answer, asking, role, relation, place)
        if wanted == 404:
            await self.as_one_that_is_not_there(asking, asker(role, relation), place)

    async def as_one_that_is_not_there(self, asking: Asking, who: str, place: str) -> None:
        """What is another's is answered, to the byte, as what nobody has: with the whole body that its owner sends."""
        nowhere = {name: str(uuid4()) if UUID_LIKE.fullmatch(it) else it for name, it in asking.params.items()}
        if nowhere == asking.params:
            return
        foreign, absent = await self.ask(asking, who), await self.ask(replace(asking, params=nowhere), who)
        told = [(one.status_code, one.content, headers_but_of_its_own(one)) for one in (foreign, absent)]
        self.hold(told[0] == told[1], f"{place}: {foreign.text} of another's, {absent.text} of nobody's")

    async def cell(self, asking: Asking, role: str, relation: Relation, wanted: int | Expected) -> None:
        if isinstance(wanted, int):
            return await self.denied(asking, role, relation, wanted)
        who = asker(role, relation)
        trail = await self.trail(role) if wanted is not Expected.APART else None
        answer = await self.ask(asking, who)
        self.tally.cells += 1
        place = f"{self.method} {self.route.path} as {role}, {relation}"
        if wanted is Expected.APART:
            self.hold(answer.status_code < 500, f"{place}: {answer.status_code}: {answer.text}")
        else:
            self.tally.filtered += wanted is Expected.FILTERED
            self.hold(answer.is_success, f"{place}: {answer.status_code}: {answer.text}")
        if trail is not None:
            await self.recorded(trail, answer, place)
        self.listen(answer, asking, role, relation, place, shared=wanted is Expected.SAME)
        if wanted is Expected.FILTERED and self.method == "GET":
            await self.page_by_page(asking, role, relation, place)
            await self.filtered_by_what_is_foreign(asking, role, relation, place)

    async def page_by_page(self, asking: Asking, role: str, relation: Relation, place: str) -> None:
        """No page tells of what is foreign, whoever made the cursor; and each is in the audit."""
        who, read = asker(role, relation), 0
        cursors: list[Mapping[str, str]] = [{}]
        if relation is not Relation.OWN and (foreign := await self.first_cursor(asking, role)):
            cursors.append(foreign)
        while cursors and read < MOST_PAGES:
            read += 1
            trail = await self.trail(role) if read <= AUDITED_PAGES else None
            page = await self.ask(asking, who, version=None, **{"limit": "1", **cursors.pop()})
            self.listen(page, asking, role, relation, f"{place}, page by page")
            if trail is not None:
                await self.recorded(trail, page, f"{place}, page {read}")
            if following := following_of(page):
                cursors.append(following)

    async def filtered_by_what_is_foreign(self, asking: Asking, role: str, relation: Relation, place: str) -> None:
        """Filters only narrow: asked for another's things, by name or by what it does not take, a list tells none."""
        takes = parameters_of(self.route)
        foreign = sorted(self.world.seeds[OWN])[:4]
        named = {"provider": [OWN], "agency": [AGENCY], "participant_id": foreign, "id": foreign, "worker": [OWN]}
        named |= dict.fromkeys(("case_id", "referral_id", "outcome_id"), foreign)
        filters = [{name: each} for name, values in named.items() if name in takes for each in values]
        for said in [*filters, {name: each for name, each in PRETENDED.items() if name not in takes}]:
            narrowed = replace(asking, query={**asking.query, **said})
            answer = await self.ask(narrowed, asker(role, relation))
            self.hold(answer.status_code < 500, f"{place} {said}: {answer.status_code}: {answer.text}")
            self.listen(answer, narrowed, role, relation, f"{place}, filtered by {said}")

    async def trail(self, role: str) -> Trail:
        return await trail_from_here(self.world, self.route, f"{self.method} {self.route.path}", role)

    async def recorded(self, trail: Trail, answer: httpx.Response, place: str, *, owner: bool = False) -> None:
        """Whoever was shown somebody is in the audit, once, with everybody they were shown."""
        for fault in await trail.faults(answer, owner=owner) if answer.is_success else ():
            self.hold(False, f"{place}: {fault}")

    async def first_cursor(self, asking: Asking, role: str) -> Mapping[str, str] | None:
        """Where the owner's first page of one ends: a cursor made by somebody else."""
        answer = await self.ask(asking, asker(role, Relation.OWN), limit=1)
        return following_of(answer)

    def listen(
        self, answer: httpx.Response, asking: Asking, role: str, relation: Relation, place: str, *, shared: bool = False
    ) -> None:
        """Nothing of what is hidden from the asker may be told, but what the asker said."""
        said = json.dumps([dict(asking.params), dict(asking.query), asking.body], default=str)
        hidden = self.hidden(role, relation) - set(UUID_LIKE.findall(said)) - asked_in_vain(answer)
        told = everything_told(answer)
        leaked = hidden & set(UUID_LIKE.findall(told))
        secrets = () if shared or relation is Relation.OWN else asking.hides
        foreign = sorted(leaked.union(word for word in secrets if word in told))
        self.tally.leaks += bool(foreign)
        self.hold(not foreign, f"{place}: told {foreign[:3]}, which is somebody else's: {told[:400]}")
        priced = AMOUNTS.findall(told) if role in WITHOUT_MONEY else []
        self.hold(not priced, f"{place}: told {sorted(set(priced))}, and sees no money: {told[:400]}")

    def hidden(self, role: str, relation: Relation) -> frozenset[str]:
        if role in HELD_AT["service"]:
            return frozenset()
        programme = ELSEWHERE if relation is Relation.PROGRAMME else PROGRAMME
        owners = owners_seen(role, relation) if is_local(role) else None
        return self.marks.hidden_from(programme, owners)

    def hold(self, holds: bool, sentence: str) -> None:
        if not holds:
            self.faults.append(sentence)


async def examine(world: World, route: APIRoute, example: Example) -> tuple[Tally, list[str]]:
    """Ask every cell of a route: first all that are denied, which change nothing; then its owners, who succeed."""
    allowed = allowed_roles(route) or frozenset()
    asked = {role: await example.make(world, role) for role in sorted(allowed)}
    await world.relay()
    examination = Examination(world, route, example, await marks_in(world))
    fallback = next(iter(asked.values()))
    cells = [
        (asked.get(role, fallback), role, relation, wanted)
        for role in sorted(ROLES)
        for relation in (Relation if role in allowed else AT_HOME_AND_ELSEWHERE)
        if (wanted := examination.expected(role, relation, allowed)) is not None
    ]
    apart = [cell for cell in cells if cell[3] is Expected.APART]
    same = [cell for cell in cells if cell[3] is Expected.SAME]
    before, own_before = await world.state(), await world.state(PROGRAMME)
    for cell in cells:
        if cell not in apart and cell not in same and len(examination.faults) < ENOUGH:
            await examination.cell(*cell)
    examination.hold(changed(before, await world.state()) == [], f"denied, yet changed: {before}")
    for cell in apart:
        await examination.cell(*cell)
    examination.hold(
        changed(own_before, await world.state(PROGRAMME)) == [], "asked in another programme, yet changed in this one"
    )
    for role, asking in asked.items():
        await succeed(examination, role, asking)
    for cell in same:
        await examination.cell(*cell)
    return examination.tally, examination.faults


async def succeed(examination: Examination, role: str, asking: Asking) -> None:
    trail = await examination.trail(role)
    version = None if examination.method == "GET" else (await examination.versions(asking))[-1]
    answer = await examination.ask(asking, asker(role, Relation.OWN), version=version)
    examination.tally.cells += 1
    place = f"{examination.method} {examination.route.path} as {role}, own"
    examination.hold(answer.is_success, f"{place}: {answer.status_code}: {answer.text}")
    missing = [each for each in asking.shows if each not in everything_told(answer)]
    examination.hold(not missing, f"{place}: {missing} is not shown: {answer.text[:400]}")
    examination.listen(answer, replace(asking, hides=()), role, Relation.OWN, place)
    await examination.recorded(trail, answer, place, owner=True)
    if examination.method == "GET" and "limit" in parameters_of(examination.route):
        await examination.page_by_page(asking, role, Relation.OWN, place)


def asker(role: str, relation: Relation) -> str:
    """The token of someone of the role who stands so to what `OWN` has in `PROGRAMME`."""
    if relation is Relation.PROGRAMME:
        return bearer(role, None, ELSEWHERE)
    if not is_local(role) or relation is Relation.OWN:
        return bearer(role)
    if role in AGENCY_ROLES:
        return bearer(role, OTHER_AGENCY)
    return bearer(role, PARTNER if relation is Relation.JOINT else STRANGER)


def owners_seen(role: str, relation: Relation) -> frozenset[str]:
    """Whose things someone who sees an organisation's share may hear of."""
    if relation is Relation.PROGRAMME:
        return frozenset({ELSEWHERE})
    if role in AGENCY_ROLES:
        return OWNERS_OF[AGENCY if relation is Relation.OWN else OTHER_AGENCY]
    return OWNERS_OF[{Relation.OWN: OWN, Relation.JOINT: PARTNER, Relation.ORGANISATION: STRANGER}[relation]]


def headers_but_of_its_own(answer: httpx.Response) -> dict[str, str]:
    """Without what tells one answer from the next, whatever it is about."""
    return {name: value for name, value in answer.headers.items() if name not in ("x-request-id", "ratelimit")}


def asked_in_vain(answer: httpx.Response) -> set[str]:
    """The ids in a programme's own audit that its people asked for and were refused."""
    if not answer.headers.get("content-type", "").startswith("application/json"):
        return set()
    body: dict[str, Any] = answer.json() or {}
    entries: list[dict[str, Any]] = [item.get("entry") or {} for item in body.get("items", ())]
    refused = [entry["subjects"] for entry in entries if str(entry.get("action")).startswith("refused ")]
    return set(UUID_LIKE.findall(json.dumps(refused)))


def everything_told(answer: httpx.Response) -> str:
    """Headers and body as text, with what a cursor says."""
    parts = (answer.content, *members(answer.content)) if is_workbook(answer.content) else (answer.content,)
    told = str(dict(answer.headers)) + "".join(part.decode("utf-8", "replace") for part in parts)
    cursor = _next_of(answer)
    return told if cursor is None else told + base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()


def following_of(answer: httpx.Response) -> Mapping[str, str] | None:
    """The parameters of the page after this one, of a list or of the feed."""
    if not answer.is_success:
        return None
    if cursor := _next_of(answer):
        return {"cursor": cursor}
    body: dict[str, Any] = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    return {"after": str(body["next_after"])} if body.get("next_after") and body.get("items") else None


def _next_of(answer: httpx.Response) -> str | None:
    if not answer.headers.get("content-type", "").startswith("application/json"):
        return None
    body = answer.json()
    return body.get("next") if isinstance(body, dict) else None  # pyright: ignore


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [table for table in before if before[table] != after[table]]
