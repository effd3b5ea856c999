"""Malformed, oversized and impossible requests get a precise problem that the contract names, never a 5xx (S4)."""

from collections.abc import Generator
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
import schemathesis.checks
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import sampled_from

from common.ids import new_id
from common.web.access import allowed_roles, api_routes
from common.web.roles import HELD_AT
from console.loading import parts
from programme import load_folder
from tests.house.towns import SERVICES, app_of
from tests.house.towns import settings as told
from tests.parts.live import live
from tests.parts.postgres import Databases
from tests.parts.tokens import token, trust

CHECKS: Any = schemathesis.checks
ORGANISATIONS = {"provider": "horton", "agency": "kirklees-neighbourhood-housing"}
AS_SAID = [
    CHECKS.not_a_server_error,
    CHECKS.status_code_conformance,
    CHECKS.content_type_conformance,
    CHECKS.response_schema_conformance,
    CHECKS.response_headers_conformance,
]
"""An answer is one that the service's own document says it may give."""
PROFILE = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


@pytest.fixture(
    scope="module",
    params=[(one, is_loaded) for one in SERVICES for is_loaded in (False, True)],
    ids=lambda given: f"{given[0]}-{'loaded' if given[1] else 'new'}",
)
def service(request: pytest.FixtureRequest, databases: Databases) -> Generator[tuple[str, str]]:
    """Where the programme is not set up yet, and where it is."""
    name, is_loaded = request.param
    with databases.clone(name) as database:
        app = import_module(f"{name.replace('-', '_')}.main").create_app_for(told(database_url=database.url("main")))
        with live(app) as url:
            trust(app)
            if is_loaded:
                headers = asked_as("operator") | {"Content-Type": "application/json"}
                part = parts(load_folder(Path("programmes/kbop")))[name]
                httpx.put(f"{url}/v1/programmes/kbop", content=part, headers=headers).raise_for_status()
            yield name, url


def asked_as(kind: str) -> dict[str, str]:
    """Somebody at such an organisation who holds all its roles."""
    everyone = token(*sorted(HELD_AT[kind]), kind=kind, organisation=ORGANISATIONS.get(kind, kind))
    return {"Authorization": f"Bearer {everyone}", "Idempotency-Key": str(new_id())}


def kinds_that_may_call(name: str) -> dict[tuple[str, str], list[str]]:
    """By method and path, whose people get beyond the door; anybody's where no role is asked."""
    return {
        (method, route.path): [kind for kind in HELD_AT if roles is None or HELD_AT[kind] & roles]
        for route in api_routes(app_of(name))
        for roles in [allowed_roles(route)]
        for method in route.methods or ()
    }


@pytest.mark.timeout(900)  # some sixty routes, ten requests each
def test_no_request_a_machine_can_think_of_breaks_a_service(service: tuple[str, str]) -> None:
    name, url = service
    may_call = kinds_that_may_call(name)
    schema: Any = schemathesis.openapi.from_dict(app_of(name).openapi())
    tried = 0

    for found in schema.get_all_operations():
        operation = found.ok()

        @PROFILE
        @given(case=operation.as_strategy(), kind=sampled_from(may_call[operation.method.upper(), operation.path]))
        def never_breaks(case: Any, kind: str) -> None:
            response = case.call(base_url=url, headers=asked_as(kind), timeout=20)
            case.validate_response(response, checks=AS_SAID)

        never_breaks()
        tried += 1

    assert tried > 5


def test_a_body_that_is_too_large_is_refused_and_nothing_else_happens(service: tuple[str, str]) -> None:
    name, url = service
    path = next(path for path, verbs in app_of(name).openapi()["paths"].items() if "put" in verbs)

    answer = httpx.put(
        url + path.replace("{programme_id}", "kbop"), content=b"x" * 12_000_000, headers=asked_as("operator")
    )

    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
