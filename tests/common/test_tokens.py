"""A token is what the issuer signed for this service, now, or it is nothing; and the issuer is not asked in vain."""

import asyncio
import time
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from jwt.algorithms import RSAAlgorithm

from common.messaging.service_tokens import ServiceTokens
from common.web import tokens
from common.web.problems import IssuerAway, NotSignedIn
from common.web.tokens import TokenVerifier
from tests.parts.tokens import ISSUER, JWKS_URL, KEY_ID, signing_key, token

ANOTHER_KEY = generate_private_key(public_exponent=65537, key_size=2048)


class Issuer:
    """Publishes keys over HTTP, counts how often it is asked, and may be away."""

    def __init__(self) -> None:
        self.asked = 0
        self.away = False
        self.keys = {KEY_ID: signing_key()}

    def verifier(self, audience: str = "claims") -> TokenVerifier:
        client = httpx.AsyncClient(transport=httpx.MockTransport(self._answer))
        return TokenVerifier(client, JWKS_URL, ISSUER, audience)

    async def _answer(self, _: httpx.Request) -> httpx.Response:
        self.asked += 1
        await asyncio.sleep(0)  # others come meanwhile
        if self.away:
            return httpx.Response(503)
        published: list[dict[str, Any]] = [
            dict(RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)) | {"kid": kid, "alg": "RS256"}
            for kid, key in self.keys.items()
        ]
        return httpx.Response(200, json={"keys": published})


async def test_a_token_of_the_issuer_is_read() -> None:
    claims = await Issuer().verifier().verify(token("hub", "prime-manager", scopes="simulate"))

    assert (claims.organisation, claims.programme) == ("kbop-prime", "kbop")
    assert (claims.roles, claims.scopes) == ({"hub", "prime-manager"}, {"simulate"})


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "not-a-token",
        "a.b.c",
        "x" * 20_000,
        token("hub", key=ANOTHER_KEY),
        token("hub", exp=int(time.time()) - 60),
        token("hub", exp=2**40),
        token("hub", exp=int(time.time()) + 9 * 3600),
        token("hub", iat=int(time.time()) - 9 * 3600),
        token("hub", aud=["reporting"]),
        token("hub", iss="https://elsewhere"),
        jwt.encode({"sub": "x"}, signing_key(), "RS256", {"kid": KEY_ID}),
        jwt.encode({"sub": "x", "roles": ["hub"]}, "", "none", {"kid": KEY_ID}),
        jwt.encode({"sub": "x", "aud": "claims", "iss": ISSUER}, "secret" * 8, "HS256", {"kid": KEY_ID}),
    ],
    ids=[
        "empty",
        "words",
        "dots",
        "long",
        "key",
        "expired",
        "endless",
        "long-lived",
        "old",
        "audience",
        "issuer",
        "bare",
        "none",
        "hmac",
    ],
)
async def test_anything_else_is_nobody(forged: str) -> None:
    with pytest.raises(NotSignedIn):
        await Issuer().verifier().verify(forged)


async def test_a_role_counts_only_where_it_is_held() -> None:
    elsewhere = token("hub", "caseworker", kind="provider")
    nowhere = token("hub", kind="a-friend")

    assert (await Issuer().verifier().verify(elsewhere)).roles == {"caseworker"}
    assert (await Issuer().verifier().verify(nowhere)).roles == frozenset()


@pytest.mark.parametrize(("until", "let_in"), [(None, False), ("2020-01-01", False), ("2099-01-01", True)])
async def test_an_auditor_is_let_in_until_a_day(until: str | None, let_in: bool) -> None:
    claims = await Issuer().verifier().verify(token("auditor", access_until=until))

    assert ("auditor" in claims.roles) == let_in


async def test_a_withdrawn_key_is_forgotten_within_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    issuer = Issuer()
    verifier = issuer.verifier()
    await verifier.verify(token("hub"))
    issuer.keys = {"new": ANOTHER_KEY}
    assert (await verifier.verify(token("hub"))).roles == {"hub"}

    monkeypatch.setattr(tokens, "REFETCH_SECONDS", 0)

    with pytest.raises(NotSignedIn):
        await verifier.verify(token("hub"))


async def test_what_another_key_of_the_same_name_signed_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    issuer = Issuer()
    verifier, known = issuer.verifier(), token("hub")
    await verifier.verify(known)
    issuer.keys = {KEY_ID: ANOTHER_KEY}
    monkeypatch.setattr(tokens, "REFETCH_SECONDS", 0)

    with pytest.raises(NotSignedIn):
        await verifier.verify(known)


async def test_a_remembered_token_ends_when_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    verifier, known = Issuer().verifier(), token("hub", exp=int(time.time()) + 60)
    await verifier.verify(known)
    assert (await verifier.verify(known)).roles == {"hub"}

    monkeypatch.setattr(tokens, "LEEWAY_SECONDS", -61)

    with pytest.raises(NotSignedIn):
        await verifier.verify(known)


async def test_a_new_key_is_found_and_unknown_ones_are_looked_for_once_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    issuer = Issuer()
    verifier = issuer.verifier()
    await verifier.verify(token("hub"))
    new = jwt.encode(
        jwt.decode(token("hub"), options={"verify_signature": False}), ANOTHER_KEY, "RS256", {"kid": "new"}
    )
    for _ in range(20):
        with pytest.raises(NotSignedIn):
            await verifier.verify(new)
    assert issuer.asked == 1

    issuer.keys["new"] = ANOTHER_KEY
    monkeypatch.setattr(tokens, "REFETCH_SECONDS", 0)

    assert (await verifier.verify(new)).roles == {"hub"}
    assert issuer.asked == 2


async def test_with_the_issuer_away_known_keys_go_on_serving(monkeypatch: pytest.MonkeyPatch) -> None:
    issuer = Issuer()
    verifier = issuer.verifier()
    await verifier.verify(token("hub"))
    issuer.away = True
    monkeypatch.setattr(tokens, "REFETCH_SECONDS", 0)

    with pytest.raises(NotSignedIn):
        await verifier.verify(jwt.encode({"sub": "x"}, ANOTHER_KEY, "RS256", {"kid": "new"}))

    assert (await verifier.verify(token("hub"))).roles == {"hub"}


async def test_an_issuer_that_starts_after_us_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    issuer = Issuer()
    issuer.away = True
    verifier = issuer.verifier()
    monkeypatch.setattr(tokens, "FIRST_FETCH_SECONDS", 0)
    with pytest.raises(IssuerAway):
        await verifier.verify(token("hub"))

    issuer.away = False

    assert (await verifier.verify(token("hub"))).roles == {"hub"}


async def test_whoever_comes_while_keys_are_fetched_waits_for_them() -> None:
    issuer = Issuer()
    verifier = issuer.verifier()

    both = await asyncio.gather(verifier.verify(token("hub")), verifier.verify(token("hub")))

    assert [one.roles for one in both] == [{"hub"}, {"hub"}]
    assert issuer.asked == 1


@pytest.mark.parametrize("life", [60, 600])
async def test_a_service_fetches_its_own_token_once_while_it_is_good(life: int) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        granted = {"access_token": "ours", "expires_in": life}
        return httpx.Response(200, json={"token_endpoint": f"{ISSUER}/token"} if request.method == "GET" else granted)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        own = ServiceTokens(client, ISSUER, "claims", "claims-secret")
        said = {await own.token() for _ in range(5)}

    assert said == {"ours"}
    assert asked.count("/token") == 1
