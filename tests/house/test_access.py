"""Who may call what is stated on every route, and the page that lists it is made from there."""

import pytest

from common.web.access import allowed_roles, api_routes
from common.web.roles import ROLES
from tests.house.towns import OPEN, SERVICES, app_of


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_says_who_may_call_it(service: str) -> None:
    silent = [route.path for route in api_routes(app_of(service)) if allowed_roles(route) is None]

    assert set(silent) <= OPEN


@pytest.mark.parametrize("service", SERVICES)
def test_every_write_takes_an_idempotency_key(service: str) -> None:
    reads = {"GET"}
    stored_nothing = {"/v1/events/missing", "/v1/claims/pre-check"}
    keyless = [
        f"{route.methods} {route.path}"
        for route in api_routes(app_of(service))
        if set(route.methods or ()) - reads
        and route.path not in stored_nothing
        and not any(
            parameter.alias == "idempotency-key"
            for dependant in route.dependant.dependencies
            for parameter in dependant.header_params
        )
    ]

    assert keyless == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_path_is_versioned(service: str) -> None:
    paths = {route.path for route in api_routes(app_of(service))} - OPEN

    assert [path for path in paths if not path.startswith("/v1/")] == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_endpoint_and_field_says_what_it_means(service: str) -> None:
    routes = [route for route in api_routes(app_of(service)) if route.path not in OPEN]
    wordless = [f"{route.path} {route.name}" for route in routes if not route.endpoint.__doc__]

    assert wordless == []


def test_every_role_is_let_in_somewhere() -> None:
    used = {
        role for service in SERVICES for route in api_routes(app_of(service)) for role in allowed_roles(route) or ()
    }
    of_later_pages = {"peer-mentor", "participant"}

    assert set(ROLES) - used <= of_later_pages
