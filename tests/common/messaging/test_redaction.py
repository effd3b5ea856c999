"""What should never have been said is emptied where it was said; its place stays, and hearers go on past it."""

import hashlib
import json
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from common.contracts.claims import RateCardPublished
from common.database import rows
from common.ids import new_id
from common.streams.records import Record
from common.web.app import create_app
from tests.common.messaging.parts import Town, a_fact, town
from tests.house.towns import settings
from tests.parts.postgres import Database, Databases, connect
from tests.parts.tokens import token, trust


@dataclass(frozen=True, slots=True)
class Announcer:
    """A hub that announces, a hearer of it, and the hub's front door."""

    delivery: Town
    client: httpx.AsyncClient
    database: Database

    async def ask(
        self,
        event_id: Any,
        person: str = "first",
        role: str = "operator",
        programme: str = "kbop",
        reason: str = "erasure-request",
        **claims: Any,
    ) -> httpx.Response:
        """Ask for an event to be emptied, as one person."""
        who = token(role, organisation="operations", kind="operator", programme=programme, subject=person, **claims)
        headers = {"authorization": f"Bearer {who}", "idempotency-key": str(new_id())}
        asked = {"event_id": str(event_id), "reason": reason}
        return await self.client.post("/v1/events/redact", json=asked, headers=headers)

    async def redact(self, event_id: Any) -> httpx.Response:
        """Have two ask for it."""
        await self.ask(event_id)
        return await self.ask(event_id, "second")

    async def feed(self) -> list[dict[str, Any]]:
        who = token("operator", organisation="operations", kind="operator")
        answer = await self.client.get("/v1/events", headers={"authorization": f"Bearer {who}"})
        return answer.json()["items"]

    async def found(self, statement: str) -> list[dict[str, Any]]:
        async with self.delivery.announcer.begin() as session:
            return rows(await session.execute(text(statement)))


@pytest.fixture
async def announcer(databases: Databases, issuer: str) -> AsyncGenerator[Announcer]:
    with databases.clone("referral-hub") as hub, databases.clone("claims") as claims:
        async with town(hub, claims, issuer) as delivery:
            app = create_app("referral_hub", "Hub", settings(database_url=hub.url("main")), [])
            async with app.router.lifespan_context(app):
                trust(app)
                transport = httpx.ASGITransport(app, raise_app_exceptions=False)
                async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
                    yield Announcer(delivery, client, hub)


async def three_facts(announcer: Announcer) -> Sequence[Record]:
    person = new_id()
    await announcer.delivery.announce(*(a_fact(person) for _ in range(3)))
    return await announcer.delivery.relay()


async def test_a_redacted_event_is_empty_in_the_feed_and_keeps_its_place(announcer: Announcer) -> None:
    records = await three_facts(announcer)
    answer = await announcer.redact(records[1].event_id)

    before, emptied, after, *_ = await announcer.feed()
    assert (answer.status_code, answer.json()["topics"], answer.json()["state"]) == (200, ["referrals"], "redacted")
    assert emptied["redacted_because"] == "erasure-request"
    assert (emptied["body"], emptied["sequence"], emptied["event_id"]) == ("{}", 2, str(records[1].event_id))
    assert (before["redacted_at"], emptied["redacted_at"] is None, after["redacted_at"]) == (None, False, None)
    assert json.loads(after["body"])["event_id"] == str(records[2].event_id)


async def test_a_hearer_does_nothing_about_it_and_goes_on(announcer: Announcer) -> None:
    first, second, third = await three_facts(announcer)
    await announcer.redact(second.event_id)
    hearer = announcer.delivery.hearer()
    await hearer.hear([third])
    await hearer.heal()

    [stream] = await announcer.delivery.inbox()
    assert (stream["last_sequence"], stream["skipped"], stream["state"]) == (4, 0, "open")
    assert await announcer.delivery.lines() == [first.event_id, third.event_id]


async def test_the_audit_keeps_who_why_and_the_hash_of_what_was_said(announcer: Announcer) -> None:
    first, *_ = await three_facts(announcer)
    await announcer.redact(first.event_id)

    proposed, done = await announcer.found(
        "select actor, subjects from audit where action = 'redact_event' order by position"
    )
    asked = [f"event/{first.event_id}", "reason/erasure-request"]
    digest = hashlib.sha256(first.body.encode()).hexdigest()
    assert (proposed["actor"], proposed["subjects"]) == ("first", asked)
    assert done["actor"] == "second"
    assert done["subjects"] == [*asked, "proposed-by/first", first.subject, f"sha256/{digest}"]


async def test_nobody_alone_empties_an_event(announcer: Announcer) -> None:
    first, *_ = await three_facts(announcer)
    alone = [await announcer.ask(first.event_id) for _ in range(2)]

    assert [answer.json()["state"] for answer in alone] == ["proposed", "proposed"]
    assert (await announcer.feed())[0]["body"] == first.body


async def test_an_operator_and_their_system_are_not_two(announcer: Announcer) -> None:
    first, *_ = await three_facts(announcer)
    system = await announcer.ask(first.event_id, "simulation", auth_time=None)
    person = await announcer.ask(first.event_id)

    assert (system.status_code, system.json()["type"]) == (403, "/problems/takes-a-person")
    assert person.json()["state"] == "proposed"
    assert (await announcer.feed())[0]["body"] == first.body


async def test_the_second_means_what_the_first_meant(announcer: Announcer) -> None:
    first, *_ = await three_facts(announcer)
    await announcer.ask(first.event_id)
    answer = await announcer.ask(first.event_id, "second", reason="said-too-much")

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/another-reason")
    assert (await announcer.feed())[0]["body"] == first.body


async def test_that_it_was_emptied_is_announced_with_the_hash_of_what_was_said(announcer: Announcer) -> None:
    first, *_ = await three_facts(announcer)
    await announcer.redact(first.event_id)
    await announcer.delivery.relay()
    told = (await announcer.feed())[-1]

    assert (told["type"], told["subject"]) == ("ReferralsEventRedacted", first.subject)
    body = json.loads(told["body"])
    assert (body["redacted"], body["kind"], body["reason"]) == (str(first.event_id), first.type, "erasure-request")
    assert body["sha256"] == hashlib.sha256(first.body.encode()).hexdigest()


async def test_what_tells_of_a_redaction_and_a_checkpoint_are_never_redacted(announcer: Announcer) -> None:
    first, *_ = await three_facts(announcer)
    await announcer.redact(first.event_id)
    [told] = await announcer.found("select event_id from outbox where type = 'ReferralsEventRedacted'")
    answer = await announcer.redact(told["event_id"])

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/never-redacted")


async def test_the_function_does_nothing_for_one(announcer: Announcer) -> None:
    first, *_ = await three_facts(announcer)
    await announcer.ask(first.event_id)
    connection = await connect(announcer.database.url("main").replace("+asyncpg", ""))
    await connection.execute("set role referral_hub_partnership")
    await connection.execute("set app.programme = 'kbop'")

    assert await connection.fetch("select * from redact($1)", first.event_id) == []
    with pytest.raises(Exception, match="ck_redaction_two"):
        await connection.execute("update redaction set confirmed_by = proposed_by, confirmed_at = now()")
    with pytest.raises(Exception, match="permission denied"):
        await connection.execute("update redaction set proposed_by = 'nobody'")
    await connection.close()


async def test_redacting_twice_changes_nothing_more(announcer: Announcer) -> None:
    first, *_ = await three_facts(announcer)
    once = await announcer.redact(first.event_id)
    kept = await announcer.found("select * from outbox order by position")
    again = await announcer.ask(first.event_id, "third")

    assert (again.status_code, again.json()) == (200, once.json())
    assert await announcer.found("select * from outbox order by position") == kept
    audited = await announcer.found("select subjects from audit where action = 'redact_event' order by position")
    assert audited[2]["subjects"] == [f"event/{first.event_id}", "reason/erasure-request"]


async def test_a_public_event_is_emptied_on_both_its_topics(announcer: Announcer) -> None:
    published = RateCardPublished(
        event_id=new_id(), programme_id="kbop", occurred_at=a_fact().occurred_at, card="generic", version="2019-09",
        in_force_from=date(2019, 9, 1), sha256="0" * 64,
    )  # fmt: skip
    await announcer.delivery.announce(published)
    answer = await announcer.redact(published.event_id)

    assert answer.json()["topics"] == ["claims", "public.claims"]
    emptied = await announcer.found("select distinct body from outbox where redacted_at is not null")
    told = await announcer.found("select topic from outbox where type = 'PublicClaimsEventRedacted' order by topic")
    assert emptied == [{"body": "{}"}]
    assert [row["topic"] for row in told] == ["claims", "public.claims"]


async def test_another_programmes_event_is_not_there_to_redact(announcer: Announcer) -> None:
    first, *_ = await three_facts(announcer)
    foreign = await announcer.ask(first.event_id, programme="another")
    unknown = await announcer.ask(new_id())

    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert await announcer.found("select 1 from outbox where redacted_at is not null") == []


@pytest.mark.parametrize("role", ["hub", "prime-manager", "service", "auditor"])
async def test_only_operators_may_redact(announcer: Announcer, role: str) -> None:
    first, *_ = await three_facts(announcer)

    assert (await announcer.ask(first.event_id, role=role)).status_code == 403


@pytest.mark.parametrize("viewpoint", ["provider", "agency", "none"])
async def test_no_other_viewpoint_reaches_the_function(announcer: Announcer, viewpoint: str) -> None:
    role = "none" if viewpoint == "none" else f"referral_hub_{viewpoint}"
    connection = await connect(announcer.database.url("main").replace("+asyncpg", ""))
    await connection.execute(f"set role {role}")

    with pytest.raises(Exception, match="permission denied for function redact"):
        await connection.execute("select redact(uuidv7())")
    await connection.close()


@pytest.mark.parametrize("statement", ["update outbox set body = '{}'", "select redact(uuidv7())"])
async def test_the_worker_neither_updates_the_outbox_nor_redacts(announcer: Announcer, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        await announcer.found(statement)


async def test_the_owner_can_empty_an_event_and_do_nothing_else_to_it(announcer: Announcer) -> None:
    first, *_ = await three_facts(announcer)
    connection = await connect(announcer.database.url("owner").replace("+asyncpg", ""))

    assert await connection.fetch("select 1 from outbox") == []
    await connection.execute("set app.programme = 'kbop'")
    with pytest.raises(Exception, match="row-level security"):
        await connection.execute("update outbox set body = 'forged' where event_id = $1", first.event_id)
    assert await connection.execute("delete from outbox") == "DELETE 0"
    await connection.close()
