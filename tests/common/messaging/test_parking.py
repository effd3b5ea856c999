"""Operators retry a parked stream or skip exactly one event; nothing else, and never unseen."""

from collections.abc import AsyncGenerator

import httpx
import pytest
from sqlalchemy import text

from common.database import rows
from common.ids import new_id
from common.web.app import create_app
from tests.common.messaging.parts import Town, a_fact, town
from tests.house.towns import settings
from tests.parts.postgres import Databases
from tests.parts.tokens import token, trust


@pytest.fixture
async def parked(databases: Databases, issuer: str) -> AsyncGenerator[tuple[Town, httpx.AsyncClient]]:
    """A hearer with one stream parked at its second event of three, and an operator's client of its service."""
    with databases.clone("referral-hub") as hub, databases.clone("claims") as claims:
        async with town(hub, claims, issuer) as delivery:
            person = new_id()
            await delivery.announce(*(a_fact(person) for _ in range(3)))
            records = await delivery.relay()
            delivery.failing[records[1].event_id] = ZeroDivisionError("a bug")
            hearer = delivery.hearer()
            await hearer.hear(records)
            for _ in range(5):
                await hearer.heal()
            app = create_app("claims", "Claims", settings(database_url=claims.url("main")), [])
            async with app.router.lifespan_context(app):
                trust(app)
                transport = httpx.ASGITransport(app, raise_app_exceptions=False)
                headers = {"authorization": f"Bearer {token('operator', organisation='operations', kind='operator')}"}
                async with httpx.AsyncClient(transport=transport, base_url="http://claims", headers=headers) as client:
                    yield delivery, client


def key() -> dict[str, str]:
    return {"idempotency-key": str(new_id())}


async def test_a_parked_stream_is_listed_and_goes_on_when_retried(parked: tuple[Town, httpx.AsyncClient]) -> None:
    delivery, operator = parked
    [listed] = (await operator.get("/v1/inbox?topic=referrals&state=parked")).json()["items"]
    delivery.failing.clear()

    answer = await operator.post(
        "/v1/inbox/retry", json={"topic": "referrals", "subject": listed["subject"]}, headers=key()
    )
    await delivery.hearer().heal()

    assert (listed["attempts"], listed["error_code"]) == (5, "ZeroDivisionError")
    assert (answer.status_code, answer.json()["state"]) == (200, "retrying")
    assert len(await delivery.lines()) == 3


async def test_exactly_the_next_event_may_be_skipped_and_is_never_counted_as_applied(
    parked: tuple[Town, httpx.AsyncClient],
) -> None:
    delivery, operator = parked
    [row] = await delivery.inbox()
    asked = {"topic": "referrals", "subject": row["subject"], "event_id": str(new_id()), "reason": "known-bug"}

    too_far = await operator.post("/v1/inbox/skip", json=asked | {"sequence": 3}, headers=key())
    skipped = await operator.post("/v1/inbox/skip", json=asked | {"sequence": 2}, headers=key())
    await delivery.hearer().heal()

    assert (too_far.status_code, skipped.status_code) == (409, 200)
    [row] = await delivery.inbox()
    assert (row["last_sequence"], row["skipped"], row["state"]) == (3, 1, "open")
    assert len(await delivery.lines()) == 2
    async with delivery.hearer_sessions.begin() as session:
        [kept] = rows(await session.execute(text("select sequence, reason, by from inbox_skipped")))
        audited = rows(await session.execute(text("select action, subjects from audit where action = 'skip_event'")))
    assert kept == {"sequence": 2, "reason": "known-bug", "by": "operator.operations"}
    assert audited == [{"action": "skip_event", "subjects": [f"inbox/referrals/{row['subject']}"]}]


async def test_an_open_or_unknown_stream_is_left_alone(parked: tuple[Town, httpx.AsyncClient]) -> None:
    delivery, operator = parked
    await delivery.announce(a_fact())
    [other] = await delivery.relay()
    await delivery.hearer().hear([other])

    is_open = await operator.post(
        "/v1/inbox/retry", json={"topic": "referrals", "subject": other.subject}, headers=key()
    )
    unknown = await operator.post("/v1/inbox/retry", json={"topic": "cases", "subject": "participant/x"}, headers=key())

    assert (is_open.status_code, unknown.status_code) == (409, 404)


async def test_only_operators_may(parked: tuple[Town, httpx.AsyncClient]) -> None:
    _, client = parked
    headers = key() | {"authorization": f"Bearer {token('hub')}"}

    answer = await client.post("/v1/inbox/retry", json={"topic": "cases", "subject": "x"}, headers=headers)

    assert answer.status_code == 403
