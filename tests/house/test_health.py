"""Health is truthful, metrics answer, and the API's page needs nothing from elsewhere."""

import re
from importlib import import_module

import httpx
import pytest

from common.web.app import create_app
from tests.house.towns import SERVICES, app_of, settings
from tests.parts.postgres import Databases, connect
from tests.parts.tokens import token, trust


async def asked(path: str, database_url: str) -> httpx.Response:
    app = create_app("claims", "Claims", settings(database_url=database_url), [])
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://claims") as client:
            return await client.get(path)


async def test_ready_says_what_of_the_record_waits(databases: Databases) -> None:
    with databases.clone("claims") as database:
        answer = await asked("/health/ready", database.url("main"))

    assert answer.status_code == 200
    assert answer.json()["delivery"] == {
        "unpublished": 0, "oldest_unpublished_seconds": 0, "waiting": 0, "retrying": 0, "parked": 0, "forged": 0,
        "forked": 0, "skipped": 0, "record_faults": 0,
    }  # fmt: skip
    assert answer.json()["audit"] == {"unsealed": 0, "oldest_unsealed_seconds": 0, "oldest_unwitnessed_seconds": 0}


async def test_what_comes_late_is_said_and_requests_are_still_served(databases: Databases) -> None:
    with databases.clone("claims") as database:
        connection = await connect(database.admin_dsn)
        await connection.execute("update relay set numbered = 1, waiting_since = now() - interval '5 minutes'")
        await connection.execute(
            "insert into inbox (topic, subject, programme_id, state) values ('a', 'b', 'c', 'parked')"
        )
        await connection.close()
        answer = await asked("/health/ready", database.url("main"))

    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert [said.partition(":")[0] for said in answer.json()["degraded"]] == [
        "Announcements have waited 300 s", "Parked streams that wait for an operator",
    ]  # fmt: skip


async def test_ready_is_503_without_its_database_and_live_goes_on() -> None:
    nowhere = "postgresql+asyncpg://claims_main@/claims?host=/nowhere"

    assert (await asked("/health/ready", nowhere)).status_code == 503
    assert (await asked("/health/live", nowhere)).status_code == 200


async def test_a_database_that_is_not_migrated_is_not_ready(databases: Databases) -> None:
    postgres = databases.admin_dsn.replace("postgresql://", "postgresql+asyncpg://")

    assert (await asked("/health/ready", postgres)).status_code == 503


async def test_metrics_count_what_waits(databases: Databases) -> None:
    with databases.clone("claims") as database:
        answer = await asked("/metrics", database.url("main"))

    assert "outcomes_parked 0.0" in answer.text


@pytest.mark.parametrize("service", SERVICES)
async def test_the_apis_page_asks_nobody_else_for_anything(service: str) -> None:
    transport = httpx.ASGITransport(app_of(service))
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        page = await client.get("/docs")
        assets = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        found = [(await client.get(asset)).status_code for asset in assets]

    assert assets != []
    assert [asset for asset in assets if not asset.startswith("/")] == []
    assert set(found) == {200}


@pytest.mark.parametrize("service", SERVICES)
async def test_without_its_database_a_service_says_when_to_try_again(service: str) -> None:
    nowhere = f"postgresql+asyncpg://{service.replace('-', '_')}_main@/nowhere?host=/nowhere"
    app = import_module(f"{service.replace('-', '_')}.main").create_app_for(settings(database_url=nowhere))
    async with app.router.lifespan_context(app):
        trust(app)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            headers = {"authorization": f"Bearer {token('operator', organisation='operations', kind='operator')}"}
            answer = await client.get("/v1/events", headers=headers)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.json()["type"] == "/problems/unavailable"
