"""What a hearer has applied it never applies again, whatever became of its inbox; and an operator may have it look."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from asyncpg import UniqueViolationError
from sqlalchemy import text

from common.database import rows
from common.ids import new_id
from common.messaging.feeds import Heads
from common.streams.records import Record
from common.web.app import create_app
from tests.common.messaging.parts import Town, a_fact
from tests.house.towns import settings
from tests.parts.postgres import Databases, connect, migrate
from tests.parts.tokens import token, trust

Ask = Callable[..., Awaitable[httpx.Response]]
LOST = {
    "the whole inbox": "delete from inbox",
    "its row set back to the start": "update inbox set last_sequence = 0, last_event = null, hash = null",
    "its row set back by one": "update inbox set last_sequence = 2, last_event = null, hash = null",
    "its row restored from a backup": "update inbox set (last_sequence, hash_sequence, last_event, hash)"
    " = (select 2, 2, event_id, hash from backup)",
}
BEFORE_THE_SKIP = """
update inbox set last_sequence = 1, last_event = '{first}', hash = '\\x{hash}', hash_sequence = 1, skipped = 0
"""
AUDITED = """
insert into audit (programme_id, actor, organisation, action, subjects, cause, business_at)
values ('kbop', 'claims-worker', 'claims', 'heard CaseStarted', '{}', $1, now())
"""


@pytest.fixture
async def ask(delivery: Town) -> AsyncGenerator[Ask]:
    """Ask the hearer's front door as an operator, of the usual programme or another."""
    app = create_app("claims", "Claims", settings(database_url=delivery.claims.url("main")), [])
    async with app.router.lifespan_context(app):
        trust(app)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://claims") as client:

            async def post(act: str, programme: str = "kbop", **asked: Any) -> httpx.Response:
                who = token("operator", organisation="operations", kind="operator", programme=programme)
                headers = {"authorization": f"Bearer {who}", "idempotency-key": str(new_id())}
                return await client.post(f"/v1/inbox/{act}", json={"topic": "referrals"} | asked, headers=headers)

            yield post


async def three_heard(delivery: Town) -> list[Record]:
    person = new_id()
    await delivery.announce(*(a_fact(person) for _ in range(3)))
    records = await delivery.relay()
    await delivery.hearer().hear(records)
    return records


async def with_the_second_skipped(delivery: Town, ask: Ask) -> list[Record]:
    person = new_id()
    await delivery.announce(*(a_fact(person) for _ in range(3)))
    records = await delivery.relay()
    delivery.failing[records[1].event_id] = ZeroDivisionError("a bug")
    hearer = delivery.hearer()
    await hearer.hear(records)
    while await hearer.heal():
        pass
    await ask("skip", subject=records[0].subject, sequence=2, event_id=str(records[1].event_id), reason="known-bug")
    await hearer.heal()
    delivery.failing.clear()
    return records


async def meddle(delivery: Town, statement: str) -> None:
    connection = await connect(delivery.claims.admin_dsn)
    await connection.execute(statement)
    await connection.close()


async def found(delivery: Town, statement: str) -> list[dict[str, Any]]:
    async with delivery.hearer_sessions.begin() as session:
        return rows(await session.execute(text(statement)))


@pytest.mark.parametrize("statement", LOST.values(), ids=LOST.keys())
async def test_what_was_applied_is_not_applied_again_when_the_inbox_forgot(delivery: Town, statement: str) -> None:
    records = await three_heard(delivery)
    second = f"'{records[1].event_id}'::uuid as event_id, '\\x{records[1].hash}'::bytea as hash"
    await meddle(delivery, statement.replace("from backup", f"from (select {second}) as backup"))
    hearer = delivery.hearer()

    await hearer.hear(records)
    await hearer.heal()

    assert await delivery.lines() == [record.event_id for record in records]
    [row] = await delivery.inbox()
    assert (row["last_sequence"], row["last_event"], row["state"]) == (3, records[-1].event_id, "open")


async def test_what_follows_is_applied_once_after_a_row_was_lost(delivery: Town) -> None:
    records = await three_heard(delivery)
    await meddle(delivery, "delete from inbox")
    await delivery.announce(a_fact(a_person(records)))
    [fourth] = await delivery.relay()
    hearer = delivery.hearer()

    await hearer.hear([fourth])
    await hearer.heal()

    assert await delivery.lines() == [record.event_id for record in (*records, fourth)]


async def test_a_reaction_that_finds_nothing_to_do_leaves_its_name_too(delivery: Town) -> None:
    [record, *_] = await three_heard(delivery)

    kept = await found(delivery, "select subjects, action, cause from audit order by position limit 1")

    assert kept == [
        {"subjects": [record.subject], "action": "heard DropInRecorded", "cause": str(record.event_id)},
    ]


@pytest.mark.parametrize("lost", ["delete from inbox", BEFORE_THE_SKIP])
async def test_what_was_skipped_stays_skipped_whatever_the_inbox_forgot(delivery: Town, ask: Ask, lost: str) -> None:
    records = await with_the_second_skipped(delivery, ask)
    await meddle(delivery, lost.format(first=records[0].event_id, hash=records[0].hash))

    await delivery.hearer().hear(records)

    assert await delivery.lines() == [records[0].event_id, records[2].event_id]


async def test_a_service_in_which_something_happened_twice_before_is_kept_from_it_from_now_on(
    databases: Databases,
) -> None:
    with databases.as_it_was("claims", "0027") as database:
        connection = await connect(database.admin_dsn)
        await connection.execute(AUDITED, "twice")
        await connection.execute(AUDITED, "twice")
        migrate(database)
        await connection.execute(AUDITED, "once")

        with pytest.raises(UniqueViolationError):
            await connection.execute(AUDITED, "once")
        assert await connection.fetchval("select count(*) from audit where cause = 'twice'") == 2
        await connection.close()


async def test_what_was_skipped_stays_skipped_when_a_stream_is_heard_again(delivery: Town, ask: Ask) -> None:
    records = await with_the_second_skipped(delivery, ask)

    answer = await ask("hear-again", subject=records[0].subject, to=3)
    await delivery.hearer().heal()

    assert (answer.status_code, answer.json()["last_sequence"]) == (200, 0)
    assert await delivery.lines() == [records[0].event_id, records[2].event_id]
    [row] = await delivery.inbox()
    assert (row["last_sequence"], row["skipped"], row["state"]) == (3, 1, "open")


async def test_a_stream_whose_row_was_lost_is_heard_again_to_where_its_announcer_is(delivery: Town, ask: Ask) -> None:
    records = await three_heard(delivery)
    await meddle(delivery, "delete from inbox")
    await delivery.announce(a_fact(a_person(records)))
    [fourth] = await delivery.relay()

    answer = await ask("hear-again", subject=fourth.subject, to=4)
    await delivery.hearer().heal()

    assert answer.status_code == 200
    assert await delivery.lines() == [record.event_id for record in (*records, fourth)]
    [kept] = await found(delivery, "select actor, subjects from audit where action = 'hear_again'")
    assert kept["subjects"] == [f"inbox/referrals/{fourth.subject}"]


async def test_all_that_is_missing_is_found_by_walking_the_log_again(delivery: Town, ask: Ask) -> None:
    records = await three_heard(delivery)
    hearer = delivery.hearer()
    await hearer.sweep("referrals", older_than_seconds=0)
    await meddle(delivery, "delete from inbox")
    await hearer.sweep("referrals", older_than_seconds=0)
    unseen = await delivery.inbox()

    answer = await ask("hear-missing")
    await hearer.sweep("referrals", older_than_seconds=0)
    await hearer.heal()

    assert (unseen, answer.status_code) == ([], 200)
    assert await delivery.lines() == [record.event_id for record in records]
    assert [row["last_sequence"] for row in await delivery.inbox()] == [3]


@pytest.mark.parametrize("act", ["hear-missing", "hear-again"])
async def test_of_a_topic_that_is_not_heard_it_is_said_which_are(delivery: Town, ask: Ask, act: str) -> None:
    stream = {"subject": f"participant/{new_id()}", "to": 1} if act == "hear-again" else {}

    answer = await ask(act, topic="claims", **stream)

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/topic-not-heard")
    assert answer.json()["detail"] == "claims hears cases and referrals: name one of these."
    assert await delivery.inbox() == []


async def test_a_walk_asked_for_while_a_sweep_is_under_way_is_not_forgotten(
    delivery: Town, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    await three_heard(delivery)
    hearer = delivery.hearer()
    await hearer.sweep("referrals", older_than_seconds=0)
    heads = delivery.feeds.heads

    async def asked_for_meanwhile(*asked: Any) -> Heads:
        page = await heads(*asked)
        await ask("hear-missing")
        return page

    monkeypatch.setattr(delivery.feeds, "heads", asked_for_meanwhile)
    await hearer.sweep("referrals", older_than_seconds=0)

    assert await found(delivery, "select verified_seq, verified_event from edge") == [
        {"verified_seq": 0, "verified_event": None}
    ]


async def test_a_forked_stream_is_not_heard_again(delivery: Town, ask: Ask) -> None:
    records = await three_heard(delivery)
    await meddle(delivery, "update inbox set state = 'forked'")

    answer = await ask("hear-again", subject=records[0].subject, to=3)

    assert (answer.status_code, "forked-stream.md" in answer.json()["detail"]) == (409, True)


async def test_another_programmes_stream_is_nobodys(delivery: Town, ask: Ask) -> None:
    records = await three_heard(delivery)

    answer = await ask("hear-again", programme="elsewhere", subject=records[0].subject, to=3)

    assert answer.status_code == 404
    assert [row["last_sequence"] for row in await delivery.inbox()] == [3]


def a_person(records: list[Record]) -> Any:
    return records[0].event().model_dump()["participant_id"]
