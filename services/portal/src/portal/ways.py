"""The ways in and out: signing in and out at the issuer, and what everybody may read."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from .door import (
    ForgedForm,
    cookie_name,
    keep_session,
    own_path,
    posted,
    refuse_strangers,
    session_of,
)
from .look.pages import templates
from .openid import SignInFailed

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
async def sign_in(request: Request, next: str = "/") -> Response:
    """Off to the issuer; back to the page that was wanted, if it is one of ours."""
    state = request.app.state
    session = session_of(request) or state.sessions.begin()
    address = await state.issuer.begin(session, own_path(next))
    return keep_session(RedirectResponse(address, 303), session, state.settings)


@router.get("/signed-in")
async def signed_in(request: Request, code: str = "", state: str = "", error: str = "") -> Response:
    """Back from the issuer: the session goes on under a new id.

    Raises:
        SignInFailed: it is no sign-in of this browser's, or the issuer says no.
    """
    here = request.app.state
    session = session_of(request)
    attempt = session.attempts.pop(state, None) if session is not None else None
    if session is None or attempt is None or error or not code:
        raise SignInFailed("It is no sign-in that began here.")
    visitor, tokens = await here.issuer.complete(attempt, code)
    session = here.sessions.sign_in(session, visitor, tokens)
    session.now = here.settings.simulated_now if here.settings.simulation else None
    return keep_session(RedirectResponse(attempt.back_to, 303), session, here.settings)


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End the session here, then at the issuer.

    Raises:
        ForgedForm: another site's page says so.
    """
    await refuse_strangers(request)
    state = request.app.state
    session = session_of(request)
    address = "/signed-out"
    if session is not None:
        if (await posted(request)).get("csrf", ("",))[0] != session.csrf:
            raise ForgedForm
        state.sessions.end(session)
        if session.tokens is not None:
            address = await state.issuer.end(session.tokens)
    response = RedirectResponse(address, 303)
    response.delete_cookie(cookie_name(state.settings), path="/", secure=state.settings.is_https, httponly=True)
    return response


@router.get("/signed-out")
async def signed_out() -> Response:
    """Signed out, and the way back in."""
    return _page("signed-out.html")


@router.get("/favicon.ico")
async def icon() -> Response:
    """There is none."""
    return Response(status_code=204)


@router.get("/accessibility")
async def accessibility() -> Response:
    """How far everybody can use these pages, and whom to tell."""
    return _page("accessibility.html")


def _page(template: str) -> HTMLResponse:
    return HTMLResponse(templates().get_template(template).render())
