"""What never came is fetched: a mark moves only over what was seen, nobody is starved, and another past is known."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from typing import Any

import httpx
import pytest

from common.contracts.cases import CaseClosed
from common.contracts.referrals import DropInRecorded
from common.ids import new_id
from common.messaging.feeds import Feeds
from common.messaging.healing import Healer
from common.messaging.kafka import record_in
from common.messaging.reactions import Reaction
from common.streams.records import MOST_BYTES, UnreadableEvent
from common.transaction import Transaction
from tests.common.messaging.parts import NOW, Town, a_fact
from tests.parts.postgres import connect


@pytest.fixture
async def administrator(delivery: Town) -> AsyncGenerator[Any]:
    """Of the announcer's server: what no role of ours may do."""
    connection = await connect(delivery.hub.admin_dsn)
    yield connection
    await connection.close()


async def test_a_mark_never_passes_an_entry_that_was_not_shown_yet(delivery: Town, administrator: Any) -> None:
    young, old = a_fact(), a_fact()
    await delivery.announce(young, old)
    await delivery.relay()
    await administrator.execute(
        "update outbox set announced_at = now() - interval '1 minute' where event_id = $1", old.event_id
    )
    hearer = delivery.hearer()

    too_early = await hearer.sweep("referrals")
    await administrator.execute("update outbox set announced_at = now() - interval '1 minute'")
    later = await hearer.sweep("referrals")
    await hearer.heal()

    assert (too_early, later) == (0, 2)
    assert set(await delivery.lines()) == {young.event_id, old.event_id}


async def test_what_was_never_announced_steps_aside_and_starves_nobody(delivery: Town) -> None:
    await delivery.announce(*(a_fact() for _ in range(4)))
    real = await delivery.relay()
    lies = [replace(real[0], subject=f"a/{n}", sequence=9, event_id=new_id()) for n in range(4)]
    hearer = delivery.hearer(pauses=(60, 60))
    await hearer.hear(lies)
    await hearer.sweep("referrals", older_than_seconds=0)

    tried = [await hearer.heal(most=2) for _ in range(5)]

    states = {row["subject"]: (row["state"], row["error_code"]) for row in await delivery.inbox()}
    assert tried == [2, 2, 2, 2, 0]
    assert [states[lie.subject] for lie in lies] == [("retrying", "never-announced")] * 4
    assert set(await delivery.lines()) == {record.event_id for record in real}


async def test_a_long_stream_takes_turns_with_the_others(delivery: Town) -> None:
    long, short = sorted((new_id(), new_id()))
    await delivery.announce(*(a_fact(long) for _ in range(501)), a_fact(short))
    await delivery.relay()
    hearer = delivery.hearer()
    await hearer.sweep("referrals", older_than_seconds=0)

    await hearer.heal(most=1)
    await hearer.heal(most=1)

    assert {row["subject"]: row["last_sequence"] for row in await delivery.inbox()} == {
        f"participant/{long}": 500, f"participant/{short}": 1,
    }  # fmt: skip


async def test_what_is_never_announced_is_parked_in_the_end_and_a_true_event_still_comes(delivery: Town) -> None:
    await delivery.announce(a_fact())
    [real] = await delivery.relay()
    hearer = delivery.hearer()
    await hearer.hear([real, replace(real, sequence=9, event_id=new_id())])

    while await hearer.heal():
        pass

    [row] = await delivery.inbox()
    assert (row["state"], row["error_code"], row["last_sequence"]) == ("parked", "never-announced", 1)


async def test_an_announcer_that_is_away_holds_up_nobody_elses_streams(delivery: Town) -> None:
    await delivery.announce(a_fact())
    [real] = await delivery.relay()
    here: Any = delivery.feeds
    feeds = Feeds(here._client, here._tokens, {"cases": "http://127.0.0.1:9", "referrals": "http://hub"})
    reactions = [Reaction(DropInRecorded, delivery.write_line), Reaction(CaseClosed, nothing)]
    hearer = Healer("claims", delivery.hearer_sessions, reactions, feeds, NOW)
    await hearer.hear([replace(real, topic="cases", sequence=2), replace(real, sequence=1, hash=None, body="{}")])

    with pytest.raises(httpx.HTTPError):
        await hearer.heal()

    assert await delivery.lines() == [real.event_id]


async def nothing(_: Transaction, __: CaseClosed) -> None:
    pass


RESTORED = """
delete from log where position > {cut};
delete from outbox where position > {cut};
update stream set (last_sequence, hash) = (
    select max(sequence), (array_agg(outbox.hash order by sequence desc))[1] from outbox
    where (outbox.topic, outbox.subject) = (stream.topic, stream.subject));
update relay set numbered = (select max(seq) from log), published = (select max(seq) from log);
"""
"""As of an older backup: the epoch is the backup's, which is the same."""


async def test_an_announcers_older_restore_is_seen_at_the_first_sweep(delivery: Town, administrator: Any) -> None:
    ahead, whole = new_id(), new_id()
    await delivery.announce(a_fact(ahead), a_fact(whole))
    cut = await administrator.fetchval("select max(position) from outbox")
    await delivery.announce(a_fact(ahead), a_fact(ahead))
    await heard_all(delivery)
    await administrator.execute(RESTORED.format(cut=cut))
    later = a_fact(whole)
    await delivery.announce(later)
    await delivery.relay()

    hearer = delivery.hearer()
    await hearer.sweep("referrals", older_than_seconds=0)
    await hearer.heal()

    states = {row["subject"]: (row["state"], row["error_code"], row["last_sequence"]) for row in await delivery.inbox()}
    assert states[f"participant/{ahead}"] == ("forked", "lost-by-announcer", 3)
    assert states[f"participant/{whole}"] == ("open", None, 2)
    assert later.event_id in await delivery.lines()


async def test_what_an_announcer_says_otherwise_now_is_seen_at_the_first_sweep_however_long_it_is(
    delivery: Town, administrator: Any
) -> None:
    person = new_id()
    await delivery.announce(a_fact(person))
    cut = await administrator.fetchval("select max(position) from outbox")
    await delivery.announce(a_fact(person), a_fact(person))
    await heard_all(delivery)
    await administrator.execute(RESTORED.format(cut=cut))
    await delivery.announce(*(a_fact(person) for _ in range(5)))
    await delivery.relay()
    before = await delivery.lines()

    hearer = delivery.hearer()
    await hearer.sweep("referrals", older_than_seconds=0)
    await hearer.heal()

    [row] = await delivery.inbox()
    assert (row["state"], row["error_code"]) == ("forked", "forked")
    assert await delivery.lines() == before


async def test_what_an_announcer_has_otherwise_at_a_streams_own_place_is_a_fork_without_a_walk(
    delivery: Town, administrator: Any
) -> None:
    person, other = new_id(), new_id()
    await delivery.announce(a_fact(person), a_fact(other))
    cut = await administrator.fetchval("select max(position) from outbox")
    await delivery.announce(a_fact(person), a_fact(other))
    await heard_all(delivery)
    await administrator.execute(RESTORED.format(cut=cut))
    await delivery.announce(a_fact(person))
    await delivery.relay()

    contradicted = await delivery.hearer().compare("referrals")

    codes = {row["subject"]: row["error_code"] for row in await delivery.inbox()}
    assert codes.pop(f"participant/{person}") == "forked"
    assert (contradicted, list(codes.values())) == (2, ["lost-by-announcer"])


PLACE = ("last_sequence", "last_event", "heard_sequence", "hash", "hash_sequence")
AS_BEFORE = ", ".join(f"{name} = ${place}" for place, name in enumerate(PLACE, start=1))


async def test_a_hearers_older_restore_is_healed_and_its_effects_are_there_once(delivery: Town) -> None:
    person = new_id()
    first = a_fact(person)
    await delivery.announce(first)
    await heard_all(delivery)
    [kept] = await delivery.inbox()
    await delivery.announce(a_fact(person), a_fact())
    await heard_all(delivery)
    whole = await delivery.lines()

    restored = await connect(delivery.claims.admin_dsn)
    await restored.execute("delete from ledger where event_id <> $1", first.event_id)
    await restored.execute("delete from audit where cause <> $1", str(first.event_id))
    await restored.execute("delete from inbox where subject <> $1", first.subject)
    await restored.execute(f"update inbox set {AS_BEFORE}", *(kept[name] for name in PLACE))  # noqa: S608 - our names
    await restored.execute("update edge set verified_seq = 1, verified_event = $1", first.event_id)
    await restored.close()
    await heard_all(delivery)

    assert await delivery.lines() == whole


async def heard_all(delivery: Town) -> None:
    await delivery.relay()
    hearer = delivery.hearer()
    while await hearer.sweep("referrals", older_than_seconds=0):
        pass
    while await hearer.heal():
        pass


MALFORMED: dict[str, tuple[str, str]] = {
    "no place of a stream": ("ce_sequence", "0"),
    "a place no database counts to": ("ce_sequence", "9" * 20),
    "a subject no index takes": ("ce_subject", "a" * 10_000),
    "a subject no text can hold": ("ce_subject", "participant/\x00"),
    "a hash that is none": ("hash", "zz"),
    "a programme that is none": ("programme_id", "Robert'); --"),
}


@pytest.mark.parametrize(("header", "value"), MALFORMED.values(), ids=MALFORMED)
async def test_what_no_database_would_take_never_comes_near_one(delivery: Town, header: str, value: str) -> None:
    await delivery.announce(a_fact())
    await delivery.relay()
    headers = said(delivery, {header: value})

    with pytest.raises(UnreadableEvent) as refused:
        record_in("referrals", headers, b"{}")

    assert refused.value.code == "no-place-in-a-stream"


async def test_a_message_larger_than_any_event_is_not_read(delivery: Town) -> None:
    await delivery.announce(a_fact())
    await delivery.relay()

    with pytest.raises(UnreadableEvent) as refused:
        record_in("referrals", said(delivery, {}), b" " * (MOST_BYTES + 1))

    assert refused.value.code == "too-large"


def said(delivery: Town, changes: dict[str, str]) -> Sequence[tuple[str, bytes]]:
    [sent] = delivery.published
    headers = dict(sent.record.kafka_headers("/referral-hub", sent.occurred_at))
    return list((headers | {name: value.encode() for name, value in changes.items()}).items())
