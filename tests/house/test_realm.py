"""The realm that Keycloak imports knows the roles, organisations, systems and audiences our code knows, no more."""

import json
from typing import Any

from common.river import WITH_DATABASE
from common.web.roles import HELD_AT, ROLES
from embedded.people import Party, seats, systems
from tests.parts.keycloak import REALM


def realm() -> dict[str, Any]:
    return json.loads(REALM.read_text())


def test_its_roles_are_ours() -> None:
    assert {role["name"] for role in realm()["roles"]["realm"]} == ROLES


def test_every_service_that_carries_events_on_signs_in_as_itself() -> None:
    assert {name for name, system in systems().items() if "service" in system.roles} == set(WITH_DATABASE)


def test_its_groups_are_the_organisations_and_say_their_kind() -> None:
    groups = {group["name"]: group["attributes"] for group in realm()["groups"]}

    assert set(groups) == set(seats().organisations)
    assert all(attributes["org"] == [name] for name, attributes in groups.items())
    assert {name: attributes["org_kind"][0] for name, attributes in groups.items()} == {
        name: organisation.kind for name, organisation in seats().organisations.items()
    }
    assert {attributes["org_kind"][0] for attributes in groups.values()} == set(HELD_AT)


def test_every_system_has_its_role_at_its_organisation_and_a_secret_from_outside() -> None:
    seated = {user["serviceAccountClientId"]: user for user in realm()["users"]}

    assert {name: (user["realmRoles"], user["groups"]) for name, user in seated.items()} == {
        name: (list(system.roles), [group_of(system)]) for name, system in systems().items()
    }
    assert all(client["secret"].startswith("${") for client in realm()["clients"] if not client["publicClient"])


def group_of(system: Party) -> str:
    """Its organisation's, or the part of it that is of the sandbox."""
    return f"/{system.organisation}" + ("" if system.programme == seats().programme else "/sandbox")


def test_whoever_is_in_the_sandbox_is_of_no_other_programme() -> None:
    parts = [part for group in realm()["groups"] for part in group.get("subGroups", [])]

    assert {part["name"] for part in parts} == {"sandbox"}
    assert {tuple(part["attributes"]["programme"]) for part in parts} == {("kbop-sandbox",)}


def test_people_sign_in_with_pkce_and_tokens_name_our_services() -> None:
    public = [client for client in realm()["clients"] if client["publicClient"]]
    [scope] = [scope for scope in realm()["clientScopes"] if scope["name"] == "partnership"]
    audiences = {mapper["config"].get("included.custom.audience") for mapper in scope["protocolMappers"]} - {None}

    assert {client["attributes"]["pkce.code.challenge.method"] for client in public} == {"S256"}
    assert not any(client["directAccessGrantsEnabled"] or client["implicitFlowEnabled"] for client in public)
    assert audiences == set(WITH_DATABASE)
    assert realm()["accessTokenLifespan"] <= 600
