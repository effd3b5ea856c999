"""Each event is bound to the one before it: a message its announcer never sent is not applied, and what was announced
cannot be changed unseen."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

import pytest
from sqlalchemy import text

from common.database import create_engine, create_sessions, rows
from common.ids import new_id
from common.messaging.chain import Fault, Link, chained, fault
from common.messaging.outbox import outbox_rows
from common.messaging.records import REDACTED, Record
from tests.common.messaging.parts import Town, a_fact, announced_so
from tests.parts.postgres import Databases, connect, migrate

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
        engine = create_engine(database.url("worker"))
        sessions = create_sessions(engine)
        for people in ([person, other, person], [person], [other]):
            async with sessions.begin() as session:
                await session.execute(AS_BEFORE, outbox_rows([a_fact(each) for each in people]))
        await engine.dispose()
        migrate(database)
        connection = await connect(database.admin_dsn)
        found = await connection.fetch("select * from outbox order by subject, sequence")
        ends = await connection.fetch("select subject, hash from stream order by subject")
        await connection.close()

    for subject in {row["subject"] for row in found}:
        kept = [row for row in found if row["subject"] == subject]
        assert [row["hash"].hex() for row in kept] == bound([_record(row) for row in kept])
        assert dict(ends)[subject] == kept[-1]["hash"]


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
