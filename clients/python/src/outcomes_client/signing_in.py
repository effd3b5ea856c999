"""Signing in: a system does it with client credentials, and anew before its token ends."""

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

import httpx

EARLY_SECONDS = 30
"""So long before its end a token is not used any more."""


class SignInFailed(Exception):
    """The issuer gave no token, and says why."""


@dataclass(slots=True)
class ClientCredentials:
    """The credentials of a system, as the partnership's issuer gave them (RFC 6749, 4.4)."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = ""

    def __call__(self) -> tuple[str, float]:
        """A token, and for how many seconds it is good.

        Raises:
            SignInFailed: the issuer does not give one.
        """
        with httpx.Client(timeout=30) as client:
            known = client.get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration").raise_for_status().json()
            form = {"grant_type": "client_credentials"} | ({"scope": self.scope} if self.scope else {})
            answer = client.post(known["token_endpoint"], data=form, auth=(self.client_id, self.client_secret))
        if answer.is_error:
            raise SignInFailed(f"The issuer answered {answer.status_code}: {answer.text[:300]}")
        told = answer.json()
        return told["access_token"], float(told.get("expires_in", 60))


@dataclass(frozen=True, slots=True)
class Token:
    """A token that you have from elsewhere, such as from a person's sign-in."""

    text: str = field(repr=False)

    def __call__(self) -> tuple[str, float]:
        return self.text, float("inf")


class StaysSignedIn(httpx.Auth):
    """Sends a token with every request, and signs in anew before it ends or once it is not taken any more."""

    def __init__(self, sign_in: Callable[[], tuple[str, float]]) -> None:
        self._sign_in = sign_in
        self._lock = threading.Lock()
        self._token = ""
        self._until = float("-inf")

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._good_token()}"
        answer = yield request
        if answer.status_code == 401:
            self._until = float("-inf")
            request.headers["Authorization"] = f"Bearer {self._good_token()}"
            yield request

    def _good_token(self) -> str:
        with self._lock:
            if time.monotonic() > self._until:
                self._token, seconds = self._sign_in()
                self._until = time.monotonic() + max(seconds - EARLY_SECONDS, seconds / 2)
            return self._token
