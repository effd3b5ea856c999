"""Nobody sees what is not theirs: every route, asked by every role, for everything that is not the asker's own."""

from typing import Any

import pytest
from fastapi import FastAPI

from claims.main import create_app_for
from common.river import WITH_DATABASE
from tests.house.towns import OPEN, app_of, settings
from tests.isolation.kept import keep, say
from tests.isolation.matrix import examine, routes_of
from tests.isolation.services import SERVICES
from tests.isolation.trail import CARRIED_ON, NO_ONE_IN_IT, writes
from tests.isolation.worlds import World

ROUTES = {service: routes_of(app_of(service)) for service in SERVICES}
EVERY_ROUTE = [
    pytest.param(service, route, marks=pytest.mark.xdist_group(f"isolation-{service}"), id=f"{service} {route}")
    for service, routes in ROUTES.items()
    for route in sorted(routes)
]
EVERY_RESTRICTED = [
    pytest.param(name, route, marks=pytest.mark.xdist_group(f"isolation-{name}"), id=f"{name} {route}")
    for name, service in SERVICES.items()
    for route in sorted(service.restricted)
]


@pytest.mark.row("S-144")
@pytest.mark.parametrize(("world", "route"), EVERY_ROUTE, indirect=["world"])
async def test_nobody_sees_or_touches_what_is_not_theirs(world: World, route: str) -> None:
    assert route in SERVICES[world.name].examples, f"{route} is new: say in {world.name}'s EXAMPLES how it is asked"

    tally, faults = await examine(world, ROUTES[world.name][route], SERVICES[world.name].examples[route])

    say(f"{route}: {tally}", f"{world.name} so far: {keep(world.name, route, tally)}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(("world", "route"), EVERY_RESTRICTED, indirect=["world"])
async def test_of_a_restricted_case_only_its_lead_sees_all(world: World, route: str) -> None:
    tally, faults = await examine(world, ROUTES[world.name][route], SERVICES[world.name].restricted[route])
    tally.routes = 0  # counted once, above

    say(f"{route}: {tally}", f"{world.name} so far: {keep(world.name, f'{route} (restricted)', tally)}")
    assert not faults, "\n".join(faults)


def test_what_is_said_to_be_no_read_of_anyone_is_a_read_there_is() -> None:
    reads = {name for routes in ROUTES.values() for name, route in routes.items() if not writes(route)}

    assert set(NO_ONE_IN_IT) | CARRIED_ON <= reads


def operations(app: FastAPI) -> set[str]:
    """What an app's OpenAPI says can be asked of it, but for the machinery's routes."""
    paths: dict[str, dict[str, Any]] = app.openapi()["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() if path not in OPEN for method in methods}


@pytest.mark.parametrize("service", SERVICES)
def test_the_matrix_asks_every_operation_of_the_openapi_and_no_other(service: str) -> None:
    assert set(SERVICES[service].examples) == operations(app_of(service))
    assert set(SERVICES[service].restricted) <= operations(app_of(service))


def test_a_new_route_without_cells_is_noticed() -> None:
    app = create_app_for(settings())
    app.get("/v1/planted")(lambda: None)

    assert operations(app) - set(SERVICES["claims"].examples) == {"GET /v1/planted"}


def test_every_service_that_keeps_records_has_its_world() -> None:
    assert set(SERVICES) == set(WITH_DATABASE)
