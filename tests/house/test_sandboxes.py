"""What is for sandboxes alone is refused by the very transaction its routes take, so that none can forget to ask."""

import pytest

from common.web.access import allowed_roles, api_routes, is_in_sandboxes
from tests.house.towns import SERVICES, app_of


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_of_a_sandbox_lets_nobody_in_whose_programme_is_real(service: str) -> None:
    guarded = [route for route in api_routes(app_of(service)) if allowed_roles(route) is not None]

    assert {route.path for route in guarded if is_in_sandboxes(route)} == {
        route.path for route in guarded if route.path.startswith("/v1/sandbox")
    }
