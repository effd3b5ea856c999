"""Signing in as a person or a system, by the flows their real clients use: the one client of an OpenID issuer."""

import asyncio
import base64
import hashlib
import secrets
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import httpx

CLIENT_ID = "console"
REDIRECT_URI = "http://127.0.0.1/signed-in"

GOOD_FOR_SECONDS = 480
"""The development issuer's tokens live ten minutes; a new one is fetched before that."""


class SignInRefused(Exception):
    """The issuer said no; the sentence is the issuer's."""


class StaysSignedIn(httpx.Auth):
    """Signs in at the first request, and again before the token ends: work may take longer than one is good for."""

    def __init__(self, sign_in: Callable[[], Awaitable[str]], clock: Callable[[], float] = time.monotonic) -> None:
        self._sign_in = sign_in
        self._clock = clock
        self._token = ""
        self._until = float("-inf")
        self._lock = asyncio.Lock()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        request.headers["Authorization"] = f"Bearer {await self._good_token()}"
        yield request

    async def _good_token(self) -> str:
        async with self._lock:
            if self._clock() >= self._until:
                self._token = await self._sign_in()
                self._until = self._clock() + GOOD_FOR_SECONDS
        return self._token


async def token_for_person(issuer_url: str, person: str, *, simulate: bool = False) -> str:
    """An access token for a seeded person (`caseworker.horton`, `hub-1`), by authorisation code and PKCE.

    Raises:
        SignInRefused: nobody has that name, or `simulate` is asked for where nothing is simulated.
    """
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": REDIRECT_URI,
        "scope": _scope(simulate),
        "state": secrets.token_urlsafe(16),
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    async with httpx.AsyncClient(timeout=10) as client:
        issuer = await _configuration(client, issuer_url)
        _checked(await client.get(issuer["authorization_endpoint"], params=query | {"login_hint": person}))
        response = await client.post(issuer["authorization_endpoint"], data=query | {"person": person})
        back = parse_qs(urlsplit(_checked(response).headers["location"]).query)
        if back["state"] != [query["state"]]:
            raise SignInRefused("The answer belongs to another sign-in.")
        exchange = {"grant_type": "authorization_code", "code": back["code"][0], "code_verifier": verifier}
        exchange |= {"client_id": CLIENT_ID, "redirect_uri": REDIRECT_URI}
        return _checked(await client.post(issuer["token_endpoint"], data=exchange)).json()["access_token"]


async def token_for_system(issuer_url: str, client_id: str, secret: str, *, simulate: bool = False) -> str:
    """An access token for a system (`provider-system.horton`), by client credentials.

    Raises:
        SignInRefused: another secret, no such system, or `simulate` where nothing is simulated.
    """
    async with httpx.AsyncClient(timeout=10) as client:
        issuer = await _configuration(client, issuer_url)
        form = {"grant_type": "client_credentials", "scope": _scope(simulate)}
        answer = await client.post(issuer["token_endpoint"], data=form, auth=(client_id, secret))
        return _checked(answer).json()["access_token"]


def _scope(simulate: bool) -> str:
    return "openid simulate" if simulate else "openid"


async def _configuration(client: httpx.AsyncClient, issuer_url: str) -> dict[str, Any]:
    configuration = _said(_checked(await client.get(f"{issuer_url.rstrip('/')}/.well-known/openid-configuration")))
    if not {"authorization_endpoint", "token_endpoint"} <= configuration.keys():
        raise SignInRefused(f"{issuer_url} is no issuer: nobody can sign in there. Give the issuer's own address.")
    return configuration


def _checked(response: httpx.Response) -> httpx.Response:
    if response.is_error:
        nobody = f"{response.url.host} answers {response.status_code} and signs nobody in: name an issuer."
        raise SignInRefused(_said(response).get("error_description", nobody))
    return response


def _said(response: httpx.Response) -> dict[str, Any]:
    """The members of a JSON object; none where the answer is something else."""
    try:
        content = response.json()
    except ValueError:
        return {}
    return cast("dict[str, Any]", content) if isinstance(content, dict) else {}
