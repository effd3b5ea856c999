"""Keycloak with our realm, as an authority runs it, signs people and systems in, and our services read it."""

import base64
import hashlib
import html
import re
import secrets
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import jwt
import pytest

from claims.main import create_app_for
from common.web import introspection, tokens
from common.web.introspection import Introspection
from common.web.problems import NotSignedIn
from common.web.tokens import TokenVerifier
from embedded.signin import token_for_system
from tests.parts.api import FrontDoor, front_door
from tests.parts.keycloak import ADMIN, PASSWORD, secret_of
from tests.parts.postgres import Databases

pytestmark = pytest.mark.xdist_group("keycloak")

REDIRECT = "http://127.0.0.1/signed-in"
WORDS = "a-password-of-a-test"


class Realm:
    """The realm `outcomes` of a running Keycloak, as its administrator and its clients use it."""

    def __init__(self, url: str, client: httpx.AsyncClient) -> None:
        self.issuer = f"{url}/realms/outcomes"
        self.openid = f"{self.issuer}/protocol/openid-connect"
        self._url, self._client = url, client

    def verifier(self, audience: str = "claims") -> TokenVerifier:
        return TokenVerifier(self._client, f"{self.openid}/certs", self.issuer, audience, self.introspection())

    def introspection(self) -> Introspection:
        where = f"{self.openid}/token/introspect"
        return Introspection(self._client, where, "claims", secret_of("claims"))

    async def administer(self, method: str, path: str, body: Any = None) -> Any:
        form = {"grant_type": "password", "client_id": "admin-cli", "username": ADMIN, "password": PASSWORD}
        granted = await self._client.post(f"{self._url}/realms/master/protocol/openid-connect/token", data=form)
        headers = {"Authorization": f"Bearer {granted.json()['access_token']}"}
        path = f"{self._url}/admin/realms/outcomes{path}"
        answer = await self._client.request(method, path, json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def seat(self, organisation: str, *roles: str) -> str:
        """A new person at an organisation, by user name."""
        name = f"person-{uuid4().hex[:8]}"
        credentials = [{"type": "password", "value": WORDS, "temporary": False}]
        person = {"username": name, "enabled": True, "groups": [f"/{organisation}"], "credentials": credentials}
        person |= {"firstName": "A", "lastName": "Person", "email": f"{name}@example.org", "emailVerified": True}
        await self.administer("POST", "/users", person)
        [found] = await self.administer("GET", f"/users?username={name}&exact=true")
        held = [await self.administer("GET", f"/roles/{role}") for role in roles]
        await self.administer("POST", f"/users/{found['id']}/role-mappings/realm", held)
        return name

    async def sign_in(self, name: str, **changed: str) -> httpx.Response:
        """The answer to the exchange of a code that a person's browser brought back."""
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        asked = {"response_type": "code", "client_id": "console", "redirect_uri": REDIRECT, "scope": "openid"}
        asked |= {"state": "s", "code_challenge": challenge, "code_challenge_method": "S256"}
        page = await self._client.get(f"{self.openid}/auth", params=asked)
        action = re.search(r'action="([^"]+)"', page.text)
        assert action, page.text
        form = {"username": name, "password": WORDS}
        cookies = "; ".join(said.split(";")[0] for said in page.headers.get_list("set-cookie"))
        back = await self._client.post(html.unescape(action[1]), data=form, headers={"Cookie": cookies})
        code = parse_qs(urlsplit(back.headers["location"]).query)["code"][0]
        exchange = {"grant_type": "authorization_code", "client_id": "console", "redirect_uri": REDIRECT, "code": code}
        return await self._client.post(f"{self.openid}/token", data=exchange | {"code_verifier": verifier} | changed)


@pytest.fixture
async def realm(keycloak: str) -> AsyncGenerator[Realm]:
    async with httpx.AsyncClient(timeout=30) as client:
        yield Realm(keycloak, client)


@pytest.fixture
async def door(databases: Databases, realm: Realm) -> AsyncGenerator[FrontDoor]:
    async with front_door(databases, "claims", create_app_for) as door:
        door.app.state.verifier = realm.verifier()
        yield door


async def asked(door: FrontDoor, path: str, token: str) -> int:
    return (await door.client.get(path, headers={"Authorization": f"Bearer {token}"})).status_code


async def test_a_system_signs_in_with_its_secret_and_is_what_its_group_says(realm: Realm, door: FrontDoor) -> None:
    token = await token_for_system(realm.issuer, "provider-system.horton", secret_of("provider-system.horton"))
    claims = await realm.verifier().verify(token)

    assert (claims.organisation, claims.organisation_kind, claims.programme) == ("horton", "provider", "kbop")
    assert claims.roles == {"provider-system"}
    assert await asked(door, "/v1/claims", token) == 200
    assert await asked(door, "/v1/statements", token) == 403


async def test_a_person_signs_in_with_a_code_and_pkce(realm: Realm, door: FrontDoor) -> None:
    name = await realm.seat("kirklees-council", "council-verifier")
    token = (await realm.sign_in(name)).json()["access_token"]
    claims = await realm.verifier().verify(token)

    assert (claims.organisation, claims.roles) == ("kirklees-council", {"council-verifier"})
    assert name not in str(jwt.decode(token, options={"verify_signature": False}))
    assert await asked(door, "/v1/statements", token) == 200


async def test_a_person_who_is_sent_away_is_out_before_their_token_ends(
    realm: Realm, door: FrontDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = await realm.seat("kirklees-council", "council-verifier")
    token = (await realm.sign_in(name)).json()["access_token"]
    before = await asked(door, "/v1/statements", token)

    [person] = await realm.administer("GET", f"/users?username={name}&exact=true")
    await realm.administer("PUT", f"/users/{person['id']}", {"enabled": False})
    monkeypatch.setattr(introspection, "HOLDS_SECONDS", 0)

    assert (before, await asked(door, "/v1/statements", token)) == (200, 401)


async def test_a_code_without_its_verifier_is_worth_nothing(realm: Realm) -> None:
    name = await realm.seat("kbop-prime", "hub")

    refused = await realm.sign_in(name, code_verifier="x" * 43)

    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


async def test_a_token_is_for_our_services_and_no_others(realm: Realm) -> None:
    token = await token_for_system(realm.issuer, "claims", secret_of("claims"))

    for audience in ("referral-hub", "case-management", "claims", "reporting"):
        assert (await realm.verifier(audience).verify(token)).roles == {"service"}
    with pytest.raises(NotSignedIn):
        await realm.verifier("somebody-elses").verify(token)


async def test_a_rotated_key_is_found_and_a_withdrawn_one_forgotten(
    realm: Realm, monkeypatch: pytest.MonkeyPatch
) -> None:
    verifier = realm.verifier()
    before = await token_for_system(realm.issuer, "claims", secret_of("claims"))
    await verifier.verify(before)
    [old] = [key for key in await _signing_keys(realm) if key["active"]]

    provider = {"name": f"rsa-{uuid4().hex[:6]}", "providerId": "rsa-generated", "config": {"priority": ["500"]}}
    await realm.administer("POST", "/components", provider | {"providerType": "org.keycloak.keys.KeyProvider"})
    after = await token_for_system(realm.issuer, "claims", secret_of("claims"))
    monkeypatch.setattr(tokens, "REFETCH_SECONDS", 0)

    assert jwt.get_unverified_header(after)["kid"] != jwt.get_unverified_header(before)["kid"]
    assert (await verifier.verify(after)).roles == {"service"}
    assert (await verifier.verify(before)).roles == {"service"}

    await realm.administer("DELETE", f"/components/{old['component']}")
    with pytest.raises(NotSignedIn):
        await verifier.verify(before)
    assert (await verifier.verify(after)).roles == {"service"}


async def _signing_keys(realm: Realm) -> list[dict[str, Any]]:
    found = await realm.administer("GET", "/keys")
    return [
        {"component": key["providerId"], "active": key["kid"] == found["active"]["RS256"]}
        for key in found["keys"]
        if key["algorithm"] == "RS256"
    ]
