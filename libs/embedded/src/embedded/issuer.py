"""A development OpenID issuer: real signed tokens for seeded people and systems, refused in production.

People sign in with the authorisation code flow and PKCE (S256 only), systems with client credentials. Anyone who can
reach it can be anyone, so it listens on loopback and sends codes only to loopback.
"""

import base64
import hashlib
import hmac
import os
import secrets
import socket
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlencode, urlsplit

import httpx
import jwt
import uvicorn
from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

from common.river import WITH_DATABASE
from common.web.roles import TIME_LIMITED

from .bound import start
from .keys import IssuerKey
from .people import Party, found, people, seats, systems
from .sign_in_page import sign_in_page

TOKEN_SECONDS = 600
CODE_SECONDS = 60
RENEWAL_SECONDS = 1800
"""So long a session rests before it ends, as in the realm of deploy/keycloak."""
AUDIT_LASTS = timedelta(days=92)
"""A quarter: what an auditor is let in for."""
SCOPES = ("openid", "profile", "simulate")
HOST = "127.0.0.1"
LOOPBACK = (HOST, "localhost", "::1")


class IssuerSettings(BaseSettings):
    """Where the issuer is; like every process of ours it takes itself to be in production unless told otherwise."""

    model_config = SettingsConfigDict(hide_input_in_errors=True)

    environment: Literal["development", "test", "production"] = "production"
    issuer_url: str
    host: str = HOST
    port: int = Field(ge=1, le=65535)
    data_dir: Path
    simulation: bool = False
    docs_origins: str = ""
    """Whose pages may fetch tokens from a browser: the services', which show `/docs`; comma separated."""

    @model_validator(mode="after")
    def never_in_production(self) -> Self:
        if self.environment == "production":
            raise ValueError("the development issuer lets anyone be anyone: set ENVIRONMENT=development, or use yours")
        return self


class OAuthError(Exception):
    """An OAuth error, answered as RFC 6749 says."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.status = status


@dataclass(frozen=True, slots=True)
class SignIn:
    """A person's sign-in as a client asked for it."""

    client_id: str
    redirect_uri: str
    state: str
    scope: str
    nonce: str
    challenge: str

    def answer(self, **parameters: str) -> str:
        return f"{self.redirect_uri}?{urlencode(parameters | {'state': self.state})}"


@dataclass(frozen=True, slots=True)
class SignInCode:
    """A code waiting, once and for a minute, to be exchanged."""

    sign_in: SignIn
    person: Party
    good_until: float
    signed_in_at: int
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """A person's means to have their tokens renewed without signing in again, once, while their session lasts."""

    code: SignInCode
    rests_until: float


@dataclass(slots=True)
class Issuer:
    """What the issuer holds: its key, codes given out and not yet exchanged, and the subjects sent away."""

    settings: IssuerSettings
    key: IssuerKey
    codes: dict[str, SignInCode] = field(default_factory=dict[str, SignInCode])
    renewals: dict[str, Renewal] = field(default_factory=dict[str, Renewal])
    """Refresh token → whose."""
    sent_away: set[str] = field(default_factory=set[str])
    """Until this process ends."""

    def configuration(self, asked_at: str) -> dict[str, Any]:
        """Who it is and where people sign in, by its public name; what services use, where they asked."""
        url = self.settings.issuer_url
        return {
            "issuer": url,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{asked_at}/token",
            "jwks_uri": f"{asked_at}/jwks.json",
            "introspection_endpoint": f"{asked_at}/introspect",
            "end_session_endpoint": f"{url}/sign-out",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
            "scopes_supported": list(SCOPES),
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def sign_in(self, query: Mapping[str, str]) -> SignIn:
        """What a client asks for, if it may.

        Raises:
            Refused: an unknown client, an address that is not on loopback, or no PKCE challenge with S256.
        """
        if query.get("client_id") not in seats().public_clients:
            raise OAuthError("invalid_client", f"Known clients: {', '.join(seats().public_clients)}.")
        if urlsplit(query.get("redirect_uri", "")).hostname not in LOOPBACK:
            raise OAuthError("invalid_request", "The redirect_uri must be on this machine.")
        if query.get("response_type") != "code":
            raise OAuthError("unsupported_response_type", "Ask for response_type=code.")
        if query.get("code_challenge_method") != "S256" or len(query.get("code_challenge", "")) != 43:
            raise OAuthError("invalid_request", "Send a PKCE code_challenge with code_challenge_method=S256.")
        return SignIn(
            client_id=query["client_id"],
            redirect_uri=query["redirect_uri"],
            state=query.get("state", ""),
            scope=self.granted(query.get("scope", "")),
            nonce=query.get("nonce", ""),
            challenge=query["code_challenge"],
        )

    def granted(self, scope: str, *, plays: bool = False) -> str:
        """The part of a scope we know; whoever plays others in a sandbox may simulate there.

        Raises:
            Refused: `simulate`, where nothing is simulated.
        """
        scopes = scope.split()
        if "simulate" in scopes and not (self.settings.simulation or plays):
            raise OAuthError("invalid_scope", "The scope simulate is granted only with SIMULATION=true.")
        return " ".join(each for each in SCOPES if each in scopes)

    def code(self, sign_in: SignIn, person: Party) -> str:
        now = time.monotonic()
        self.codes = {code: waiting for code, waiting in self.codes.items() if waiting.good_until > now}
        code = secrets.token_urlsafe(32)
        self.codes[code] = SignInCode(sign_in, person, now + CODE_SECONDS, int(time.time()))
        return code

    def exchange(self, form: Mapping[str, str]) -> dict[str, Any]:
        """The tokens for a code, once.

        Raises:
            Refused: the code is unknown, used or old, or the verifier, client or address is not the asker's.
        """
        waiting = self.codes.pop(form.get("code", ""), None)
        if waiting is None or waiting.good_until <= time.monotonic():
            raise OAuthError("invalid_grant", "This code is unknown, used or older than a minute.")
        request = waiting.sign_in
        if (form.get("client_id"), form.get("redirect_uri")) != (request.client_id, request.redirect_uri):
            raise OAuthError("invalid_grant", "This code was given to another client or address.")
        if not hmac.compare_digest(_challenge(form.get("code_verifier", "")), request.challenge):
            raise OAuthError("invalid_grant", "The code_verifier does not match the code_challenge.")
        return self._tokens(waiting)

    def renew(self, form: Mapping[str, str]) -> dict[str, Any]:
        """New tokens for a refresh token, which is worth nothing from then on.

        Raises:
            Refused: it is unknown, was used, or rested too long, or the client is not the asker's.
        """
        renewal = self.renewals.pop(form.get("refresh_token", ""), None)
        if renewal is None or renewal.rests_until <= time.monotonic():
            raise OAuthError("invalid_grant", "This refresh token is unknown, used, or rested for half an hour.")
        if form.get("client_id") != renewal.code.sign_in.client_id:
            raise OAuthError("invalid_grant", "This refresh token was given to another client.")
        return self._tokens(renewal.code)

    def end(self, query: Mapping[str, str]) -> str:
        """End the sessions of whom an id token names, and say where they go then.

        Raises:
            Refused: it is no token of ours, or they would go to an address that is not on loopback.
        """
        back_to = query.get("post_logout_redirect_uri", "")
        if urlsplit(back_to).hostname not in LOOPBACK:
            raise OAuthError("invalid_request", "The post_logout_redirect_uri must be on this machine.")
        key, options = self.key.private.public_key(), {"verify_aud": False, "verify_exp": False}
        try:
            identity = jwt.decode(query.get("id_token_hint", ""), key, ["RS256"], options=options)  # pyright: ignore[reportArgumentType]
        except jwt.PyJWTError as error:
            raise OAuthError("invalid_request", "The id_token_hint is not ours.") from error
        self.renewals = {
            token: renewal for token, renewal in self.renewals.items() if renewal.code.person.subject != identity["sub"]
        }
        return back_to

    def _tokens(self, code: SignInCode) -> dict[str, Any]:
        """What a person's client is given."""
        request = code.sign_in
        answer = self.answer(code.person, request.scope, signed_in_at=code.signed_in_at)
        answer["refresh_token"] = secrets.token_urlsafe(32)
        now = time.monotonic()
        self.renewals = {token: renewal for token, renewal in self.renewals.items() if renewal.rests_until > now}
        self.renewals[answer["refresh_token"]] = Renewal(code, now + RENEWAL_SECONDS)
        if "openid" in request.scope.split():
            answer["id_token"] = self._signed(_identity(code.person, request))
        return answer

    def answer(self, party: Party, scope: str, *, signed_in_at: int | None = None) -> dict[str, Any]:
        """The tokens of a person, who signed in at some time, or of a system.

        Raises:
            Refused: they were sent away.
        """
        if party.subject in self.sent_away:
            raise OAuthError("access_denied", f"{party.address} was sent away.")
        claims: dict[str, Any] = {
            "aud": list(WITH_DATABASE),
            "sub": party.subject,
            "org": party.organisation,
            "org_kind": party.organisation_kind,
            "programme": party.programme,
            "roles": list(party.roles),
            "scope": scope,
            "jti": secrets.token_urlsafe(16),
        }
        if not TIME_LIMITED.isdisjoint(party.roles):
            claims["access_until"] = (datetime.now(UTC) + AUDIT_LASTS).date().isoformat()
        if signed_in_at is not None:
            claims["auth_time"] = signed_in_at
        token = self._signed(claims)
        return {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS, "scope": scope}

    def stands_by(self, token: str) -> bool:
        """Whether a token is ours and good, and its bearer was not sent away since."""
        try:
            key = self.key.private.public_key()
            claims = jwt.decode(token, key, ["RS256"], issuer=self.settings.issuer_url, audience=list(WITH_DATABASE))
        except jwt.PyJWTError:
            return False
        return claims["sub"] not in self.sent_away

    def _signed(self, claims: dict[str, Any]) -> str:
        now = int(time.time())
        always = {"iss": self.settings.issuer_url, "iat": now, "exp": now + TOKEN_SECONDS}
        return jwt.encode(always | claims, self.key.private, algorithm="RS256", headers={"kid": self.key.id})


def create_app(settings: IssuerSettings) -> FastAPI:
    """The issuer as a web application; its key is made in `data_dir` on the first start and kept."""
    app = FastAPI(title="Development issuer", docs_url=None, redoc_url=None)
    app.state.issuer = Issuer(settings, IssuerKey.kept_in(settings.data_dir))
    app.exception_handler(OAuthError)(_refused)
    app.get("/.well-known/openid-configuration")(configuration)
    app.get("/jwks.json")(jwks)
    app.get("/health/ready")(ready)
    app.get("/authorize")(ask_who)
    app.post("/authorize")(sign_in)
    pages = Middleware(
        CORSMiddleware,
        allow_origins=[origin for origin in settings.docs_origins.split(",") if origin],
        allow_methods=["POST"],
        allow_headers=["Authorization", "X-Requested-With"],
    )
    app.router.routes.append(Route("/token", token, methods=["POST", "OPTIONS"], middleware=[pages]))
    app.get("/sign-out")(sign_out)
    app.post("/introspect")(introspect)
    app.post("/send-away")(send_away)
    return app


def _issuer(request: Request) -> Issuer:
    return request.app.state.issuer


IssuerHere = Annotated[Issuer, Depends(_issuer)]


async def configuration(request: Request, issuer: IssuerHere) -> dict[str, Any]:
    return issuer.configuration(str(request.base_url).rstrip("/"))


async def jwks(issuer: IssuerHere) -> dict[str, Any]:
    return {"keys": [issuer.key.public]}


async def ready() -> dict[str, str]:
    return {"status": "ready"}


async def ask_who(request: Request, issuer: IssuerHere) -> HTMLResponse:
    """The page that lists who can sign in; `login_hint` leaves only that person."""
    query = dict(request.query_params)
    issuer.sign_in(query)
    hint = found(people(), query["login_hint"]) if "login_hint" in query else None
    page = sign_in_page(list(people().values()) if hint is None else [hint], query)
    return HTMLResponse(page, headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"})


async def sign_in(request: Request, issuer: IssuerHere) -> RedirectResponse:
    """Sign in the person chosen on the page and go back to the client with a code."""
    form = await _form(request)
    client_request = issuer.sign_in(form)
    person = found(people(), form.get("person", ""))
    if person is None:
        raise OAuthError("access_denied", f"Nobody is called {form.get('person', '')!r} here.")
    return RedirectResponse(client_request.answer(code=issuer.code(client_request, person)), status_code=303)


async def sign_out(request: Request, issuer: IssuerHere) -> RedirectResponse:
    """Renew nothing more of the person's, and send them back to the client."""
    return RedirectResponse(issuer.end(dict(request.query_params)), status_code=303)


async def token(request: Request) -> JSONResponse:
    """A plain route, so that it alone may be asked from the page `/docs` of a service, which is of another origin."""
    issuer = _issuer(request)
    form = await _form(request)
    match form.get("grant_type"):
        case "authorization_code":
            answer = issuer.exchange(form)
        case "refresh_token":
            answer = issuer.renew(form)
        case "client_credentials":
            system = _system(request, form)
            answer = issuer.answer(system, issuer.granted(form.get("scope", ""), plays=system.plays))
        case _:
            raise OAuthError("unsupported_grant_type", "Send authorization_code, refresh_token or client_credentials.")
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


async def introspect(request: Request, issuer: IssuerHere) -> dict[str, bool]:
    """Whether we stand by a token (RFC 7662), told to systems that prove themselves."""
    form = await _form(request)
    _system(request, form)
    return {"active": issuer.stands_by(form.get("token", ""))}


async def send_away(request: Request, issuer: IssuerHere) -> dict[str, str]:
    """Let a `person` or system in no more, and stand by none of their tokens: what an administrator does elsewhere."""
    name = (await _form(request)).get("person", "")
    party = found(people(), name) or found(systems(), name)
    if party is None:
        raise OAuthError("invalid_request", f"Nobody is called {name!r} here.", status=404)
    issuer.sent_away.add(party.subject)
    return {"sent_away": party.address}


def _system(request: Request, form: Mapping[str, str]) -> Party:
    """The system that proves itself, by HTTP Basic or in the form."""
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        client_id, _, secret = base64.b64decode(credentials + "==").decode(errors="replace").partition(":")
    system = found(systems(), client_id)
    if system is None or not hmac.compare_digest(secret.encode(), system.secret.encode()):
        raise OAuthError("invalid_client", "No such system, or another secret.", status=401)
    return system


def _identity(person: Party, request: SignIn) -> dict[str, Any]:
    identity = {"sub": person.subject, "name": person.title}
    return identity | {"aud": request.client_id, "nonce": request.nonce}


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


async def _form(request: Request) -> dict[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


async def _refused(_: Request, refusal: OAuthError) -> JSONResponse:
    headers = {"WWW-Authenticate": "Basic"} if refusal.status == 401 else None
    body = {"error": refusal.error, "error_description": str(refusal)}
    return JSONResponse(body, status_code=refusal.status, headers=headers)


@contextmanager
def running(folder: Path, *, simulation: bool = False) -> Generator[str]:
    """The issuer in a process of its own on a free port; its URL. Its key stays in `folder`.

    Raises:
        RuntimeError: it ended before it answered.
    """
    with socket.socket() as holder:
        holder.bind((HOST, 0))
        port = holder.getsockname()[1]
    url = f"http://{HOST}:{port}"
    variables = {"ENVIRONMENT": "development", "ISSUER_URL": url, "PORT": str(port), "DATA_DIR": str(folder)}
    environment = os.environ | variables | {"SIMULATION": str(simulation).lower()}
    with start([sys.executable, "-m", "embedded.issuer"], environment=environment) as process:
        try:
            while not _answers(url):
                if process.poll() is not None:
                    raise RuntimeError("The issuer ended before it answered.")
                time.sleep(0.05)
            yield url
        finally:
            process.terminate()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/ready", timeout=1).is_success
    except httpx.TransportError:
        return False


def main() -> None:
    """Serve on loopback until told to end."""
    settings = IssuerSettings()  # pyright: ignore[reportCallIssue] - read from the environment
    uvicorn.run(create_app(settings), host=settings.host, port=settings.port, log_level="warning")


if __name__ == "__main__":
    main()
