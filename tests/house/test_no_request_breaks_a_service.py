"""Malformed, oversized and impossible requests get a precise problem, never a 5xx (S4)."""

from collections.abc import Generator
from importlib import import_module
from typing import Any

import httpx
import pytest
import schemathesis
import schemathesis.checks
from hypothesis import HealthCheck, Phase, given, settings

from common.ids import new_id
from common.web.roles import ROLES
from tests.house.towns import SERVICES, app_of
from tests.house.towns import settings as told
from tests.parts.live import live
from tests.parts.postgres import Databases
from tests.parts.tokens import token, trust

CHECKS: Any = schemathesis.checks
PROFILE = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module", params=SERVICES)
def service(request: pytest.FixtureRequest, databases: Databases) -> Generator[tuple[str, str]]:
    name: str = request.param
    with databases.clone(name) as database:
        app = import_module(f"{name.replace('-', '_')}.main").create_app_for(told(database_url=database.url("main")))
        with live(app) as url:
            trust(app)
            yield name, url


def asked_as(everyone: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {everyone}", "Idempotency-Key": str(new_id())}


def test_no_request_a_machine_can_think_of_breaks_a_service(service: tuple[str, str]) -> None:
    name, url = service
    everyone = token(*ROLES)
    schema: Any = schemathesis.openapi.from_dict(app_of(name).openapi())
    tried = 0

    for found in schema.get_all_operations():
        operation = found.ok()

        @PROFILE
        @given(case=operation.as_strategy())
        def never_breaks(case: Any) -> None:
            response = case.call(base_url=url, headers=asked_as(everyone), timeout=20)
            case.validate_response(response, checks=[CHECKS.not_a_server_error])

        never_breaks()
        tried += 1

    assert tried > 5


def test_a_body_that_is_too_large_is_refused_and_nothing_else_happens(service: tuple[str, str]) -> None:
    name, url = service
    path = next(path for path, verbs in app_of(name).openapi()["paths"].items() if "put" in verbs)

    answer = httpx.put(
        url + path.replace("{programme_id}", "kbop"), content=b"x" * 12_000_000, headers=asked_as(token(*ROLES))
    )

    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
