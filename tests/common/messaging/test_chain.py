"""Each event is bound to the one before it: a message its announcer never sent is not applied, and what was announced
cannot be changed unseen."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import reduce
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from common.database import Sessions, create_engine, create_sessions, rows
from common.ids import new_id
from common.streams.chain import Fault, Link, chained, fault
from common.streams.outbox import outbox_rows
from common.streams.records import REDACTED, Record
from tests.common.messaging.parts import Town, a_fact, announced_so, town
from tests.parts.postgres import Database, Databases, connect, migrate

BEFORE = {"referral-hub": "0008"}
"""The last revision without a chain."""
AS_BEFORE = text("""
with incoming as (
    select * from unnest(
        cast(:event_ids as uuid[]), cast(:topics as text[]), cast(:subjects as text[]), cast(:types as text[]),
        cast(:schema_versions as integer[]), cast(:programmes as text[]), cast(:providers as text[]),
        cast(:bodies as text[]), cast(:occurred as timestamptz[])
    ) with ordinality as event (event_id, topic, subject, type, schema_version, programme_id, provider_id, body,
                                occurred_at, ord)
), counted as (
    select topic, subject, min(programme_id) as programme_id, count(*) as events from incoming group by topic, subject
), heads as (
    insert into stream (topic, subject, programme_id, last_sequence)
    select topic, subject, programme_id, events from counted order by topic, subject
    on conflict (topic, subject) do update set last_sequence = stream.last_sequence + excluded.last_sequence
    returning topic, subject, last_sequence
), written as (
    insert into outbox (event_id, topic, subject, sequence, type, schema_version, programme_id, provider_id, headers,
                        body, occurred_at)
    select event_id, topic, subject,
           last_sequence - events + row_number() over (partition by topic, subject order by ord),
           type, schema_version, incoming.programme_id, provider_id, cast(:trace as jsonb), body, occurred_at
    from incoming join counted using (topic, subject) join heads using (topic, subject)
    order by ord
    returning position
)
insert into pending (position) select position from written
""")
"""What code announced with that knows no chain."""


async def three(delivery: Town) -> list[Record]:
    person = new_id()
    await delivery.announce(*(a_fact(person) for _ in range(3)))
    return await delivery.relay()


def bound(records: Sequence[Record]) -> list[str]:
    """The running hashes that these records of one stream should carry."""
    hashes: list[str] = []
    for record in records:
        hashes.append(chained(hashes[-1] if hashes else None, record.leaf))
    return hashes


async def test_every_event_carries_the_running_hash_of_its_stream(delivery: Town) -> None:
    one, other = new_id(), new_id()
    await delivery.announce(a_fact(one), a_fact(other), a_fact(one), a_fact(one))
    await delivery.announce(a_fact(one))
    await delivery.announce(a_fact(other), a_fact(one), a_fact(one))

    told = await delivery.relay()

    for person in (one, other):
        records = [record for record in told if record.subject == f"participant/{person}"]
        assert [record.hash for record in records] == bound(records)
    async with delivery.announcer.begin() as session:
        ends = rows(await session.execute(text("select subject, encode(hash, 'hex') as hash from stream")))
    assert {row["subject"]: row["hash"] for row in ends} == {record.subject: record.hash for record in told}


async def test_what_code_without_a_chain_announces_beside_is_bound_by_the_database(delivery: Town) -> None:
    person = new_id()
    await delivery.announce(a_fact(person))
    async with delivery.announcer.begin() as session:
        await session.execute(AS_BEFORE, outbox_rows([a_fact(person), a_fact(person), a_fact()]))
    await delivery.announce(a_fact(person))

    told = await delivery.relay()

    of_person = [record for record in told if record.subject == f"participant/{person}"]
    assert [record.hash for record in of_person] == bound(of_person)


async def test_what_was_announced_before_there_was_a_chain_is_bound_by_the_migration(databases: Databases) -> None:
    person, other = new_id(), new_id()
    with databases.as_it_was("referral-hub", BEFORE["referral-hub"]) as database:
        async with sessions_of(database) as sessions:
            for people in ([person, other, person], [person], [other]):
                await announce_as_before(sessions, people)
        migrate(database)
        await whole(database)


async def test_a_migration_that_is_stopped_goes_on_and_everybody_announces_and_hears_meanwhile(
    databases: Databases, issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("common.record.MOST", 2)
    early, late, new, newer = new_id(), new_id(), new_id(), new_id()
    with databases.as_it_was("referral-hub", BEFORE["referral-hub"]) as hub, databases.clone("claims") as claims:
        async with sessions_of(hub) as sessions, connected(hub) as connection:
            await announce_as_before(sessions, [early, early, early, late, late])
            await connection.execute(STOPPED_AT_THE_FIFTH)
            await connection.execute(WRITTEN_BY_THE_NEWEST_CODE)
            with pytest.raises(DBAPIError):
                migrate(hub)
            assert await connection.fetchval("select array_agg(position) from outbox where hash is not null") == [
                1,
                2,
                3,
                4,
            ]
            await connection.execute("drop trigger stopped on outbox")

            async with town(hub, claims, issuer) as delivery:
                await delivery.announce(a_fact(early), a_fact(late), a_fact(late), a_fact(new), a_fact(new))
                await announce_as_before(sessions, [early, late, late, newer, newer])
                told, hearer = await delivery.relay(), delivery.hearer()
                await hearer.hear(told)
                while await hearer.heal():
                    pass
                await connection.execute(GONE_BEFORE_ITS_MIGRATION)
                migrate(hub)
                await delivery.announce(a_fact(early), a_fact(late))
                after = await delivery.relay()
                await hearer.hear(after)

                assert {row["state"] for row in await delivery.inbox()} == {"open"}
                assert set(await delivery.lines()) == {record.event_id for record in (*told, *after)}
        await whole(hub)


WRITTEN_BY_THE_NEWEST_CODE = """
alter table audit add column effect text[];
create table sandbox (programme_id text, starts_on date, ends_on date);
create table sandbox_clock (programme_id text, organisation text, now timestamptz);
create view loaded_programme as select programme_id from programme;
grant select on sandbox, sandbox_clock, loaded_programme to public
"""
"""It runs beside, before its own migrations have: what it writes and reads."""
GONE_BEFORE_ITS_MIGRATION = "drop view loaded_programme; drop table sandbox, sandbox_clock"
STOPPED_AT_THE_FIFTH = """
create function stop() returns trigger language plpgsql as $$ begin raise 'stopped'; end $$;
create trigger stopped before update on outbox for each row when (old.position = 5) execute function stop()
"""


@asynccontextmanager
async def sessions_of(database: Database) -> AsyncGenerator[Sessions]:
    engine = create_engine(database.url("worker"))
    yield create_sessions(engine)
    await engine.dispose()


@asynccontextmanager
async def connected(database: Database) -> AsyncGenerator[Any]:
    connection = await connect(database.admin_dsn)
    yield connection
    await connection.close()


async def announce_as_before(sessions: Sessions, people: Sequence[UUID]) -> None:
    async with sessions.begin() as session:
        await session.execute(AS_BEFORE, outbox_rows([a_fact(each) for each in people]))


async def whole(database: Database) -> None:
    """Every event is bound to the one before it, every stream ends with its last, and nothing unbound gets in."""
    async with connected(database) as connection:
        found = await connection.fetch("select * from outbox order by subject, sequence")
        ends = dict(await connection.fetch("select subject, hash from stream"))
        assert await connection.fetchval("select convalidated from pg_constraint where conname = 'ck_outbox_hash'")
    for subject in {row["subject"] for row in found}:
        kept = [row for row in found if row["subject"] == subject]
        assert [row["hash"].hex() for row in kept] == bound([_record(row) for row in kept])
        assert ends[subject] == kept[-1]["hash"]


def _record(row: Any) -> Record:
    named = ("topic", "subject", "sequence", "event_id", "type", "schema_version", "body", "programme_id")
    return Record(**{name: row[name] for name in named}, headers={})


FORGERIES: dict[str, Callable[[Record], Record]] = {
    "another event": lambda record: replace(record, event_id=new_id()),
    "another body": lambda record: replace(record, body=record.body.replace("2019-09-02", "2019-09-03")),
    "bound to nothing": lambda record: announced_so(record, event_id=new_id()),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
async def test_a_next_message_that_its_announcer_never_sent_is_parked_as_forged(
    delivery: Town, forge: Callable[[Record], Record]
) -> None:
    first, second, third = await three(delivery)
    hearer = delivery.hearer()

    await hearer.hear([first, forge(second), third])

    [row] = await delivery.inbox()
    assert (row["state"], row["error_code"], row["last_sequence"]) == ("parked", "forged", 1)
    assert await delivery.lines() == [first.event_id]


@pytest.mark.parametrize("changes", [{"hash": None}, {"body": REDACTED, "body_sha256": "0" * 64}], ids=str)
async def test_what_a_message_leaves_out_is_asked_of_its_announcer(delivery: Town, changes: dict[str, Any]) -> None:
    first, second, third = await three(delivery)
    hearer = delivery.hearer()

    await hearer.hear([first, replace(second, **changes), third])
    before = await delivery.lines()
    await hearer.heal()

    assert before == [first.event_id]
    assert await delivery.lines() == [first.event_id, second.event_id, third.event_id]


async def test_what_the_announcer_itself_says_otherwise_is_a_fork(delivery: Town) -> None:
    first, second, third = await three(delivery)
    hearer = delivery.hearer()
    await hearer.hear([announced_so(first, event_id=new_id())])

    await hearer.hear([second, third], fetched=True)

    [row] = await delivery.inbox()
    assert (row["state"], row["last_sequence"]) == ("forked", 1)


async def test_an_inbox_that_knows_no_hash_takes_over_the_announcers(delivery: Town) -> None:
    first, second, third = await three(delivery)
    hearer = delivery.hearer()
    await hearer.hear([first])
    async with delivery.hearer_sessions.begin() as session:
        await session.execute(text("update inbox set hash = null, hash_sequence = null"))

    await hearer.hear([second])
    await hearer.hear([replace(third, event_id=new_id())])

    [row] = await delivery.inbox()
    assert (row["last_sequence"], row["error_code"], row["hash"].hex()) == (2, "forged", second.hash)


async def test_an_inbox_that_older_code_moved_on_takes_over_the_announcers_too(delivery: Town) -> None:
    first, second, third = await three(delivery)
    hearer = delivery.hearer()
    await hearer.hear([first])
    async with delivery.hearer_sessions.begin() as session:
        moved = text("update inbox set last_sequence = 2, last_event = :event")
        await session.execute(moved, {"event": second.event_id})

    await hearer.hear([third])

    [row] = await delivery.inbox()
    assert (row["last_sequence"], row["state"], row["hash"].hex()) == (3, "open", third.hash)


def links(leaves: str) -> list[Link]:
    """A stream announced whole: an event for each letter."""

    def add(before: list[Link], leaf: str) -> list[Link]:
        end = before[-1].hash if before else None
        return [*before, Link(len(before) + 1, leaf.encode() * 32, chained(end, leaf.encode() * 32))]

    return reduce(add, leaves, list[Link]())


def swapped(stream: list[Link], what: Sequence[str]) -> list[Link]:
    """The second and third event in each other's places, by some of their columns."""
    second, third = stream[1], stream[2]
    return [
        stream[0],
        replace(second, **{name: getattr(third, name) for name in what}),
        replace(third, **{name: getattr(second, name) for name in what}),
        *stream[3:],
    ]


WHOLE = links("abcd")
END = WHOLE[-1].hash
FAULTS: dict[str, tuple[list[Link], tuple[int, Fault] | None]] = {
    "nothing": (WHOLE, None),
    "a body": ([*WHOLE[:2], replace(WHOLE[2], leaf=b"x" * 32), WHOLE[3]], (3, "altered")),
    "a hash": ([*WHOLE[:2], replace(WHOLE[2], hash="0" * 64), WHOLE[3]], (3, "altered")),
    "the whole rest of it": ([*WHOLE[:3], *links("abcx")[3:]], (4, "altered")),
    "one taken out": ([*WHOLE[:1], *WHOLE[2:]], (2, "deleted")),
    "the end cut off": (WHOLE[:3], (4, "deleted")),
    "all of it": ([], (1, "deleted")),
    "what two say": (swapped(WHOLE, ["leaf"]), (2, "reordered")),
    "two places": (swapped(WHOLE, ["leaf", "hash"]), (2, "reordered")),
}


@pytest.mark.parametrize(("stream", "found"), FAULTS.values(), ids=FAULTS)
def test_what_was_done_to_a_stream_is_said_with_its_place(stream: list[Link], found: tuple[int, Fault] | None) -> None:
    assert fault(stream, 4, END) == found
