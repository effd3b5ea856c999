"""Nobody sees what is not theirs: every route, asked by every role, for everything that is not the asker's own."""

import pytest

from tests.house.towns import app_of
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


@pytest.mark.parametrize("service", SERVICES)
def test_every_example_is_of_a_route(service: str) -> None:
    assert set(SERVICES[service].examples) | set(SERVICES[service].restricted) <= set(ROUTES[service])
