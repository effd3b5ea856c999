"""Real RS256 tokens against a JWKS of the test: shared by the API tests of every service.

`trust(app)`, inside the app's lifespan, makes a service verify these tokens with its own verifier; only the issuer's
address is the test's. `token("hub")` signs in someone at the prime; `token("caseworker", organisation="horton",
kind="provider")` someone at a provider; `**claims` forges whatever a test needs (`exp=0`, `aud="elsewhere"`).
"""

import time
from functools import cache
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from fastapi import FastAPI
from jwt.algorithms import RSAAlgorithm

from common.river import WITH_DATABASE
from common.web.roles import HELD_AT, TIME_LIMITED
from common.web.tokens import TokenVerifier

ISSUER = "https://issuer.test"
JWKS_URL = f"{ISSUER}/jwks.json"
AUDIENCES = list(WITH_DATABASE)
KEY_ID = "test-key"
SYSTEMS = frozenset({"provider-system", "council-system", "service"})
"""Roles of systems alone: everybody else has signed in, unless a test forges `auth_time=None`."""


@cache
def signing_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def token(
    *roles: str,
    organisation: str = "kbop-prime",
    kind: str | None = None,
    programme: str = "kbop",
    scopes: str = "",
    subject: str | None = None,
    key: RSAPrivateKey | None = None,
    **claims: Any,
) -> str:
    """A signed token that outlasts all tests; the subject is made of organisation and first role unless given."""
    now = int(time.time())
    said: dict[str, Any] = {
        "iss": ISSUER,
        "aud": AUDIENCES,
        "sub": subject or f"{roles[0] if roles else 'nobody'}.{organisation}",
        "iat": now,
        "exp": now + 7200,
        "org": organisation,
        "org_kind": kind or kind_of(*roles),
        "programme": programme,
        "roles": list(roles),
        "scope": scopes,
    }
    if not SYSTEMS.intersection(roles):
        said["auth_time"] = now
    if not TIME_LIMITED.isdisjoint(roles):
        said["access_until"] = "2099-12-31"
    return jwt.encode(said | claims, key or signing_key(), algorithm="RS256", headers={"kid": KEY_ID})


def kind_of(*roles: str) -> str:
    """The kind of organisation that holds the first role; the prime, if nobody does."""
    return next((kind for kind, held in HELD_AT.items() if set(roles[:1]) & held), "prime")


def trust(app: FastAPI) -> None:
    """Have a started app fetch its keys from the test's issuer, and verify as it always does."""
    client = httpx.AsyncClient(transport=httpx.MockTransport(_publish_keys))
    app.state.verifier = TokenVerifier(client, JWKS_URL, ISSUER, app.state.service.replace("_", "-"))


def _publish_keys(_: httpx.Request) -> httpx.Response:
    public = RSAAlgorithm.to_jwk(signing_key().public_key(), as_dict=True)
    return httpx.Response(200, json={"keys": [public | {"kid": KEY_ID, "use": "sig", "alg": "RS256"}]})
