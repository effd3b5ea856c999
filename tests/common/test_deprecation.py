"""An operation that is given up says so with every answer, long before it ends."""

from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter

from common.transaction import Transaction
from common.web.access import reading
from common.web.app import create_app
from common.web.http.deprecation import deprecated
from common.web.problems import NotFound
from tests.house.towns import settings
from tests.parts.postgres import Databases
from tests.parts.tokens import token, trust

router = APIRouter(prefix="/v1", tags=["claims"])


@router.get("/queue")
@deprecated(since=date(2027, 1, 1), sunset=date(2027, 9, 1), instead="GET /v1/claims")
async def show_queue(tx: Annotated[Transaction, reading("operator")], of: str = "") -> dict[str, str]:
    """Show the queue of somebody."""
    if of:
        raise NotFound
    return {"queue": tx.programme_id}


@router.get("/list")
async def show_list(tx: Annotated[Transaction, reading("operator")]) -> dict[str, str]:
    """Show the list."""
    return {"list": tx.programme_id}


@pytest.fixture
async def client(databases: Databases) -> AsyncGenerator[httpx.AsyncClient]:
    with databases.clone("claims") as database:
        app = create_app("claims", "Claims", settings(database_url=database.url("main")), [router])
        async with app.router.lifespan_context(app):
            trust(app)
            who = {"Authorization": f"Bearer {token('operator', organisation='operations', kind='operator')}"}
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://here", headers=who) as client:
                yield client


async def test_every_answer_says_since_when_until_when_and_where_it_is_told(client: httpx.AsyncClient) -> None:
    answers = [
        await client.get("/v1/queue"),
        await client.head("/v1/queue"),
        await client.get("/v1/queue", params={"of": "nobody"}),
        await client.get("/v1/queue", params={"off": "nobody"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 404, 422]
    for answer in answers:
        assert answer.headers["deprecation"] == f"@{int(datetime(2027, 1, 1, tzinfo=UTC).timestamp())}"
        assert parsedate_to_datetime(answer.headers["sunset"]) == datetime(2027, 9, 1, tzinfo=UTC)
        assert answer.links["deprecation"]["url"] == "/docs"


async def test_no_other_answer_does(client: httpx.AsyncClient) -> None:
    for path in ("/v1/list", "/v1/nothing", "/health/live"):
        assert not {"deprecation", "sunset"} & set((await client.get(path)).headers), path


def test_the_document_says_so_too() -> None:
    app = create_app("claims", "Claims", settings(), [router])
    given_up, other = (app.openapi()["paths"][path]["get"] for path in ("/v1/queue", "/v1/list"))

    assert given_up["deprecated"] is True
    assert given_up["description"].startswith("Deprecated since 2027-01-01: it is answered until 2027-09-01.")
    assert {"Deprecation", "Sunset", "Link"} <= set(given_up["responses"]["200"]["headers"])
    assert "deprecated" not in other


def test_nobody_has_less_than_half_a_year() -> None:
    with pytest.raises(ValueError, match="Let 180 days pass"):
        deprecated(since=date(2027, 1, 1), sunset=date(2027, 6, 1), instead="GET /v1/claims")
