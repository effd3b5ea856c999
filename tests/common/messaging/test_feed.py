"""What the feed refuses, and how far behind an edge is."""

import asyncio
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from common.contracts.referrals import DropInWithdrawn
from common.ids import new_id
from common.web import feed
from common.web.app import create_app
from common.web.events import asked as asked_of_it
from tests.common.messaging.parts import Town, a_fact, town
from tests.house.towns import settings
from tests.parts.postgres import Database, Databases, connect
from tests.parts.tokens import token, trust

OPERATOR = {"authorization": f"Bearer {token('operator', organisation='operations', kind='operator')}"}


@dataclass(frozen=True, slots=True)
class Doors:
    """A hub that announces, claims that hears, and both front doors."""

    delivery: Town
    hub: httpx.AsyncClient
    claims: httpx.AsyncClient
    hub_database: Database
    hub_app: FastAPI


@pytest.fixture
async def doors(databases: Databases, issuer: str) -> AsyncGenerator[Doors]:
    with databases.clone("referral-hub") as hub, databases.clone("claims") as claims:
        async with town(hub, claims, issuer) as delivery:
            apps = [
                create_app(service, service, settings(database_url=database.url("main")), [])
                for service, database in {"referral_hub": hub, "claims": claims}.items()
            ]
            async with apps[0].router.lifespan_context(apps[0]), apps[1].router.lifespan_context(apps[1]):
                for app in apps:
                    trust(app)
                first, second = (
                    httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here", headers=OPERATOR)
                    for app in apps
                )
                async with first, second:
                    yield Doors(delivery, first, second, hub, apps[0])


def a_withdrawal() -> DropInWithdrawn:
    told = a_fact().model_dump(include={"event_id", "programme_id", "occurred_at", "participant_id", "drop_in_id"})
    return DropInWithdrawn(**told, withdrawn_on=date(2019, 9, 3))


async def healed(client: httpx.AsyncClient, topic: str) -> httpx.Response:
    asked = {"streams": [{"topic": topic, "subject": f"participant/{new_id()}", "from": 1}]}
    return await client.post("/v1/events/missing", json=asked)


@pytest.mark.parametrize(
    ("topic", "says"),
    [("cases", "Ask case-management about cases"), ("public.claims", "Ask claims"), ("weather", "Ask nobody")],
)
async def test_a_hearer_with_a_wrong_address_is_not_told_that_nothing_is_missing(
    doors: Doors, topic: str, says: str
) -> None:
    refused, own = await healed(doors.hub, topic), await healed(doors.hub, "referrals")

    assert (refused.status_code, refused.json()["type"]) == (404, "/problems/topic-of-another")
    assert says in refused.json()["detail"]
    assert (own.status_code, own.json()) == (200, {"items": [], "more": False})


@pytest.mark.parametrize("topic", ["claims", "public.claims"])
async def test_an_announcer_heals_its_public_topic_as_its_own(doors: Doors, topic: str) -> None:
    assert (await healed(doors.claims, topic)).status_code == 200


async def test_a_cursor_of_another_epoch_is_refused_and_the_log_can_be_read_again(doors: Doors) -> None:
    await doors.delivery.announce(a_fact(), a_fact())
    await doors.delivery.relay()
    page = (await doors.hub.get("/v1/events", params={"limit": 1})).json()
    place: dict[str, Any] = {"after": page["next_after"], "epoch": page["epoch"]}
    goes_on = await doors.hub.get("/v1/events", params=place)
    connection = await connect(doors.hub_database.admin_dsn)
    await connection.execute("update relay set epoch = uuidv7()")
    await connection.close()
    restored = await doors.hub.get("/v1/events", params=place)
    from_the_start = await doors.hub.get("/v1/events", params={"after": 0})

    assert (goes_on.status_code, len(goes_on.json()["items"])) == (200, 1)
    assert (restored.status_code, restored.json()["type"]) == (409, "/problems/another-epoch")
    assert from_the_start.json()["epoch"] == restored.json()["epoch"] != page["epoch"]
    assert len(from_the_start.json()["items"]) == 2


@pytest.mark.parametrize(
    ("role", "asked", "status", "kind"),
    [
        ("operator", {"after": 10**6}, 409, "after-the-end"),
        ("provider-system", {"after": 10**6}, 409, "after-the-end"),
        ("operator", {"topic": "cases"}, 404, "topic-of-another"),
        ("council-system", {"topic": "claims"}, 403, "not-allowed"),
    ],
)
async def test_a_place_that_is_not_of_this_log_is_refused_and_not_answered_with_nothing(
    doors: Doors, role: str, asked: dict[str, Any], status: int, kind: str
) -> None:
    who = token(role, organisation="horton" if role == "provider-system" else "someone")
    answer = await doors.hub.get("/v1/events", params=asked, headers={"Authorization": f"Bearer {who}"})

    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}")


async def test_whoever_reads_what_events_say_is_kept_with_which_they_read(doors: Doors) -> None:
    person = new_id()
    await doors.delivery.announce(*(a_fact(person) for _ in range(3)))
    await doors.delivery.relay()
    await doors.hub.get("/v1/events", params={"bodies": False})
    await doors.hub.get("/v1/events", params={"after": 1})
    await doors.hub.post(
        "/v1/events/missing", json={"streams": [{"topic": "referrals", "subject": f"participant/{person}", "from": 2}]}
    )
    connection = await connect(doors.hub_database.admin_dsn)
    kept = [row[0] for row in await connection.fetch("select subjects from audit order by position")]
    await connection.close()

    assert kept == [["events/2-3"], [f"events/referrals/participant/{person}/2-3"]]


async def test_an_answer_is_bounded_and_gives_everybodys_first_event_before_anybodys_second(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    long, short = new_id(), new_id()
    await doors.delivery.announce(*(a_fact(long) for _ in range(6)), a_fact(short))
    await doors.delivery.relay()
    monkeypatch.setattr(feed, "MOST_BYTES", 900)
    asked = [{"topic": "referrals", "subject": f"participant/{person}", "from": 1} for person in (long, short)]

    some = (await doors.hub.post("/v1/events/missing", json={"streams": asked})).json()
    places = (await doors.hub.post("/v1/events/missing", json={"streams": asked, "each": 1, "bodies": False})).json()
    page = (await doors.hub.get("/v1/events")).json()
    rest = (await doors.hub.get("/v1/events", params={"after": page["next_after"]})).json()
    while len(await doors.delivery.lines()) < 7:
        await doors.delivery.hearer().sweep("referrals", older_than_seconds=0)
        await doors.delivery.hearer().heal()

    assert some["more"]
    assert 2 <= len(some["items"]) < 7
    assert {item["subject"] for item in some["items"]} == {stream["subject"] for stream in asked}
    assert ([item["body"] for item in places["items"]], places["more"]) == ([None, None], False)
    assert 0 < len(page["items"]) < 7
    assert rest["items"][0]["seq"] == page["next_after"] + 1


async def test_each_edge_says_how_far_behind_it_is(doors: Doors) -> None:
    person = new_id()
    await doors.delivery.announce(*(a_fact(person) for _ in range(3)), a_fact())
    records = await doors.delivery.relay()
    await doors.delivery.hearer().hear([records[2], records[3]])
    behind = await doors.claims.get("/metrics")
    ready = await doors.claims.get("/health/ready")
    await doors.delivery.hearer().heal()

    assert 'outcomes_behind{topic="referrals"} 3.0' in behind.text
    assert (ready.json()["behind"], ready.json()["delivery"]["waiting"]) == ({"referrals": 3.0}, 1.0)
    assert 'outcomes_behind{topic="referrals"} 0.0' in (await doors.claims.get("/metrics")).text


async def test_only_events_of_the_types_asked_for_are_told_and_a_rare_one_is_found(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "LOOKED_THROUGH", 3)
    monkeypatch.setattr(asked_of_it, "LOOKED_THROUGH", 3)
    await doors.delivery.announce(*(a_fact() for _ in range(7)), a_withdrawal(), a_fact())
    await doors.delivery.relay()
    pages, place = list[list[str]](), -1
    answer = (await doors.hub.get("/v1/events", params={"type": "DropInWithdrawn"})).json()
    while answer["next_after"] != place:
        place = answer["next_after"]
        pages.append([item["type"] for item in answer["items"]])
        answer = (await doors.hub.get("/v1/events", params={"type": "DropInWithdrawn", "after": place})).json()

    assert pages == [[], [], ["DropInWithdrawn"]]
    assert place == 9
    both = (await doors.hub.get("/v1/events", params={"type": ["DropInWithdrawn", "DropInRecorded"]})).json()
    assert len(both["items"]) == 3


async def test_an_event_that_is_never_announced_here_is_refused_and_not_waited_for(doors: Doors) -> None:
    begun = time.monotonic()
    answer = await doors.hub.get("/v1/events", params={"type": "ClaimVerified", "wait": 20})

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/no-such-type")
    assert "ReferralReceived" in answer.json()["detail"]
    assert time.monotonic() - begun < 10


async def test_a_cursor_goes_on_and_is_good_for_the_topic_and_types_it_was_made_for(doors: Doors) -> None:
    await doors.delivery.announce(*(a_fact() for _ in range(3)))
    await doors.delivery.relay()
    asked: dict[str, Any] = {"topic": "referrals", "type": "DropInRecorded"}
    page = (await doors.hub.get("/v1/events", params=asked | {"limit": 2, "after": 0})).json()
    cursor = {"cursor": page["next"]}
    rest = (await doors.hub.get("/v1/events", params=asked | cursor | {"wait": 1})).json()
    others = [
        await doors.hub.get("/v1/events", params=cursor | more)
        for more in ({}, {"topic": "referrals"}, asked | {"type": "DropInWithdrawn"})
    ]
    both = await doors.hub.get("/v1/events", params=asked | cursor | {"after": 1})
    elsewhere = await doors.claims.get("/v1/events", params=cursor)

    assert [item["seq"] for item in page["items"] + rest["items"]] == [1, 2, 3]
    assert {(each.status_code, each.json()["type"]) for each in others} == {(400, "/problems/cursor-of-another-list")}
    assert both.status_code == 422
    assert elsewhere.status_code == 400


async def test_a_waiting_request_is_answered_when_something_comes_and_holds_no_connection(doors: Doors) -> None:
    begun = time.monotonic()
    many = [asyncio.create_task(doors.hub.get("/v1/events", params={"wait": 25})) for _ in range(40)]
    await asyncio.sleep(1)
    meanwhile = await doors.hub.get("/v1/events")
    assert not any(each.done() for each in many)
    assert (meanwhile.status_code, meanwhile.json()["items"]) == (200, [])

    await doors.delivery.announce(a_fact())
    await doors.delivery.relay()
    answers = await asyncio.gather(*many)

    assert {len(answer.json()["items"]) for answer in answers} == {1}
    assert time.monotonic() - begun < 20


async def test_whoever_waits_is_not_woken_by_what_is_not_for_them_and_not_for_ever(doors: Doors) -> None:
    system = token("provider-system", organisation="horton", kind="provider")
    asked: dict[str, Any] = {"params": {"wait": 2}, "headers": {"Authorization": f"Bearer {system}"}}
    begun = time.monotonic()
    waiting = asyncio.create_task(doors.hub.get("/v1/events", **asked))
    await asyncio.sleep(0.3)
    await doors.delivery.announce(a_fact())
    await doors.delivery.relay()
    answer = await waiting

    assert (answer.status_code, answer.json()["items"]) == (200, [])
    assert 2 <= time.monotonic() - begun < 15
    assert (await doors.hub.get("/v1/events", params={"wait": 31})).status_code == 422


@pytest.mark.parametrize(("role", "asked", "status"), [("caseworker", {}, 403), ("operator", {"after": 10**6}, 409)])
async def test_whoever_is_refused_does_not_wait_for_it(
    doors: Doors, role: str, asked: dict[str, int], status: int
) -> None:
    begun = time.monotonic()
    who = token(role, organisation="horton" if role == "caseworker" else "operations")
    headers = {"Authorization": f"Bearer {who}"}
    answer = await doors.hub.get("/v1/events", params={"wait": 25, **asked}, headers=headers)

    assert answer.status_code == status
    assert time.monotonic() - begun < 15


async def test_nobody_who_waits_keeps_a_service_from_ending(doors: Doors) -> None:
    begun = time.monotonic()
    waiting = asyncio.create_task(doors.hub.get("/v1/events", params={"wait": 30}))
    await asyncio.sleep(0.5)
    doors.hub_app.state.is_ending = lambda: True

    assert (await waiting).json()["items"] == []
    assert time.monotonic() - begun < 15


async def test_whoever_waits_is_told_at_once_that_the_database_is_away() -> None:
    nowhere = settings(database_url="postgresql+asyncpg://claims_main@/nowhere?host=/nowhere")
    app = create_app("claims", "Claims", nowhere, [])
    begun = time.monotonic()
    async with app.router.lifespan_context(app):
        trust(app)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://here", headers=OPERATOR) as client:
            answer = await client.get("/v1/events", params={"wait": 25})

    assert (answer.status_code, answer.headers["retry-after"].isdecimal()) == (503, True)
    assert time.monotonic() - begun < 15
