"""Every request is counted by its route, by who asked and by how it ended; nothing of it names a person."""

from collections.abc import AsyncGenerator

import pytest
from prometheus_client import REGISTRY

from case_management.main import create_app_for
from common.web.app import MOST_HEADER_BYTES
from tests.parts.api import FrontDoor, front_door, someone
from tests.parts.postgres import Databases

WORKER = someone("caseworker", organisation="horton", kind="provider")
CASE = "/v1/cases/{case_id}"
SOMEONE = "01a22018-7f1b-7414-aaa9-0313684df288"


@pytest.fixture
async def door(databases: Databases) -> AsyncGenerator[FrontDoor]:
    async with front_door(databases, "case_management", create_app_for) as door:
        yield door


def answered(organisation: str, method: str, route: str, status: int) -> float:
    labels = {"organisation": organisation, "method": method, "route": route, "status": str(status)}
    return REGISTRY.get_sample_value("outcomes_requests_total", labels) or 0


def timed(method: str, route: str) -> float:
    return REGISTRY.get_sample_value("outcomes_request_seconds_count", {"method": method, "route": route}) or 0


@pytest.mark.parametrize(
    ("path", "who", "counted"),
    [
        ("/v1/cases", WORKER, ("horton", "GET", "/v1/cases", 200)),
        (f"/v1/cases/{SOMEONE}", WORKER, ("horton", "GET", CASE, 404)),
        (f"/v1/cases/{SOMEONE}", "not-a-token", ("nobody", "none", "none", 401)),
        (f"/v1/nowhere/{SOMEONE}", WORKER, ("horton", "none", "none", 404)),
    ],
)
async def test_a_request_is_counted_by_its_route_and_never_by_its_address(
    door: FrontDoor, path: str, who: str, counted: tuple[str, str, str, int]
) -> None:
    before, times = answered(*counted), timed(*counted[1:3])

    await door.get(path, who)

    assert answered(*counted) == before + 1
    assert timed(*counted[1:3]) == times + 1


async def test_a_request_whose_headers_are_too_large_is_counted_too(door: FrontDoor) -> None:
    counted = ("nobody", "none", "none", 431)
    before = answered(*counted)

    answer = await door.get("/v1/cases", WORKER, params={"after": "x" * MOST_HEADER_BYTES})

    assert answer.status_code == 431
    assert answered(*counted) == before + 1


async def test_a_request_that_breaks_is_counted_as_500(door: FrontDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = ("horton", "GET", "/v1/cases", 500)
    before = answered(*counted)
    monkeypatch.setattr(door.app.state, "sessions", None)

    answer = await door.get("/v1/cases", WORKER)

    assert answer.status_code == 500
    assert answered(*counted) == before + 1


async def test_what_machines_ask_every_few_seconds_is_not_counted(door: FrontDoor) -> None:
    await door.get("/health/ready", WORKER)
    metrics = await door.get("/metrics", WORKER)

    assert 'route="/health' not in metrics.text
    assert 'route="/metrics' not in metrics.text
