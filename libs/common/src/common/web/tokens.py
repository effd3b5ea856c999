"""Tokens: verified here against the issuer's keys; fetched here for calls between services."""

import asyncio
import hashlib
import time
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
import jwt
import structlog
from jwt import PyJWKSet

from common.clock import london_date, machine_now
from common.settings import MOST_TOKEN_HOURS

from .introspection import Introspection
from .problems import IssuerAway, NotSignedIn
from .roles import held

log = structlog.get_logger()

REFETCH_SECONDS = 60
"""An unknown key is looked for, and known ones are read again, at most once a minute: a withdrawn one is out (R17)."""
MOST_CHARACTERS = 8192
"""No token of ours is longer; what is longer is not looked into."""
LEEWAY_SECONDS = 10
"""Clocks differ."""
MOST_REMEMBERED = 10_000
"""Tokens, by hash alone; then all are looked into again."""
FIRST_FETCH_SECONDS = 1
"""Until the issuer has answered once, it is asked more often: it may start after us."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says, of its roles only those that count where its bearer is."""

    subject: str
    organisation: str
    organisation_kind: str
    programme: str
    roles: frozenset[str]
    scopes: frozenset[str]
    person: bool
    """It tells when its bearer signed in (`auth_time`), which no token by client credentials does (RFC 9068 §2.2.1)."""


class TokenVerifier:
    """Verifies RS256 tokens for one audience with cached keys; with the issuer down the cached keys go on serving.

    With `introspection`, the issuer must still stand by them, so that people who are sent away are out within a minute.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        jwks_url: str,
        issuer: str,
        audience: str,
        introspection: Introspection | None = None,
        most_hours: float = MOST_TOKEN_HOURS,
    ) -> None:
        self._client = client
        self._jwks_url = jwks_url
        self._issuer = issuer
        self._audience = audience
        self._introspection = introspection
        self._most_seconds = most_hours * 3600
        self._keys: dict[str, jwt.PyJWK] = {}
        self._signed: dict[bytes, tuple[str, dict[str, Any]]] = {}
        self._asked_at = float("-inf")
        self._lock = asyncio.Lock()

    async def verify(self, token: str) -> Claims:
        """The claims of a token.

        Raises:
            NotSignedIn: malformed, forged, expired, for another audience or issuer, without the claims we need, or
                withdrawn by the issuer.
            IssuerAway: it has not answered since this service started.
        """
        try:
            claims = await self._read(token)
            if self._introspection is not None and not await self._introspection.stands(token):
                raise jwt.InvalidTokenError("withdrawn")
            until = claims.get("access_until")
            time_left = until is not None and london_date(machine_now()) <= date.fromisoformat(until)
            return Claims(
                subject=claims["sub"],
                organisation=claims["org"],
                organisation_kind=claims["org_kind"],
                programme=claims["programme"],
                roles=held(frozenset(claims["roles"]), claims["org_kind"], time_left=time_left),
                scopes=frozenset(str(claims.get("scope", "")).split()),
                person=isinstance(claims.get("auth_time"), int),
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise NotSignedIn(
                "Sign in again: the token is missing, expired or not for this service.",
                headers={"WWW-Authenticate": "Bearer"},
            ) from error

    async def _read(self, token: str) -> dict[str, Any]:
        """What a good token says; its signature is checked once for as long as its key and itself are good.

        Raises:
            jwt.PyJWTError: it is not good, or not any more.
        """
        if len(token) > MOST_CHARACTERS:
            raise jwt.InvalidTokenError("too long")
        name = hashlib.sha256(token.encode()).digest()
        entry = self._signed.get(name)
        kid = entry[0] if entry else jwt.get_unverified_header(token).get("kid", "")
        key = await self.key(kid)  # first: where keys have changed, nothing is known any more
        if (entry := self._signed.get(name)) and time.time() < entry[1]["exp"] + LEEWAY_SECONDS:
            return entry[1]
        claims: dict[str, Any] = jwt.decode(
            token,
            key.key,
            algorithms=["RS256"],
            audience=self._audience,
            issuer=self._issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )
        if claims["exp"] - min(claims["iat"], time.time()) > self._most_seconds:
            raise jwt.InvalidTokenError("good for too long")
        if len(self._signed) >= MOST_REMEMBERED:
            self._signed.clear()
        self._signed[name] = kid, claims
        return claims

    async def key(self, kid: str) -> jwt.PyJWK:
        """The issuer's key of this name.

        Raises:
            jwt.InvalidKeyError: it has none.
            IssuerAway: it has not answered since this service started.
        """
        if kid not in self._keys or (self._due() and not self._lock.locked()):
            async with self._lock:  # an unknown key may be in the answer that is under way
                if self._due():
                    self._asked_at = time.monotonic()
                    await self._fetch()
        if not self._keys:
            raise IssuerAway("Tokens cannot be checked yet: try again in a second.", headers={"Retry-After": "1"})
        if kid not in self._keys:
            raise jwt.InvalidKeyError("unknown key")
        return self._keys[kid]

    def _due(self) -> bool:
        pause = REFETCH_SECONDS if self._keys else FIRST_FETCH_SECONDS
        return time.monotonic() - self._asked_at >= pause

    async def _fetch(self) -> None:
        try:
            response = await self._client.get(self._jwks_url, timeout=5)
            response.raise_for_status()
            keys = PyJWKSet.from_dict(response.json())
        except (httpx.HTTPError, jwt.PyJWTError, ValueError) as error:
            log.warning("tokens.issuer_is_away", error=type(error).__name__)
            return
        self._keys = {key.key_id or "": key for key in keys.keys}
        self._signed.clear()
