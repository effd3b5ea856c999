"""Whoever is sent away at the issuer is out within a minute; the issuer is not asked in vain, and may be away."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from common.web import introspection
from common.web.introspection import HOLDS_SECONDS, PATIENCE_SECONDS, Introspection
from common.web.problems import NotSignedIn
from common.web.tokens import TokenVerifier
from embedded import issuer as development_issuer
from embedded.signin import SignInRefused, token_for_person, token_for_system

A_TOKEN, ANOTHER = "a-token", "another-token"


class Issuer:
    """Answers introspection as told, counts how often it is asked, and may be away or refuse us."""

    def __init__(self) -> None:
        self.asked = 0
        self.status = 200
        self.said: Any = {"active": True}

    def introspection(self) -> Introspection:
        client = httpx.AsyncClient(transport=httpx.MockTransport(self._answer))
        return Introspection(client, "https://issuer/introspect", "claims", "secret")

    def _answer(self, _: httpx.Request) -> httpx.Response:
        self.asked += 1
        return httpx.Response(self.status, json=self.said)


@pytest.fixture
async def client() -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=10) as client:
        yield client


async def test_a_person_sent_away_is_out_before_their_token_ends_and_others_stay(
    tmp_path: Path, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with development_issuer.running(tmp_path) as issuer:
        asks = Introspection(client, f"{issuer}/introspect", "claims", "claims-secret")
        verifier = TokenVerifier(client, f"{issuer}/jwks.json", issuer, "claims", asks)
        person = await token_for_person(issuer, "caseworker.horton")
        colleague = await token_for_person(issuer, "contracts-officer.horton")
        system = await token_for_system(issuer, "provider-system.horton", "provider-system.horton-secret")
        for token in (person, colleague, system):
            await verifier.verify(token)

        for name in ("caseworker.horton", "provider-system.horton"):
            (await client.post(f"{issuer}/send-away", data={"person": name})).raise_for_status()
        monkeypatch.setattr(introspection, "HOLDS_SECONDS", 0)

        assert jwt.decode(person, options={"verify_signature": False, "verify_exp": True})
        for token in (person, system):
            with pytest.raises(NotSignedIn):
                await verifier.verify(token)
        assert (await verifier.verify(colleague)).roles == {"contracts-officer"}
        with pytest.raises(SignInRefused, match="was sent away"):
            await token_for_person(issuer, "caseworker.horton")


async def test_the_development_issuer_tells_only_systems_and_stands_by_its_own_alone(
    tmp_path: Path, client: httpx.AsyncClient
) -> None:
    with development_issuer.running(tmp_path) as issuer:
        where, proof = f"{issuer}/introspect", ("claims", "claims-secret")
        good = await token_for_person(issuer, "hub-1")
        forged = jwt.encode({"sub": "x", "iss": issuer}, "secret" * 8, "HS256")

        nobody = await client.post(where, data={"token": good})
        said = [(await client.post(where, data={"token": one}, auth=proof)).json() for one in (good, forged, "")]

    assert nobody.status_code == 401
    assert said == [{"active": True}, {"active": False}, {"active": False}]


def test_an_answer_is_out_of_date_within_a_minute() -> None:
    assert HOLDS_SECONDS + PATIENCE_SECONDS < 60


async def test_many_requests_cost_one_question_for_each_token() -> None:
    issuer = Issuer()
    asks = issuer.introspection()

    stand = await asyncio.gather(*(asks.stands(token) for token in (A_TOKEN, ANOTHER) * 50))

    assert all(stand)
    assert issuer.asked == 2


@pytest.mark.parametrize("active", [True, False])
async def test_with_the_issuer_away_what_it_said_last_holds(active: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    issuer = Issuer()
    issuer.said = {"active": active}
    asks = issuer.introspection()
    monkeypatch.setattr(introspection, "HOLDS_SECONDS", 0)
    before = await asks.stands(A_TOKEN)

    issuer.status = 503

    assert (before, await asks.stands(A_TOKEN), await asks.stands(ANOTHER)) == (active, active, True)


async def test_an_issuer_that_does_not_know_us_lets_nobody_in() -> None:
    issuer = Issuer()
    issuer.status = 401

    assert not await issuer.introspection().stands(A_TOKEN)


@pytest.mark.parametrize("said", [{}, [], {"active": "true"}, {"active": 1}])
async def test_only_true_is_true(said: Any) -> None:
    issuer = Issuer()
    issuer.said = said

    assert not await issuer.introspection().stands(A_TOKEN)
