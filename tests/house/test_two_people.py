"""A step that has to be another person's is a person's: no system takes it, for it and its owner would be two ids."""

from collections.abc import AsyncGenerator
from importlib import import_module

import pytest
from fastapi.routing import APIRoute

from common.ids import new_id
from common.web.access import allowed_roles, api_routes, takes_a_person
from common.web.roles import HELD_AT
from tests.house.towns import SERVICES, app_of
from tests.parts.api import FrontDoor, front_door
from tests.parts.postgres import Databases
from tests.parts.tokens import token

REDACTION = {"redact_event"}
STEPS_OF_TWO = {
    "referral-hub": REDACTION,
    "case-management": REDACTION | {"decide_closure", "decide_fund_request", "decide_innovation"},
    "claims": REDACTION
    | {"approve", "submit", "send_back", "query", "verify", "refuse", "reopen", "withdraw", "agree", "answer"}
    | {"undo", "challenge", "decide", "reinstate", "accept", "reject", "rule", "correct", "withdraw", "grant", "end"},
    "reporting": REDACTION | {"accept"},
}
"""What is decided of what another did, by the name of its route."""


@pytest.fixture(params=SERVICES)
async def door(request: pytest.FixtureRequest, databases: Databases) -> AsyncGenerator[FrontDoor]:
    name: str = request.param
    create_app_for = import_module(f"{name.replace('-', '_')}.main").create_app_for
    async with front_door(databases, name.replace("-", "_"), create_app_for) as door:
        yield door


def steps_of(service: str) -> list[APIRoute]:
    return [route for route in api_routes(app_of(service)) if takes_a_person(route)]


@pytest.mark.parametrize("service", SERVICES)
def test_every_step_of_two_takes_a_person(service: str) -> None:
    assert {route.name for route in steps_of(service)} == STEPS_OF_TWO[service]


async def test_no_system_takes_such_a_step_whatever_its_role_and_a_person_does(door: FrontDoor) -> None:
    for route in steps_of(door.app.state.service.replace("_", "-")):
        for role in allowed_roles(route) or ():
            kind = next(kind for kind, held in HELD_AT.items() if role in held)
            system = token(role, organisation="someone", kind=kind, auth_time=None)
            person = token(role, organisation="someone", kind=kind)

            refused, looked_at = await asked(door, route, system), await asked(door, route, person)

            assert refused == (403, "/problems/takes-a-person"), route.path
            assert looked_at[1] != "/problems/takes-a-person", route.path


async def asked(door: FrontDoor, route: APIRoute, who: str) -> tuple[int, str]:
    path = route.path.format(**{name: new_id() for name in route.param_convertors})
    headers = {"Idempotency-Key": new_id().hex, "Authorization": f"Bearer {who}"}
    answer = await door.client.request(min(route.methods or ()), path, headers=headers)
    return answer.status_code, answer.json().get("type", "")
