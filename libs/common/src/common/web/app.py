"""The front door of every service: one app with health, metrics, feed, problems, limits and local docs."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import uvicorn
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi_offline import FastAPIOffline
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from common import telemetry
from common.database import create_engine, create_sessions
from common.river import ANNOUNCERS
from common.settings import DoorSettings, ServiceSettings

from . import audit, effects, feed, health, problems
from .access import AlreadyAnswered, Caller, sign_in
from .contract import describe
from .described import events
from .described import problems as problem_pages
from .described.docs import show_docs
from .events import parking
from .events.asked import LogEnd
from .http.deprecation import deprecation_of
from .http.headers import EVERY_ANSWER, NOTHING_RUNS, raw
from .http.parameters import refuse_other_codings
from .http.patience import patient
from .http.representations import Representations
from .http.sandboxes import Sandboxes
from .http.traffic import count_request
from .introspection import Introspection
from .rates import Rates, Turns
from .refusals import count_refusal, keep_apart, keep_refusal
from .tokens import TokenVerifier

BULK = "/v1/bulk-jobs"
"""Where files of rows are sent (`common.bulk`)."""
PAGES = ("/docs", "/redoc", "/static-offline-docs")
NEVER_STARTED = 3
"""As uvicorn's own command ends then."""
MOST_HEADER_BYTES = 32 * 1024
"""Of all headers with path and query; a token is some kilobytes."""


class Limits:
    """Refuses bodies that are too large, as they arrive, or too slow, sets every answer's headers, and counts requests.

    `pages` are those on which answers differ that are shown to people; what an answer says of itself stands.
    """

    def __init__(self, app: ASGIApp, settings: DoorSettings, pages: Mapping[str, str] = NOTHING_RUNS) -> None:
        self._app = app
        self._settings = settings
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most_bytes, seconds = self._bounds(scope)
        began = asyncio.get_running_loop().time()
        ends = began + seconds
        body_bytes, whole, status = 0, False, 500

        async def limited() -> Message:
            nonlocal body_bytes, whole
            if whole:  # whoever still listens waits for the end of the connection
                return await receive()
            try:
                async with asyncio.timeout_at(ends):
                    message = await receive()
            except TimeoutError as error:
                raise HTTPException(408, "The body did not arrive in time: send it again, and faster.") from error
            whole = not message.get("more_body", False)
            body_bytes += len(message.get("body", b""))
            if body_bytes > most_bytes:
                raise HTTPException(413, f"Send at most {most_bytes} bytes.")  # others FastAPI turns into 400
            return message

        async def guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                telemetry.name_request(scope)
                page = scope["path"].startswith(PAGES)
                every = EVERY_ANSWER | {"x-request-id": telemetry.request_id()} | ({} if page else dict(self._pages))
                of_its_own = {name.decode().lower() for name, _ in message["headers"]}
                every = {name: value for name, value in every.items() if name not in of_its_own}
                given_up = deprecation_of(scope.get("route"))
                message["headers"] = [*message["headers"], *raw(every), *raw(given_up.headers if given_up else {})]
            await send(message)

        header_bytes = sum(len(name) + len(value) for name, value in scope["headers"])
        too_large = header_bytes + len(scope["raw_path"] or b"") + len(scope["query_string"]) > MOST_HEADER_BYTES
        app = problems.answer(problems.HeadersTooLarge()) if too_large else self._app
        try:
            await app(scope, limited, guarded)
        finally:
            count_request(scope, status, asyncio.get_running_loop().time() - began)

    def _bounds(self, scope: Scope) -> tuple[int, float]:
        """How many bytes a body may have, and in how many seconds it must be there."""
        settings = self._settings
        if not Headers(scope=scope).get("content-type", "").lower().startswith("multipart/form-data"):
            return settings.max_json_bytes, settings.json_seconds
        if scope["path"] == BULK:
            return settings.max_bulk_bytes, settings.bulk_seconds
        return settings.max_body_bytes, settings.upload_seconds


class WhoFirst:
    """Settles who asks before a word of what they say is read, and keeps what they were refused."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/v1/"):
            await self._answer(Request(scope), receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answer(self, request: Request, receive: Receive, send: Send) -> None:
        caller: Caller | None = None

        async def minded(message: Message) -> None:
            if message["type"] == "http.response.start":
                await self._keep(request, caller, message["status"])
                message["headers"] = [*message["headers"], *raw(getattr(request.state, "allowance", {}))]
            await send(message)

        try:
            caller = request.state.asked = await sign_in(request)
            refuse_other_codings(request)
            with request.app.state.turns.taken(f"{caller.actor.organisation}/{caller.actor.id}"):
                await self._app(request.scope, receive, minded)
        except problems.Problem as error:
            await problems.answer(error)(request.scope, receive, minded)

    async def _keep(self, request: Request, caller: Caller | None, status: int) -> None:
        if status >= 400:
            count_refusal(caller, status)
        if caller is not None:
            if status >= 400:
                await keep_refusal(request.app, request.scope, caller, status)
            for action, subjects in getattr(request.state, "kept_apart", ()):
                await keep_apart(request.app, caller, action, *subjects)


def create_app(
    service: str, title: str, settings: ServiceSettings, routers: Sequence[APIRouter], description: str = ""
) -> FastAPI:
    """The FastAPI app of a service; `service` is its package name, and hyphenated the audience of its tokens."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        engine = create_engine(settings.database_url.get_secret_value(), pool_size=settings.pool_size)
        async with httpx.AsyncClient() as client:
            app.state.sessions = create_sessions(engine)
            announces = service.replace("_", "-") in ANNOUNCERS.values()
            app.state.sandboxes = Sandboxes(app.state.sessions) if announces else None
            app.state.log_end = LogEnd(app.state.sessions, lambda: app.state.is_ending())
            audience = service.replace("_", "-")
            app.state.verifier = TokenVerifier(
                client,
                settings.jwks_url,
                settings.issuer_url,
                audience,
                _introspection(client, settings),
                settings.most_token_hours,
            )
            try:
                yield
            finally:
                await engine.dispose()

    app = FastAPIOffline(
        title=title,
        version="1",
        description=description,
        lifespan=lifespan,
        docs_url=None,  # ours signs in (`show_docs`)
        redirect_slashes=False,  # a redirect would go to whatever `Host` pretends
    )
    app.state.service = service
    app.state.is_ending = lambda: False
    app.state.settings = settings
    app.state.rates = Rates(settings.requests_per_second, settings.requests_at_once)
    app.state.turns = Turns(settings.requests_open)
    problems.install(app)

    async def replayed(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, AlreadyAnswered)  # noqa: S101 - registered for Replayed alone
        kind = problems.MEDIA_TYPE if error.status >= 400 else None
        return JSONResponse(error.answer, error.status, {"Idempotency-Replayed": "true"}, kind)

    app.add_exception_handler(AlreadyAnswered, replayed)
    for router in (
        *routers,
        feed.router,
        parking.router,
        effects.router,
        audit.router,
        health.router,
        problem_pages.router,
        events.router,
    ):
        app.router.routes.extend(router.routes)  # `include_router` would work all of them out anew for each app
    app.add_middleware(Representations)
    app.add_middleware(WhoFirst)
    app.add_middleware(Limits, settings=settings)
    telemetry.trace_requests(app)
    show_docs(app)
    describe(app)
    return app


def _introspection(client: httpx.AsyncClient, settings: ServiceSettings) -> Introspection | None:
    if not settings.introspection_url:
        return None
    secret = settings.service_client_secret.get_secret_value()
    return Introspection(client, settings.introspection_url, settings.service_client_id, secret)


def serve(app: FastAPI, settings: DoorSettings) -> None:
    """Run a service's front door until it is told to stop; then whoever waits for events is answered at once."""
    telemetry.set_up(app.state.service, "main", settings.otel_exporter_otlp_endpoint)
    config: dict[str, Any] = {"host": settings.host, "port": settings.port, "log_level": "warning"}
    config |= {"access_log": False, "server_header": False, "proxy_headers": False}
    server = uvicorn.Server(uvicorn.Config(app, http=patient(settings), **config))
    app.state.is_ending = lambda: server.should_exit
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(NEVER_STARTED)
