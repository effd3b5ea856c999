"""Sequences are dense per stream, whoever writes, however many roll back."""

import asyncio
import random
from datetime import date

import pytest
from sqlalchemy import text

from common.contracts.claims import StatementIssued
from common.database import rows
from common.ids import new_id
from common.messaging.relay import relay_once
from common.streams.outbox import EventTooLarge, announce
from tests.common.messaging.parts import Town, a_fact


async def test_eight_writers_who_commit_out_of_order_leave_no_hole(delivery: Town) -> None:
    people = [new_id() for _ in range(6)]
    chance = random.Random(7)  # noqa: S311 - a seeded shuffle

    async def write() -> None:
        for _ in range(25):
            async with delivery.announcer() as session:
                await announce(session, [a_fact(person) for person in chance.choices(people, k=3)])
                await asyncio.sleep(chance.random() / 200)
                await (session.rollback() if chance.random() < 0.2 else session.commit())

    await asyncio.gather(*(write() for _ in range(8)))

    async with delivery.announcer.begin() as session:
        holes = await session.scalar(
            text(
                "select count(*) from stream s where last_sequence"
                " <> (select count(*) from outbox o where o.topic = s.topic and o.subject = s.subject)"
            )
        )
    assert holes == 0


async def test_what_rolls_back_was_never_announced(delivery: Town) -> None:
    async with delivery.announcer() as session:
        await announce(session, [a_fact()])
        await session.rollback()

    assert await delivery.relay() == []


async def test_a_public_event_gets_a_second_row_with_a_sequence_of_its_own(delivery: Town) -> None:
    fields = a_fact().model_dump(include={"event_id", "programme_id", "occurred_at"})
    issued = StatementIssued(
        **fields,
        statement_id=new_id(),
        month=date(2019, 9, 1),
        lines=1,
        value_pence=1,
        payable_pence=1,
        above_cap_pence=0,
        shares=(),
        issued_on=date(2019, 10, 1),
    )

    await delivery.announce(issued)
    records = await delivery.relay()

    assert [(r.topic, r.sequence, r.event_id) for r in records] == [
        ("claims", 1, issued.event_id),
        ("public.claims", 1, issued.event_id),
    ]


async def test_an_event_larger_than_64_kib_is_refused_before_anything_is_written(delivery: Town) -> None:
    enormous = a_fact(provider_id="p").model_copy(update={"provider_id": "p" * 70_000})

    with pytest.raises(EventTooLarge, match="65536"):
        await delivery.announce(a_fact(), enormous)

    assert await delivery.relay() == []


async def test_the_relay_publishes_in_commit_order_what_was_written_in_another(delivery: Town) -> None:
    slow, quick = a_fact(), a_fact()
    async with delivery.announcer() as held:
        await announce(held, [slow])
        await delivery.announce(quick)
        first = await delivery.relay()
        await held.commit()

    second = await delivery.relay()

    assert [r.event_id for r in first + second] == [quick.event_id, slow.event_id]
    assert [item.seq for item in delivery.published] == [1, 2]


async def test_a_failed_batch_is_published_again_and_the_feed_moves_on_meanwhile(delivery: Town) -> None:
    class Away:
        async def publish(self, batch: object) -> None:
            raise ConnectionError("no broker")

    await delivery.announce(a_fact())

    with pytest.raises(ConnectionError):
        await relay_once(delivery.announcer, Away())

    assert len((await delivery.feeds.heads("referrals", 0, 0)).items) == 1
    assert len(await delivery.relay()) == 1
    assert await delivery.relay() == []


async def test_a_second_relay_stands_by_while_the_first_publishes(delivery: Town) -> None:
    publishing, done = asyncio.Event(), asyncio.Event()

    class Slow:
        async def publish(self, batch: object) -> None:
            publishing.set()
            await done.wait()

    await delivery.announce(a_fact())
    first = asyncio.create_task(relay_once(delivery.announcer, Slow()))
    await publishing.wait()

    assert await relay_once(delivery.announcer, delivery) == 0

    done.set()
    assert await first == 1
    assert delivery.published == []


async def test_the_outbox_cannot_be_changed_by_those_who_write_it(delivery: Town) -> None:
    await delivery.announce(a_fact())

    async with delivery.announcer.begin() as session:
        may = rows(
            await session.execute(
                text(
                    "select r.role, v.verb from (values ('referral_hub_main'), ('referral_hub_worker')) r (role),"
                    " (values ('update'), ('delete'), ('truncate')) v (verb), (values ('outbox'), ('audit')) t (name)"
                    " where has_table_privilege(r.role, t.name, v.verb)"
                )
            )
        )
    assert may == []
