"""The portal as an app: its pages, the ways in and out, what every answer carries, and what each failure shows."""

from asyncio import gather
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response

from common import telemetry
from common.web.app import Limits
from common.web.http.headers import EVERY_ANSWER
from common.web.problems import IssuerAway

from . import ways
from .door import ForgedForm, FormOfBefore, SignInFirst, session_of, to_sign_in, unsent_form
from .journeys import JOURNEYS
from .look.pages import STYLESHEET, templates
from .look.words import words
from .openid import OpenIdIssuer, SignInFailed
from .services.asking import READ_SECONDS, NotAccepted, NotForYou, NotThere, ServiceAway, Services, SignInEnded
from .sessions import Sessions, Visitor
from .settings import MOST_SESSIONS, PortalSettings
from .status import StatusBoard
from .status import router as status_page

log = structlog.get_logger()

A_YEAR = "public, max-age=31536000, immutable"


def create_app(settings: PortalSettings) -> FastAPI:
    """The portal's pages for people with a browser; it keeps nothing but who is signed in."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=100)
        async with httpx.AsyncClient(timeout=READ_SECONDS, limits=limits, follow_redirects=False) as client:
            app.state.services = Services(client, settings.services)
            app.state.issuer = OpenIdIssuer(client, settings)
            app.state.status = StatusBoard(app.state.services, client, settings.jwks_url)
            yield

    app = FastAPI(
        title="Portal", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, lifespan=lifespan
    )
    app.state.service = "portal"
    app.state.settings = settings
    app.state.is_ending = lambda: False
    app.state.sessions = Sessions(settings.idle_minutes * 60, settings.most_hours * 3600, MOST_SESSIONS)
    app.state.navigation = _navigation
    for journey in JOURNEYS:
        app.include_router(journey.router)
    app.include_router(ways.router)
    app.include_router(status_page)
    app.get("/health/live", include_in_schema=False)(_live)
    app.get("/health/ready", include_in_schema=False)(_ready)
    app.get("/metrics", include_in_schema=False)(_metrics)
    app.get("/assets/{name}", include_in_schema=False)(_stylesheet)
    _tell_failures(app)
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    app.add_middleware(Limits, settings=settings, pages=_of_pages(settings))
    telemetry.trace_requests(app)
    return app


def _of_pages(settings: PortalSettings) -> Mapping[str, str]:
    """Nothing runs and nothing is fetched but our stylesheet; forms go to us, and by us to the issuer."""
    issuer = urlsplit(settings.issuer_url)
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {issuer.scheme}://{issuer.netloc}"
    )
    return {"content-security-policy": policy, "referrer-policy": "same-origin"}


def _navigation(visitor: Visitor, path: str) -> list[Mapping[str, Any]]:
    """The pages in the navigation that the visitor may see, and which of them leads to where they are."""
    pages = [
        page
        for journey in JOURNEYS
        for page in journey.pages
        if page.navigation and not page.roles.isdisjoint(visitor.roles)
    ]
    within = [
        page.path for page in pages if path == page.path or (page.path != "/" and path.startswith(f"{page.path}/"))
    ]
    here = max(within, key=len, default=None)
    return [
        {
            "text": words(page.navigation or ""),
            "href": page.path,
            "active": page.path == here,
            "current": page.path == path,
        }
        for page in pages
    ]


async def _live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


async def _ready() -> JSONResponse:
    """It needs nothing of its own: which services are up, each page finds out."""
    return JSONResponse({"status": "ready"})


async def _metrics() -> Response:
    """How many pages are asked for, and how long each takes."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _stylesheet(name: str) -> Response:
    """The one file that pages link to, by a name that changes with it."""
    if name != templates().globals["stylesheet"]:
        raise HTTPException(404)
    return FileResponse(STYLESHEET, media_type="text/css", headers={"Cache-Control": A_YEAR})


FAILURES: Mapping[type[Exception], tuple[str, int]] = {
    NotThere: ("not-there", 404),
    RequestValidationError: ("not-there", 404),
    NotForYou: ("not-for-you", 403),
    ForgedForm: ("forged", 403),
    SignInFailed: ("sign-in-failed", 400),
    IssuerAway: ("issuer-away", 503),
}
"""What each failure is called in the catalogue, and its status."""


def _tell_failures(app: FastAPI) -> None:
    """Every failure is a page that says what happened and what to do."""
    for failure, (kind, status) in FAILURES.items():
        app.add_exception_handler(failure, _telling(kind, status))
    app.add_exception_handler(SignInFirst, _sign_in_first)
    app.add_exception_handler(SignInEnded, _sign_in_again)
    app.add_exception_handler(FormOfBefore, _form_of_before)
    app.add_exception_handler(ServiceAway, _away)
    app.add_exception_handler(NotAccepted, _not_accepted)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def _telling(kind: str, status: int) -> Any:
    async def page(request: Request, _: Exception) -> Response:
        return failure_page(request, kind, status)

    return page


async def _sign_in_first(request: Request, error: Exception) -> Response:
    assert isinstance(error, SignInFirst)  # noqa: S101 - registered for it alone
    return to_sign_in(request, error)


async def _sign_in_again(request: Request, _: Exception) -> Response:
    """A service takes the token no more: what was being sent is kept, and whoever it was signs in again."""
    if (session := session_of(request)) is not None:
        request.app.state.sessions.end(session)
    return to_sign_in(request, SignInFirst(request.url.path, await unsent_form(request)))


async def _form_of_before(_: Request, error: Exception) -> Response:
    assert isinstance(error, FormOfBefore)  # noqa: S101 - registered for it alone
    return RedirectResponse(error.path, 303)


async def _away(request: Request, error: Exception) -> Response:
    """Says what still works, having asked."""
    assert isinstance(error, ServiceAway)  # noqa: S101 - registered for it alone
    services: Services = request.app.state.services
    others = [name for name in request.app.state.settings.services if name != error.service]
    up = [name for name, is_up in zip(others, await gather(*map(services.is_up, others)), strict=True) if is_up]
    log.warning("portal.service_away", code=error.service)
    return failure_page(request, "away", 503, service=error.service, up=up)


async def _not_accepted(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotAccepted)  # noqa: S101 - registered for it alone
    return failure_page(request, "not-accepted", 422, problem=error.problem)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it alone
    return failure_page(request, "not-there" if error.status_code in (404, 405) else "failed", error.status_code)


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("portal.failed", error=type(error).__name__, exc_info=error)
    response = failure_page(request, "failed", 500)
    response.headers.update(EVERY_ANSWER | dict(_of_pages(request.app.state.settings)))  # it leaves outside `Limits`
    return response


def failure_page(request: Request, kind: str, status: int, **facts: Any) -> HTMLResponse:
    """What a failure shows, within the navigation of whoever is signed in."""
    session = getattr(request.state, "session", None)
    visitor = session.visitor if session else None
    navigation = _navigation(visitor, "") if visitor else []
    context = {"kind": kind, "session": session, "visitor": visitor, "navigation": navigation, **facts}
    return HTMLResponse(templates().get_template("failure.html").render(context), status)
