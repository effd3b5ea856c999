"""The door: who visits, whether they may, and whether what they post is theirs."""

import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from .declaration import Declaration
from .openid import SignInFailed
from .services.asking import NotForYou
from .sessions import Session, UnsentForm
from .settings import PortalSettings
from .visit import Visit

OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\\]*")
MOST_FIELDS = 1000
MOST_UNSENT_CHARACTERS = 200_000


class SignInFirst(Exception):
    """Nobody is signed in; `back_to` is where they wanted to go, and `form` what they had written."""

    def __init__(self, back_to: str, form: UnsentForm | None = None) -> None:
        super().__init__(back_to)
        self.back_to = back_to
        self.form = form


class ForgedForm(Exception):
    """What is posted does not come from a page of ours that this browser was shown."""


class FormOfBefore(Exception):
    """A form that was shown before the person signed in again: it is shown anew, filled as it was."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def own_path(text: str | None) -> str:
    """A path of ours, or the home page: nobody is sent on to another site."""
    return text if text and OWN_PATH.fullmatch(text) and not urlsplit(text).netloc else "/"


async def let_in(request: Request, page: Declaration) -> Visit:
    """The visit of whoever is signed in, if their roles allow the page.

    Raises:
        SignInFirst: nobody is, any more.
        NotForYou: they do not.
        ForgedForm: what is posted is not theirs.
    """
    await refuse_strangers(request)
    values: Mapping[str, Any] = await posted(request) if request.method == "POST" else {}
    session = await signed_in(request)
    if session is None:
        raise SignInFirst(_back_to(request), _unsent(request, values))
    assert session.visitor is not None  # noqa: S101 - signed in
    if request.method == "POST":
        _refuse_forged(request, session, values)
    if session.visitor.roles.isdisjoint(page.roles):
        raise NotForYou
    state = request.app.state
    return Visit(
        request=request,
        session=session,
        visitor=session.visitor,
        services=state.services,
        page=page,
        navigation=state.navigation(session.visitor, request.url.path),
        sent=values,
    )


async def signed_in(request: Request) -> Session | None:
    """The session of whoever is, with a token that is good for a while."""
    session = session_of(request)
    if session is None or session.visitor is None:
        return None
    try:
        await request.app.state.issuer.renew(session)
    except SignInFailed:
        request.app.state.sessions.end(session)
        return None
    request.state.session = session
    return session


def session_of(request: Request) -> Session | None:
    """The browser's session, by its cookie."""
    return request.app.state.sessions.current(request.cookies.get(cookie_name(request.app.state.settings)))


def cookie_name(settings: PortalSettings) -> str:
    """By TLS, one that no other name of the site can set."""
    return "__Host-portal" if settings.is_https else "portal"


def keep_session(response: Response, session: Session, settings: PortalSettings) -> Response:
    """Have the browser name the session from now on."""
    response.set_cookie(
        cookie_name(settings), session.id, path="/", httponly=True, samesite="lax", secure=settings.is_https
    )
    return response


async def posted(request: Request) -> Mapping[str, Any]:
    """What a form says: name → all that stands under it, files as they are."""
    form = await request.form(max_files=10, max_fields=MOST_FIELDS)
    return {name: tuple(form.getlist(name)) for name in form}


async def refuse_strangers(request: Request) -> None:
    """Nothing is taken from a page of another site, whatever it sends along (OWASP: Origin and Fetch metadata).

    Raises:
        ForgedForm: the browser says it comes from elsewhere.
    """
    if request.method == "GET":
        return
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    ours = request.app.state.settings.public_url
    if (origin is not None and origin != ours) or site not in ("same-origin", "none"):
        raise ForgedForm


def _refuse_forged(request: Request, session: Session, values: Mapping[str, Any]) -> None:
    """A form has the secret of the session that it was shown in.

    Raises:
        FormOfBefore: it has that of the person's session before, and comes from a page of ours.
        ForgedForm: it has another, or none.
    """
    token = (values.get("csrf") or ("",))[0]
    if isinstance(token, str) and secrets.compare_digest(token.encode(), session.csrf.encode()):
        return
    form = _unsent(request, values)
    if (
        form is not None
        and session.visitor is not None
        and form.mark == session.visitor.mark
        and "origin" in request.headers
    ):
        session.keep(form)
        raise FormOfBefore(form.path)
    raise ForgedForm


def to_sign_in(request: Request, error: SignInFirst) -> Response:
    """Off to the issuer, with what was written kept for the return."""
    response = RedirectResponse(f"/sign-in?next={quote(error.back_to)}", 303)
    if error.form is None:
        return response
    session = session_of(request) or request.app.state.sessions.begin()
    session.keep(error.form)
    return keep_session(response, session, request.app.state.settings)


async def unsent_form(request: Request) -> UnsentForm | None:
    """What of a posted form is worth keeping."""
    return _unsent(request, await posted(request)) if request.method == "POST" else None


def _back_to(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query and request.method == "GET" else ""
    return f"{request.url.path}{query}"


def _unsent(request: Request, values: Mapping[str, Any]) -> UnsentForm | None:
    """What is worth keeping of a form: its text, if it is no book, and says whose it is."""
    texts = {name: tuple(one for one in each if isinstance(one, str)) for name, each in values.items()}
    mark = (texts.pop("mark", ()) or ("",))[0]
    texts.pop("csrf", None)
    if not mark or sum(len(one) for each in texts.values() for one in each) > MOST_UNSENT_CHARACTERS:
        return None
    return UnsentForm(request.url.path, mark, {name: each for name, each in texts.items() if each})
