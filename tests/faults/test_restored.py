"""An announcer restored from an older backup tells another story under known numbers: seen, and not followed."""

import pytest
from sqlalchemy import text

from common.database import rows
from common.ids import new_id
from tests.faults.scene import Scene
from tests.parts.eventually import eventually

pytestmark = pytest.mark.kafka
RESTORE = """
delete from pending where position > {cut};
delete from log where position > {cut};
delete from outbox where position > {cut};
update stream set (last_sequence, hash) = (
    select sequence, outbox.hash from outbox
    where outbox.topic = stream.topic and outbox.subject = stream.subject order by sequence desc limit 1);
update relay set epoch = uuidv7(), numbered = (select max(seq) from log), published = (select max(seq) from log);
"""


async def test_a_restored_announcers_other_story_is_forked_and_nothing_is_overwritten(playing: Scene) -> None:
    relay = playing.play("relay")
    playing.play("hearer")
    forgetful, faithful = playing.people[:20], playing.people[20:]
    await playing.announce(400, each=40)
    async with playing.announcer.begin() as session:
        cut = await session.scalar(text("select max(position) from outbox"))
    playing.people = forgetful
    await playing.announce(len(forgetful))
    await playing.until_settled()
    heard_before = await stories(playing)

    relay.end()
    async with playing.as_superuser() as hub:
        await hub.execute(RESTORE.format(cut=cut))
    playing.people = forgetful + faithful
    await playing.announce(80, each=40)
    relay.start()
    await eventually(lambda: all_seen(playing, forks=len(forgetful), applied=len(faithful) * 12 + len(forgetful) * 11))
    async with playing.announcer.begin() as session:
        kept = rows(await session.execute(text("select event_id from outbox")))
    playing.acknowledged &= {row["event_id"] for row in kept}
    counts = await playing.counts()
    playing.note_counts(
        "R24 announcer restored from an older backup", counts, 0, besides="lost is what waits, forked, for an operator"
    )

    heard = await stories(playing)
    for person in forgetful:
        assert heard[f"participant/{person}"] == heard_before[f"participant/{person}"]
    assert (counts.twice, counts.out_of_order, counts.forked) == (0, 0, len(forgetful))


async def test_a_restored_announcer_who_lost_nothing_that_was_heard_is_simply_followed(playing: Scene) -> None:
    relay = playing.play("relay")
    playing.play("hearer")
    await playing.announce(200)
    await playing.until_settled()

    relay.end()
    async with playing.as_superuser() as hub:
        await hub.execute(RESTORE.format(cut=10**9))
    playing.people = [*playing.people, new_id()]
    await playing.announce(200)
    relay.start()
    counts = await playing.recovered("R24 announcer restored, new epoch, nothing lost")

    assert (counts.lost, counts.forked, counts.as_undisturbed) == (0, 0, True)


async def all_seen(playing: Scene, forks: int, applied: int) -> bool:
    return await playing.forked() == forks and await playing.applied() == applied


async def stories(playing: Scene) -> dict[str, list[str]]:
    """What was heard of each subject, in the order it was heard."""
    async with playing.hearing.begin() as session:
        told = text("select subject, array_agg(event_id order by line) as heard from ledger group by subject")
        return {row["subject"]: row["heard"] for row in rows(await session.execute(told))}
