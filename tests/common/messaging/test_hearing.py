"""Each event once, in its stream's order, whatever the road does to it; and one bad stream never stops the rest."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from common.contracts.referrals import DropInRecorded
from common.ids import new_id
from common.messaging.healing import Healer
from common.messaging.hearing import PAUSES
from common.messaging.reactions import Reaction
from common.streams.records import Record
from common.transaction import Transaction
from tests.common.messaging.parts import NOW, Town, a_fact, announced_so
from tests.parts.asked import asked_of


async def three_about_each(delivery: Town, people: int) -> list[Record]:
    ids = [new_id() for _ in range(people)]
    for _ in range(3):
        await delivery.announce(*(a_fact(person) for person in ids))
    return await delivery.relay()


def in_order(records: Sequence[Record]) -> dict[str, list[str]]:
    streams: dict[str, list[str]] = {}
    for record in sorted(records, key=lambda r: r.sequence):
        streams.setdefault(record.subject, []).append(str(record.event_id))
    return streams


async def ledger_by_stream(delivery: Town, records: Sequence[Record]) -> dict[str, list[str]]:
    subject = {record.event_id: record.subject for record in records}
    streams: dict[str, list[str]] = {}
    for line in await delivery.lines():
        streams.setdefault(subject[line], []).append(str(line))
    return streams


@pytest.mark.parametrize("seed", range(5))
async def test_events_delivered_one_to_five_times_and_shuffled_are_applied_once_in_order(
    delivery: Town, seed: int
) -> None:
    records = await three_about_each(delivery, 8)
    chance = random.Random(seed)  # noqa: S311 - a seeded shuffle
    road = [record for record in records for _ in range(chance.randint(1, 5))]
    chance.shuffle(road)
    hearer = delivery.hearer()

    while road:
        batch, road = road[:7], road[7:]
        await hearer.hear(batch)
    while await hearer.heal():
        pass

    assert await ledger_by_stream(delivery, records) == in_order(records)


async def test_a_gap_is_fetched_from_the_announcers_feed(delivery: Town) -> None:
    records = await three_about_each(delivery, 1)
    hearer = delivery.hearer()

    await hearer.hear([records[0], records[2]])
    assert len(await delivery.lines()) == 1

    assert await hearer.heal() == 1
    assert await ledger_by_stream(delivery, records) == in_order(records)


async def test_a_lost_tail_is_found_by_the_sweep(delivery: Town) -> None:
    records = await three_about_each(delivery, 2)
    hearer = delivery.hearer()
    await hearer.hear([r for r in records if r.sequence < 3])

    await hearer.sweep("referrals", older_than_seconds=0)
    await hearer.heal()

    assert await ledger_by_stream(delivery, records) == in_order(records)


async def test_the_sweep_never_touches_what_is_whole(delivery: Town) -> None:
    records = await three_about_each(delivery, 3)
    hearer = delivery.hearer()
    await hearer.hear(records)
    before = await delivery.inbox()

    assert await hearer.sweep("referrals", older_than_seconds=0) == len(records)
    assert await hearer.sweep("referrals", older_than_seconds=0) == 0
    assert await hearer.heal() == 0

    assert await delivery.inbox() == before


async def test_a_failing_event_waits_as_long_as_is_said_before_each_further_try(delivery: Town) -> None:
    [poison, *_] = records = await three_about_each(delivery, 1)
    delivery.failing[poison.event_id] = ZeroDivisionError("a bug")
    hearer = delivery.hearer(PAUSES)

    for seconds in PAUSES:
        before = await delivery.clock()
        await (hearer.hear(records[:1]) if seconds == PAUSES[0] else hearer.heal())
        [aside] = await delivery.inbox()
        waits = timedelta(seconds=seconds)

        assert before + waits <= aside["retry_at"] <= await delivery.clock() + waits
        await delivery.let_time_pass()
    await hearer.heal()
    assert [row["state"] for row in await delivery.inbox()] == ["parked"]


async def test_a_failing_event_is_tried_five_times_then_parked_and_the_rest_goes_on(delivery: Town) -> None:
    records = await three_about_each(delivery, 9)
    poison = next(r for r in records if r.sequence == 2)
    delivery.failing[poison.event_id] = ZeroDivisionError("a bug")
    hearer = delivery.hearer()

    await hearer.hear(records)
    for _ in range(6):
        await hearer.heal()

    [parked] = [row for row in await delivery.inbox() if row["state"] != "open"]
    assert (parked["subject"], parked["state"], parked["attempts"]) == (poison.subject, "parked", 5)
    assert (parked["last_sequence"], parked["heard_sequence"]) == (1, 3)
    assert len(await delivery.lines()) == 8 * 3 + 1


@pytest.mark.parametrize("state", ["53100", "53200", "58030", "25006"])
async def test_a_database_that_can_write_nothing_now_is_no_fault_of_an_event(delivery: Town, state: str) -> None:
    """Disk full, memory full, disk broken, read-only since another server leads."""
    await delivery.announce(a_fact())
    records = await delivery.relay()

    async def cannot_write(tx: Transaction, _: DropInRecorded) -> None:
        await tx.session.execute(text(f"do $$ begin raise sqlstate '{state}'; end $$"))

    reactions = [Reaction(DropInRecorded, cannot_write)]
    with pytest.raises(DBAPIError):
        await Healer("claims", delivery.hearer_sessions, reactions, delivery.feeds, NOW).hear(records)

    assert await delivery.inbox() == []
    await delivery.hearer().hear(records)
    assert await delivery.lines() == [records[0].event_id]


async def test_once_the_bug_is_mended_the_stream_is_applied_in_order(delivery: Town) -> None:
    records = await three_about_each(delivery, 4)
    poison = next(r for r in records if r.sequence == 2)
    delivery.failing[poison.event_id] = ZeroDivisionError("a bug")
    hearer = delivery.hearer()
    await hearer.hear(records)

    delivery.failing.clear()
    await hearer.heal()

    assert await ledger_by_stream(delivery, records) == in_order(records)
    assert {row["state"] for row in await delivery.inbox()} == {"open"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"body": "{"}, "unreadable-body"),
        ({"type": "SomethingNew"}, "unknown-type"),
        ({"schema_version": 99}, "unknown-schema-version"),
    ],
)
async def test_what_cannot_be_read_steps_aside_with_its_reason(
    delivery: Town, change: dict[str, Any], code: str
) -> None:
    [good, bad] = [*(await three_about_each(delivery, 2))[:2]]

    await delivery.hearer().hear([good, announced_so(bad, **change)])

    states = {row["subject"]: (row["state"], row["error_code"]) for row in await delivery.inbox()}
    assert states == {good.subject: ("open", None), bad.subject: ("retrying", code)}


async def test_another_event_at_the_place_applied_last_is_a_fork_and_overwrites_nothing(delivery: Town) -> None:
    [first, *_] = records = await three_about_each(delivery, 1)
    hearer = delivery.hearer()
    await hearer.hear([first])

    await hearer.hear([replace(first, event_id=new_id()), *records[1:]])

    [row] = await delivery.inbox()
    assert (row["state"], row["last_event"]) == ("forked", first.event_id)
    assert await delivery.lines() == [first.event_id]


async def test_an_event_nobody_here_reacts_to_still_moves_the_stream(delivery: Town) -> None:
    person = new_id()
    await delivery.announce(a_fact(person), a_fact(person))
    [first, second] = await delivery.relay()
    hearer = delivery.hearer()
    hearer._reactions.clear()  # pyright: ignore[reportPrivateUsage] - a service that hears, and reacts to nothing

    await hearer.hear([first, second])

    [row] = await delivery.inbox()
    assert (row["last_sequence"], await delivery.lines()) == (2, [])


async def test_a_projection_takes_a_batch_at_once_each_event_once_and_in_its_streams_order(delivery: Town) -> None:
    records = await three_about_each(delivery, 4)
    hearer = delivery.projecting()

    await hearer.hear([*records, *records])
    await hearer.hear(records)

    assert delivery.calls == 1
    assert await ledger_by_stream(delivery, records) == in_order(records)


async def test_a_projection_that_fails_over_one_event_keeps_all_others(delivery: Town) -> None:
    records = await three_about_each(delivery, 8)
    poison = next(r for r in records if r.sequence == 2)
    delivery.failing[poison.event_id] = ZeroDivisionError("a bug")
    hearer = delivery.projecting()

    await hearer.hear(records)
    assert len(await delivery.lines()) == 7 * 3 + 1

    delivery.failing.clear()
    await hearer.heal()
    assert await ledger_by_stream(delivery, records) == in_order(records)


async def test_what_was_redacted_reaches_no_projection_and_the_stream_goes_on(delivery: Town) -> None:
    first, second, third = await three_about_each(delivery, 1)

    await delivery.projecting().hear([first, second.emptied(), third], fetched=True)

    [row] = await delivery.inbox()
    assert (row["last_sequence"], await delivery.lines()) == (3, [first.event_id, third.event_id])


async def test_a_batch_asks_the_database_three_times_however_many_streams_it_has(delivery: Town) -> None:
    records = await three_about_each(delivery, 8)
    hearer = delivery.projecting()
    await hearer.hear([record for record in records if record.sequence == 1])
    asked = asked_of(delivery.hearer_sessions)

    await hearer.hear([record for record in records if record.sequence > 1])

    assert [statement.split()[0] for statement in asked] == ["select", "insert", "update"]
