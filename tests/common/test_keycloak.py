"""Keycloak with our realm, as an authority runs it, signs people and systems in, and our services read it."""

from collections.abc import AsyncGenerator
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest

from claims.main import create_app_for
from common.river import WITH_DATABASE
from common.web import introspection, tokens
from common.web.problems import NotSignedIn
from embedded.signin import token_for_system
from tests.parts.api import FrontDoor, front_door
from tests.parts.keycloak import secret_of
from tests.parts.postgres import Databases
from tests.parts.realm import Realm

pytestmark = pytest.mark.xdist_group("keycloak")


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
    assert (claims.roles, claims.person) == ({"provider-system"}, False)
    assert await asked(door, "/v1/claims", token) == 200
    assert await asked(door, "/v1/statements", token) == 403


async def test_a_person_signs_in_with_a_code_and_pkce(realm: Realm, door: FrontDoor) -> None:
    name = await realm.seat("kirklees-council", "council-verifier")
    token = (await realm.sign_in(name)).json()["access_token"]
    claims = await realm.verifier().verify(token)

    assert (claims.organisation, claims.roles, claims.person) == ("kirklees-council", {"council-verifier"}, True)
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

    for audience in WITH_DATABASE:
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
