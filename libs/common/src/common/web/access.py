"""Who is asking, and the one transaction in which they are answered.

A route states who may call it by the transaction it takes: `tx: Annotated[Transaction, writing("hub")]`. The access
table is read from there, never retyped.
"""

import hashlib
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Container, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Request
from fastapi.routing import APIRoute
from pydantic import AwareDatetime, BeforeValidator, StringConstraints, TypeAdapter, ValidationError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from common.clock import machine_now
from common.database import Viewpoint, look_from
from common.transaction import KEYS_ARE_GOOD_FOR_DAYS, Actor, Transaction, keep_record, save

from .http.meaning import canonical
from .http.parameters import dependants_of, refuse_other_types, refuse_unknown_parameters, refuse_unknown_parts
from .http.sandboxes import Sandbox, Sandboxes
from .http.tags import condition
from .pages import listing
from .problems import (
    InFlight,
    Invalid,
    KeyReused,
    NoSandbox,
    NotAllowed,
    NotSignedIn,
    Problem,
    TakesAPerson,
    Unavailable,
)
from .roles import LOOKS_FROM, ROLES
from .tokens import Claims

INSTANT = TypeAdapter(AwareDatetime)
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)

WITHOUT_IT = "Nothing that has a version is changed by this: send it without `If-Match`."

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
"""What Starlette reads as a form, whatever a route takes."""


def _bare(key: object) -> object:
    """A string of RFC 9651, as the draft on this header wants it, is the same key as without its quotes."""
    return key[1:-1] if isinstance(key, str) and len(key) > 1 and key[0] == key[-1] == '"' else key


Key = Annotated[str, BeforeValidator(_bare), StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{8,100}$")]

OF_A_KEY = (
    "Yours, new for each new request; the same request sent again with the same key is answered as the first was. It "
    f"is remembered for {KEYS_ARE_GOOD_FOR_DAYS} days."
)

ALLOWED_ROLES: dict[Callable[..., Any], frozenset[str]] = {}
"""Which roles each transaction dependency lets in; the access table is read from here."""
OF_PEOPLE: set[Callable[..., Any]] = set()
"""Those of them that let no system in."""
IN_SANDBOXES: set[Callable[..., Any]] = set()
"""Those of them that let nobody in whose programme is real."""
OF_VERSIONS: set[Callable[..., Any]] = set()
"""Those that write what has a version, where the path names something."""

OPEN = text("""
select free, earlier, set_config('role', :role, true)
from (
    select pg_try_advisory_xact_lock(hashtextextended(:client || ' ' || :route || ' ' || :key, 0)) as free,
           (select jsonb_build_object('hash', request_hash, 'status', status, 'answer', answer) from idempotency
            where programme_id = told.programme and client = :client and route = :route and key = :key) as earlier
    from (
        select set_config('app.programme', :programme, true) as programme,
               set_config('app.organisation', :organisation, true)
        offset 0
    ) as told offset 0
) as found
""")
"""Says whose request this is, looks its key up while still keeping the record, and takes the viewpoint: in this order,
for each step needs what the one inside it answers. Another order would find no key, and the key's row then refuse."""


class ConditionMeansNothing(Problem):
    """`If-Match` or `If-None-Match` is sent where nothing is held against it; silence would let you think it was."""

    status, type, title = 400, "condition-means-nothing", "The condition means nothing here"
    remedy = "Send the request without it."


class AlreadyAnswered(Exception):
    """The same request was carried out before; this is what was answered then."""

    def __init__(self, status: int, answer: dict[str, Any]) -> None:
        super().__init__("replayed")
        self.status = status
        self.answer = answer


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """What a write answers, and the version its thing has now; nobody knows that of one answered again."""

    status: int
    told: Mapping[str, Any]
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in request: who asks, for which programme, and at what business time."""

    actor: Actor
    programme_id: str
    now: datetime
    sandbox: Sandbox | None = None
    """Where nothing is real, as the asker's organisation has it."""

    @property
    def viewpoint(self) -> Viewpoint:
        """From where the asker's organisation looks at rows (ADR 0012)."""
        return LOOKS_FROM[self.actor.organisation_kind]


async def sign_in(request: Request) -> Caller:
    """Verify the bearer token and settle the business time of the request, before anything else of it is read.

    Raises:
        NotSignedIn: no token, or one that does not verify.
        TooManyRequests: this client, or who sends bad tokens from this address, asked too often.
        NotAllowed: `Simulated-Now` without the `simulate` scope, or where nothing is simulated.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn("Send `Authorization: Bearer <token>`.", headers={"WWW-Authenticate": "Bearer"})
    try:
        claims: Claims = await request.app.state.verifier.verify(token)
    except NotSignedIn:
        request.app.state.rates.take(f"address {request.client.host if request.client else ''}")
        raise
    request.state.allowance = request.app.state.rates.take(f"client {claims.organisation}/{claims.subject}")
    sandbox = await _sandbox(request, claims)
    now = machine_now() if sandbox is None else sandbox.now
    if (simulated_now := request.headers.get("simulated-now")) is not None:
        simulates = request.app.state.settings.simulation or sandbox is not None
        if not simulates or "simulate" not in claims.scopes:
            raise NotAllowed("`Simulated-Now` needs a token with the `simulate` scope and a simulating installation.")
        try:
            now = INSTANT.validate_python(simulated_now).astimezone(UTC)
        except ValidationError as error:
            raise Invalid("`Simulated-Now` must be an ISO 8601 instant with an offset.") from error
        if not EARLIEST <= now < LATEST:
            raise Invalid("`Simulated-Now` must lie between the years 2000 and 2100.")
    actor = Actor(claims.subject, claims.organisation, claims.organisation_kind, claims.roles, claims.person)
    return Caller(actor, claims.programme, now, sandbox)


async def _sandbox(request: Request, claims: Claims) -> Sandbox | None:
    sandboxes: Sandboxes | None = request.app.state.sandboxes
    try:
        return None if sandboxes is None else await sandboxes.of(claims.programme, claims.organisation)
    except (SQLAlchemyError, OSError) as error:
        raise Unavailable from error


def who_asks(request: Request, simulated_now: Annotated[str | None, Header()] = None) -> Caller:
    """Who was signed in at the door (`common.web.app`), at what business time: `Simulated-Now`, where one simulates."""
    return request.state.asked


SignedIn = Annotated[Caller, Depends(who_asks)]


def refuse_other_roles(actor: Actor, roles: frozenset[str]) -> None:
    """Let in who has one of these roles.

    Raises:
        NotAllowed: the actor has none of them.
    """
    if not actor.has(*roles):
        raise NotAllowed(f"This needs one of the roles: {', '.join(sorted(roles))}.")


def _begin(request: Request, caller: Caller, session: Any) -> Transaction:
    route = request.scope["route"]
    return Transaction(
        session=session,
        actor=caller.actor,
        programme_id=caller.programme_id,
        now=caller.now,
        action=route.name,
        expected_versions=_versions_named(request),
    )


def _versions_named(request: Request) -> Container[int] | None:
    """Of a write: what it is only good for. Of a read `common.web.http.representations` sees to it."""
    if request.method == "GET":
        return None
    if request.headers.getlist("if-none-match"):
        raise ConditionMeansNothing("`If-None-Match` is for reads. Send the write without it, or with `If-Match`.")
    precondition = condition("If-Match", request.headers.getlist("if-match"))
    if precondition is not None and not takes_a_version(request.scope["route"]):
        raise ConditionMeansNothing(WITHOUT_IT)
    return None if precondition is None else precondition.versions


@asynccontextmanager
async def a_look(request: Request, caller: Caller, *roles: str) -> AsyncGenerator[Transaction]:
    """A short transaction from the asker's viewpoint, before the request's own: it asks whether this may be at all, so
    that nothing slow is done with a form in vain. It shows nothing, and leaves nothing in the audit.

    Raises:
        NotAllowed: the asker has none of the roles.
        Invalid: the form has parts nobody asks for, or a file's name hides something.
    """
    refuse_other_roles(caller.actor, _known(roles))
    refuse_unknown_parameters(request)
    refuse_other_types(request)
    refuse_unknown_parts(request, await request.form())
    async with request.app.state.sessions.begin() as session:
        await look_from(
            session, request.app.state.service, caller.viewpoint, caller.programme_id, caller.actor.organisation
        )
        yield _begin(request, caller, session)


def reading(*roles: str) -> Any:
    """A transaction for a read by one of these roles; ids named with `tx.touched` are kept in the audit."""
    return _reading(_known(roles))


def reading_sandbox(*roles: str) -> Any:
    """As `reading`, where the asker's programme is a sandbox, and nowhere else."""
    return _reading(_known(roles), in_sandbox=True)


def _reading(known_roles: frozenset[str], *, in_sandbox: bool = False) -> Any:

    async def read(request: Request, caller: SignedIn) -> AsyncIterator[Transaction]:
        refuse_other_roles(caller.actor, known_roles)
        refuse_unknown_parameters(request)
        refuse_other_types(request)
        listing(request, caller.programme_id, caller.actor.organisation, caller.actor.id)
        async with a_read(request, caller) as tx:
            if in_sandbox and caller.sandbox is None:
                raise NoSandbox
            yield tx

    if in_sandbox:
        IN_SANDBOXES.add(read)
    return _marked(read, known_roles)


@asynccontextmanager
async def a_read(request: Request, caller: Caller) -> AsyncGenerator[Transaction]:
    """One transaction of a read that was let in: its own, or one of several in which a long answer is sent."""
    service = request.app.state.service
    async with request.app.state.sessions.begin() as session:
        tx = _begin(request, caller, session)
        await look_from(session, service, caller.viewpoint, caller.programme_id, caller.actor.organisation)
        yield tx
        if tx.subjects and caller.viewpoint is Viewpoint.INSTALLATION:  # not of one programme, as `save` would have it
            await look_from(session, service, None, caller.programme_id, caller.actor.organisation)
            await keep_record([tx])
        else:
            await save(tx)


def writing(*roles: str, versionless: bool = False) -> Any:
    """A transaction for a write by one of these roles, committed before the response leaves.

    The `Idempotency-Key` header is required; its scope is the client and the route. The same key with the same request
    replays the first answer; with another request it is 422; while the first is in flight, 409.

    What its path names has a version that `If-Match` is held against, unless the write is `versionless`: it adds to a
    thing and leaves its version alone, or the thing has none.
    """
    return _writing(_known(roles), of_people=False, versionless=versionless)


def deciding(*roles: str, versionless: bool = False) -> Any:
    """As `writing`, for people alone: a step that counts because somebody took it, such as one of two that must be two.

    A system and whoever owns it are one person, under two ids; so that two ids are two people, neither is a system's.
    In a sandbox nothing counts, and systems play whoever decides.
    """
    return _writing(_known(roles), of_people=True, versionless=versionless)


def writing_sandbox(*roles: str) -> Any:
    """As `writing`, where the asker's programme is a sandbox, and nowhere else; what is written so has no version."""
    return _writing(_known(roles), of_people=False, versionless=True, in_sandbox=True)


def _writing(roles: frozenset[str], *, of_people: bool, versionless: bool, in_sandbox: bool = False) -> Any:
    async def write(
        request: Request, caller: SignedIn, idempotency_key: Annotated[Key, Header(description=OF_A_KEY)]
    ) -> AsyncIterator[Transaction]:
        refuse_other_roles(caller.actor, roles)
        if of_people and not caller.actor.person and caller.sandbox is None:
            raise TakesAPerson
        refuse_unknown_parameters(request)
        refuse_other_types(request)
        service, organisation = request.app.state.service, caller.actor.organisation
        marks = marks_of(request.scope["route"], caller.actor, caller.programme_id) | {"key": idempotency_key}
        fingerprint = await _fingerprint(request)
        async with request.app.state.sessions.begin() as session:
            tx = _begin(request, caller, session)
            asker = {"organisation": organisation, "role": f"{service}_{caller.viewpoint}"}
            earlier = (await session.execute(OPEN, marks | asker)).one()
            if earlier.earlier is not None:
                if earlier.earlier["hash"] != fingerprint:
                    raise KeyReused
                request.state.written = WrittenAnswer(earlier.earlier["status"], earlier.earlier["answer"])
                raise AlreadyAnswered(earlier.earlier["status"], earlier.earlier["answer"])
            if not earlier.free:
                raise InFlight
            if in_sandbox and caller.sandbox is None:
                raise NoSandbox
            yield tx
            answer = answer_of(tx)
            status = tx.status or request.scope["route"].status_code or 200
            await save(tx, marks | {"hash": fingerprint, "status": status, "answer": answer})
            request.state.written = WrittenAnswer(status, answer, _version_now(request.method, tx, status, answer))

    if of_people:
        OF_PEOPLE.add(write)
    if in_sandbox:
        IN_SANDBOXES.add(write)
    if not versionless:
        OF_VERSIONS.add(write)
    return _marked(write, roles)


def marks_of(route: APIRoute, actor: Actor, programme_id: str) -> dict[str, str]:
    """Within what an `Idempotency-Key` means one request: the programme, the client and the route."""
    method = min(route.methods or ())
    client = f"{actor.organisation}/{actor.id}"
    return {"programme": programme_id, "client": client, "route": f"{method} {route.path}"}


def answer_of(tx: Transaction) -> dict[str, Any]:
    """What was answered, once all that a write must do is done."""
    if tx.expected_versions is not None and not tx.version_is_expected:
        raise ConditionMeansNothing(WITHOUT_IT)
    if tx.answer is None:
        raise RuntimeError(f"{tx.action} wrote without an answer: return tx.answered(…)")
    if not tx.subjects and not tx.events:
        raise RuntimeError(f"{tx.action} wrote without a trace: name what it is about with tx.touched(…)")
    return tx.answer.model_dump(mode="json")


def _version_now(method: str, tx: Transaction, status: int, answer: Mapping[str, Any]) -> int | None:
    """To be named when the thing is written again; what a `PUT` sends is kept as we read it (RFC 9110, 9.3.4)."""
    if method == "PUT" or not (tx.version_is_expected or status == 201):
        return None
    versions = (tx.version_after, answer.get("version"), answer.get("revision"))
    return next((one for one in versions if isinstance(one, int)), None)


async def _fingerprint(request: Request) -> str:
    """A hash of what is meant: of JSON not how it is written, of a form its parts, for each sending draws a new
    boundary."""
    query, versions = sorted(request.query_params.multi_items()), sorted(request.headers.getlist("if-match"))
    if not request.headers.get("content-type", "").lower().startswith(FORMS):
        return hash_of(request.url.path, await request.body(), query, versions)
    digest = hashlib.sha256(json.dumps([request.url.path, query, versions]).encode() + b"\n")
    form = await request.form()
    refuse_unknown_parts(request, form)
    for name, value in form.multi_items():
        if isinstance(value, str):
            digest.update(repr((name, value)).encode())
        else:
            digest.update(repr((name, value.filename, value.content_type, value.size)).encode())
            while chunk := await value.read(64 * 1024):
                digest.update(chunk)
            await value.seek(0)
    return digest.hexdigest()


def hash_of(path: str, body: bytes, query: Sequence[tuple[str, str]] = (), versions: Sequence[str] = ()) -> str:
    """The hash of a request with a body in JSON, however that is written."""
    head = json.dumps([path, query, versions]).encode()
    return hashlib.sha256(head + b"\n" + canonical(body)).hexdigest()


def allowed_roles(route: APIRoute) -> frozenset[str] | None:
    """Who may call a route, read from the transaction it takes; none for the machinery's routes."""
    for dependant in dependants_of(route):
        if dependant.call is not None and dependant.call in ALLOWED_ROLES:
            return ALLOWED_ROLES[dependant.call]
    return None


def takes_a_person(route: APIRoute) -> bool:
    """Whether a route lets people in and no system, whatever its role."""
    return any(dependant.call in OF_PEOPLE for dependant in dependants_of(route))


def is_in_sandboxes(route: APIRoute) -> bool:
    """Whether a route lets nobody in whose programme is real."""
    return any(dependant.call in IN_SANDBOXES for dependant in dependants_of(route))


def takes_a_version(route: APIRoute) -> bool:
    """Whether `If-Match` means something to a write: it changes something that has a version."""
    return bool(route.param_convertors) and any(one.call in OF_VERSIONS for one in dependants_of(route))


def api_routes(app: FastAPI) -> list[APIRoute]:
    """Every operation of an app."""
    return [route for route in app.routes if isinstance(route, APIRoute)]


def admitting(dependency: Callable[..., Any], roles: frozenset[str]) -> Any:
    """A dependency of a page that lets these roles in: the access table reads it as it reads a route's transaction."""
    return _marked(dependency, _known(tuple(sorted(roles))))


def _known(roles: tuple[str, ...]) -> frozenset[str]:
    if unknown := set(roles) - ROLES:
        raise ValueError(f"No such role: {', '.join(sorted(unknown))}")
    return frozenset(roles)


def _marked(dependency: Callable[..., Any], roles: frozenset[str]) -> Any:
    ALLOWED_ROLES[dependency] = roles
    return Depends(dependency, scope="function")
