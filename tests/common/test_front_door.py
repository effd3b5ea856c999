"""What every front door does to whoever asks too much, too often, or pretends."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Request
from pydantic import BaseModel

from claims.main import create_app_for
from common.transaction import Answer, Transaction
from common.web.access import writing
from common.web.http.meaning import canonical
from common.web.http.pointers import pointer
from common.web.http.representations import takes_gzip
from common.web.rates import Rates, TooManyRequests
from tests.parts.api import FrontDoor, front_door
from tests.parts.postgres import Databases
from tests.parts.tokens import token

AT_ONCE = 3
WHO = {"Authorization": f"Bearer {token('auditor', organisation='quarterly-audit', kind='auditor')}"}
OTHER = {"Authorization": f"Bearer {token('operator', organisation='operations', kind='operator')}"}
FORGED = {"Authorization": "Bearer not.a.token"}
ASKED = "/v1/audit/standing"
TRACELESS = "/v1/things"
SLOW = "/v1/slow-things"
WEIGHED = "/v1/weights"
planted = APIRouter()


class Weight(BaseModel):
    """What a thing weighs, and when that was read."""

    grams: float
    read: list[str] = []


class Done(Answer):
    """Nothing but that it was done."""


@planted.post(TRACELESS)
async def do_without_a_trace(tx: Annotated[Transaction, writing("operator")]) -> Done:
    """Answer, and name nothing."""
    return tx.answered(Done())


@planted.post(SLOW)
async def do_slowly(request: Request, tx: Annotated[Transaction, writing("operator")]) -> Done:
    """Say that it began, and answer once it is let go."""
    tx.touched("thing/slow")
    request.app.state.began.set()
    await request.app.state.let_go.wait()
    return tx.answered(Done())


@pytest.fixture
async def door(databases: Databases) -> AsyncGenerator[FrontDoor]:
    slow: dict[str, Any] = {"requests_per_second": 0.01, "requests_at_once": AT_ONCE}
    async with front_door(databases, "claims", create_app_for, **slow) as door:
        door.app.include_router(planted)
        yield door


@planted.post(WEIGHED)
async def weigh(body: Weight, tx: Annotated[Transaction, writing("operator")]) -> Done:
    """Keep what was weighed."""
    tx.touched("thing/weighed")
    return tx.answered(Done())


@pytest.fixture
async def wide_door(databases: Databases) -> AsyncGenerator[FrontDoor]:
    async with front_door(databases, "claims", create_app_for) as door:
        door.app.include_router(planted)
        yield door


async def asked(door: FrontDoor, headers: dict[str, str], times: int = 1) -> list[httpx.Response]:
    return [await door.client.get(ASKED, headers=headers) for _ in range(times)]


async def test_who_asks_too_often_is_told_when_to_come_back_and_others_are_not(door: FrontDoor) -> None:
    answers = await asked(door, WHO, AT_ONCE + 1)
    [other] = await asked(door, OTHER)

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert answers[-1].json()["type"] == "/problems/too-many-requests"
    assert other.status_code == 200


async def test_no_pretended_address_gives_another_bucket(door: FrontDoor) -> None:
    pretended = [FORGED | {"X-Forwarded-For": f"10.0.0.{n}", "Forwarded": f"for=10.0.0.{n}"} for n in range(5)]
    answers = [(await asked(door, headers))[0].status_code for headers in pretended]

    assert answers == [401, 401, 401, 429, 429]


async def test_a_pretended_host_is_redirected_to_by_nobody(door: FrontDoor) -> None:
    answer = await door.client.get(f"{ASKED}/", headers=WHO | {"Host": "evil.example", "X-Forwarded-Proto": "https"})

    assert (answer.status_code, "location" in answer.headers) == (404, False)


async def test_a_simulated_clock_needs_its_scope(door: FrontDoor) -> None:
    [answer] = await asked(door, WHO | {"Simulated-Now": "2019-10-07T09:00:00Z"})

    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-allowed")


async def test_json_is_small_and_only_an_upload_may_be_large(door: FrontDoor) -> None:
    headers = OTHER | {"Idempotency-Key": "a-large-one", "Content-Type": "application/json"}
    answer = await door.client.post("/v1/events/redact", headers=headers, content=b" " * (1024 * 1024 + 1))

    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")


async def test_headers_have_an_end(door: FrontDoor) -> None:
    [answer] = await asked(door, WHO | {"X-Long": "a" * 33_000})

    assert (answer.status_code, answer.json()["type"]) == (431, "/problems/headers-too-large")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", ASKED, 200),
        ("GET", "/v1/nowhere", 404),
        ("DELETE", ASKED, 405),
        ("POST", TRACELESS, 500),
        ("GET", "/health/live", 200),
    ],
)
async def test_every_answer_says_how_to_handle_it(door: FrontDoor, method: str, path: str, status: int) -> None:
    answer = await door.client.request(method, path, headers=OTHER | {"Idempotency-Key": "a-key-of-mine"})
    headers = answer.headers

    assert answer.status_code == status
    assert len(headers.multi_items()) == len(headers)
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "max-age" in headers["strict-transport-security"]


async def test_what_leaves_no_trace_is_not_done(door: FrontDoor) -> None:
    answer = await door.client.post(TRACELESS, headers=OTHER | {"Idempotency-Key": "a-key-of-mine"})

    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/internal")
    assert await door.rows("select 1 from idempotency union all select 1 from audit") == []


async def test_a_request_is_carried_out_once_though_it_comes_again_meanwhile_and_after(door: FrontDoor) -> None:
    door.app.state.began, door.app.state.let_go = asyncio.Event(), asyncio.Event()
    headers = OTHER | {"Idempotency-Key": "one-of-its-kind"}
    first = asyncio.create_task(door.client.post(SLOW, headers=headers))
    await door.app.state.began.wait()
    meanwhile = await door.client.post(SLOW, headers=headers)
    door.app.state.let_go.set()
    done = await first
    after = await door.client.post(SLOW, headers=headers)

    assert [answer.status_code for answer in (done, meanwhile, after)] == [200, 409, 200]
    assert meanwhile.json()["type"] == "/problems/request-in-flight"
    assert after.headers["idempotency-replayed"] == "true"
    assert len(await door.rows("select 1 from audit")) == 1


def test_a_bucket_fills_again() -> None:
    now = [0.0]
    rates = Rates(2, 1, lambda: now[0])
    rates.take("one")

    with pytest.raises(TooManyRequests):
        rates.take("one")
    now[0] += 0.5
    rates.take("one")


WEIGHT = b'{"grams": 10, "read": ["Monday"]}'


@pytest.mark.parametrize(
    ("again", "key", "status"),
    [
        (b'{ "read":["\\u004donday"],"grams":1.0e1 }', '"one-weight"', 200),
        (b'{"grams": 10.0, "read": ["Monday"]}', "one-weight", 200),
        (b'{"grams": 10.5, "read": ["Monday"]}', "one-weight", 422),
        (b'{"grams": 10, "read": ["Monday", "Monday"]}', "one-weight", 422),
        (WEIGHT, '"one-weight";a=1', 422),
    ],
)
async def test_a_request_is_the_same_however_it_is_written(
    wide_door: FrontDoor, again: bytes, key: str, status: int
) -> None:
    headers = OTHER | {"Content-Type": "application/json"}
    first = await wide_door.client.post(WEIGHED, content=WEIGHT, headers=headers | {"Idempotency-Key": "one-weight"})
    second = await wide_door.client.post(WEIGHED, content=again, headers=headers | {"Idempotency-Key": key})

    assert (first.status_code, second.status_code) == (200, status), second.text
    assert second.headers.get("idempotency-replayed") == ("true" if status == 200 else None)
    assert len(await wide_door.rows("select 1 from audit")) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"[1]", b'["1"]'),
        (b"[1]", b"[true]"),
        (b"1" + b"0" * 40, b"1" + b"0" * 39 + b"1"),
        (b"1e400", b"2e400"),
        (b"1e99999999999999999999", b"2e99999999999999999999"),
        (b"0", b"null"),
        (b"-1", b"1"),
        (b"not JSON", b"not  JSON"),
    ],
)
def test_what_means_something_else_is_written_otherwise(one: bytes, other: bytes) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize("spelt", [b"1000", b"1e3", b"1.0E+3", b"1000.000", b"10e2"])
def test_a_number_is_the_same_however_it_is_spelt(spelt: bytes) -> None:
    assert canonical(spelt) == canonical(b"1000")
    assert canonical(b"-0.0") == canonical(b"0e7")


async def test_a_fault_is_pointed_at_in_the_body_that_was_sent(wide_door: FrontDoor) -> None:
    stream = {"topic": "claims", "subject": "claim/1", "from": 0}
    answer = await wide_door.client.post("/v1/events/missing", json={"streams": [stream]}, headers=OTHER)
    [fault] = answer.json()["errors"]

    assert (answer.status_code, fault["field"], fault["pointer"]) == (422, "body.streams.0.from", "#/streams/0/from")


@pytest.mark.parametrize(
    ("place", "body", "says"),
    [
        ((), {}, "#"),
        (("name",), {}, "#/name"),
        (("rules", 1, "support_lasted", "weeks"), {"rules": [{}, {"kind": "support_lasted"}]}, "#/rules/1/weeks"),
        (("a/b", "c~d"), {"a/b": {"c~d": 1}}, "#/a~1b/c~0d"),
        (("who is it?",), {}, "#/who%20is%20it%3F"),
        (("\ud800",), {"\ud800": 1}, "#/%3F"),
    ],
)
def test_a_pointer_is_one_as_rfc_6901_has_it(place: tuple[int | str, ...], body: Any, says: str) -> None:
    assert pointer(place, body) == says


@pytest.mark.parametrize(
    ("said", "takes"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.1", True),
        ("*", True),
        ("", False),
        ("gzip;q=0", False),
        ("*, gzip; q=0.00", False),
    ],
)
def test_who_takes_gzip(said: str, takes: bool) -> None:
    assert takes_gzip(said) is takes
