"""An id that a client mints is its own: it never meets one of somebody else's, so nothing is told of theirs (X-8)."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

import jwt
import pytest

from common.ids import new_id
from common.web.access import allowed_roles
from tests.house.towns import app_of
from tests.isolation.matrix import Asking, routes_of
from tests.isolation.services import SERVICES
from tests.isolation.worlds import AGENCY_ROLES, PROGRAMME, PROVIDER_ROLES, World, bearer


def minting(service: str) -> list[str]:
    """The routes of a service whose body may bring an id of the client's own."""
    api = app_of(service).openapi()
    found: list[str] = []
    for path, verbs in api["paths"].items():
        for verb, asked in verbs.items():
            for content in asked.get("requestBody", {}).get("content", {}).values():
                name = content["schema"].get("$ref", "").rpartition("/")[2]
                if "id" in api["components"]["schemas"].get(name, {}).get("properties", {}):
                    found.append(f"{verb.upper()} {path}")
    return found


EVERY_ROUTE = [
    pytest.param(service, route, marks=pytest.mark.xdist_group(f"isolation-{service}"), id=f"{service} {route}")
    for service in SERVICES
    for route in minting(service)
]


@pytest.mark.parametrize(("world", "route"), EVERY_ROUTE, indirect=["world"])
async def test_an_id_belongs_to_who_asks(world: World, route: str) -> None:
    method, path = route.split(" ")
    allowed = sorted(role for role in roles_of(world, route) if role in PROVIDER_ROLES | AGENCY_ROLES)
    role = allowed[0] if allowed else sorted(roles_of(world, route))[0]
    asking = await SERVICES[world.name].examples[route].make(world, role)
    asked = str(new_id())

    answer = await sent(world, method, path, role, asking, asked)

    signed_in = jwt.decode(bearer(role), options={"verify_signature": False})
    assert answer["id"] == str(uuid5(NAMESPACE_URL, f"{PROGRAMME}/{signed_in['org']}/{asked}"))


def roles_of(world: World, route: str) -> frozenset[str]:
    return allowed_roles(routes_of(app_of(world.name))[route]) or frozenset()


async def sent(world: World, method: str, path: str, role: str, asking: Asking, asked: str) -> Any:
    headers = {"Authorization": f"Bearer {bearer(role)}", "Idempotency-Key": new_id().hex}
    headers["Simulated-Now"] = (asking.at or world.at).isoformat()
    answer = await world.door.client.request(
        method,
        path.format(**asking.params),
        headers=headers,
        json=None if asking.body is None else asking.body | {"id": asked},
        data=None if asking.form is None else {**asking.form, "id": asked},
        files=asking.files,
    )
    assert answer.is_success, answer.text
    return answer.json()
