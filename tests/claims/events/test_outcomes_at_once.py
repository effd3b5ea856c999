"""Outcomes that are heard together leave what each would have left by itself, and nobody waits in a circle."""

import asyncio
import random
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from claims.events.heard import REACTIONS
from common.contracts import Event
from common.contracts.cases import OutcomeEvidenced
from common.ids import new_id
from common.messaging.inbox import by_stream
from common.messaging.kafka import listening, publishing
from common.messaging.relay import NumberedRecord
from common.streams.records import Record
from tests.claims.parts import (
    AT,
    MANAGER,
    OTHER_VERIFIER,
    PRIME,
    VERIFIER,
    claims_door,
    evidenced,
    hear,
    merged,
    revised,
    withdrawn,
)
from tests.common.messaging.parts import bound
from tests.parts.api import FrontDoor, records_of
from tests.parts.asked import asked_of
from tests.parts.contents import contents
from tests.parts.postgres import Databases, connect

CODES = ("ACC_PREV", "EMP_ENTRY", "WB_INITIAL", "WB_IMP_12", "FIN_RES", "EMP_26W")
PROPOSAL = {"outcome": "FIN_RES", "kind": "pip-review-form", "stands_for": "budget-plan", "why": "It shows more."}
RULING = {"ruling": "accepted", "reason": "It shows more."}
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OF_ITS_OWN = re.compile(
    r'"(?:position|hash|event_at|recorded_at|announced_at|number|last_event)": (?:"[^"]*"|\d+|null)'
    r"|KBOP-\d{6}|(?<=act/)\d+|(?<=participant_access/)\d+"
)
"""What differs between two hearings of the same: where a row stands, and when it was written."""


def a_story(chance: random.Random, length: int) -> list[Event]:
    """New outcomes of old and new people, second ones for the same, revisions, withdrawals and mergers."""
    people = [new_id() for _ in range(length // 3)]
    unmerged = [*people]
    story: list[Event] = []
    while len(story) < length:
        before = [event for event in story if isinstance(event, OutcomeEvidenced)]
        match chance.choice(["new"] * 6 + ["revised", "withdrawn", "merged"]):
            case "revised" if before:
                story.append(revised(chance.choice(before), recorded_by="another.fusion-housing"))
            case "withdrawn" if before:
                story.append(withdrawn(chance.choice(before)))
            case "merged" if len(unmerged) > 1:
                story.append(merged(unmerged.pop(), unmerged.pop()))
            case _:
                provider = chance.choice(("fusion-housing", "horton"))
                story.append(
                    evidenced(chance.choice(CODES), participant_id=chance.choice(people), provider_id=provider)
                )
    return story


def as_they_come(story: Sequence[Event], size: int) -> list[list[Record]]:
    """In batches, each in its streams' order. A merger comes by itself: across topics there is no order to compare."""
    batches: list[list[Record]] = []
    told = records_of(story)
    for start in range(0, len(told), size):
        records = told[start : start + size]
        mergers = [record for record in records if record.topic == "referrals"]
        rest = [record for record in records if record.topic != "referrals"]
        batches += [each for each in ([*rest], *([one] for one in mergers)) if each]
    return batches


async def kept(door: FrontDoor, story: Sequence[Event]) -> dict[str, list[str]]:
    """All rows, but for the ids that were made and the moments they were made in."""
    told = {str(each) for event in story for each in _ids_in(event.model_dump(mode="json"))}
    admin = await connect(door.database.admin_dsn)
    try:
        tables = await contents(admin)
        tables["inbox"] = [
            str(dict(row)) for row in await admin.fetch("select topic, subject, last_sequence from inbox")
        ]
    finally:
        await admin.close()
    return {table: sorted(_plain(row, told) for row in rows) for table, rows in tables.items()}


def _plain(row: str, told: set[str]) -> str:
    without_ids = ID.sub(lambda found: found[0] if found[0] in told else "…", row)
    return OF_ITS_OWN.sub("…", without_ids)


def _ids_in(value: Any) -> list[str]:
    return ID.findall(str(value))


@pytest.mark.parametrize("seed", range(2))
async def test_a_batch_leaves_the_rows_that_one_by_one_would(databases: Databases, seed: int) -> None:
    story = a_story(random.Random(seed), 45)  # noqa: S311 - a seeded story
    batches = as_they_come(story, 15)
    async with claims_door(databases) as alone, claims_door(databases) as together:
        for batch in batches:
            for record in (one for stream in by_stream(batch).values() for one in stream):
                await alone.hear(REACTIONS, [record])
            await together.hear(REACTIONS, batch)

        expected, rows = await kept(alone, story), await kept(together, story)
        assert {table for table in rows if rows[table] != expected[table]} == set()
        assert len(rows["claim"]) == len({event.outcome_id for event in story if isinstance(event, OutcomeEvidenced)})


async def test_twenty_new_outcomes_ask_the_database_no_more_than_two(door: FrontDoor) -> None:
    await hear(door, evidenced(), evidenced())
    asked = asked_of(door.worker)

    await hear(door, evidenced(), evidenced())
    few = len(asked)
    await hear(door, *(evidenced() for _ in range(20)))

    assert len(asked) - few == few <= 11


async def test_of_a_batch_only_the_outcome_that_cannot_be_judged_steps_aside(door: FrontDoor) -> None:
    events = [evidenced() for _ in range(6)]
    records = records_of(events)
    broken = records[3]

    await door.hear(REACTIONS, [*records[:3], replace(broken, body="{"), *records[4:]])

    states = {row["subject"]: row["state"] for row in await door.rows("select subject, state from inbox")}
    assert states == {one.subject: "retrying" if one is broken else "open" for one in records}
    assert len(await door.rows("select 1 from claim")) == 5


def as_sent(story: Sequence[Event]) -> list[Record]:
    """Each bound to those before it on its topic."""
    topics = {event.topic for event in story}
    sent = [one for topic in topics for one in bound(records_of([event for event in story if event.topic == topic]))]
    place = {event.event_id: n for n, event in enumerate(story)}
    return sorted(sent, key=lambda record: place[record.event_id])


@pytest.mark.kafka
async def test_batches_and_requests_do_not_wait_for_one_another_in_a_circle(
    door: FrontDoor, kafka: str, topic_prefix: str
) -> None:
    story = a_story(random.Random(7), 90)  # noqa: S311 - a seeded story
    equivalent = (await door.post("/v1/equivalents", MANAGER, PROPOSAL, at=AT)).json()["id"]
    async with publishing(kafka, "case-management", topic_prefix) as publisher:
        batch = [NumberedRecord(n, one, AT.isoformat()) for n, one in enumerate(as_sent(story))]
        await publisher.publish(batch)
    hearing = asyncio.create_task(hear_all(door, kafka, topic_prefix, len(story)))

    async with asyncio.timeout(200):
        answers = await asyncio.gather(
            *(decide_while(hearing, door) for _ in range(2)), rule_while(hearing, door, equivalent), hearing
        )

    statuses = [status for each in answers for status in each or ()]
    assert statuses.count(200) > 0
    assert {status for status in statuses if status >= 500} == set()
    outcomes = {event.outcome_id for event in story if isinstance(event, OutcomeEvidenced)}
    assert {row["outcome_id"] for row in await door.rows("select outcome_id from claim")} == outcomes
    assert {row["state"] for row in await door.rows("select state from inbox")} == {"open"}
    admin = await connect(door.database.admin_dsn)
    try:
        assert await admin.fetchval("select deadlocks from pg_stat_database where datname = current_database()") == 0
    finally:
        await admin.close()


async def hear_all(door: FrontDoor, kafka: str, prefix: str, count: int) -> None:
    """In batches, as they come; what fails, a deadlock too, ends the test."""
    async with listening(kafka, "claims", ["cases", "referrals"], prefix) as inlet:
        while count:
            records = await inlet.read(most=15)
            await door.hear(REACTIONS, records)
            await inlet.commit()
            count -= len(records)


async def decide_while(hearing: "asyncio.Task[None]", door: FrontDoor) -> list[int]:
    """Approve and verify whatever there is: each locks the participant's keys, then its claim, then the contract."""
    answers: list[int] = []
    while not hearing.done():
        for row in await door.rows("select claim_id from claim order by random() limit 1"):
            for verb, who in (("approval", PRIME), ("verification", VERIFIER)):
                answer = await door.post(f"/v1/claims/{row['claim_id']}/{verb}", who, {}, at=AT)
                answers.append(answer.status_code)
        await asyncio.sleep(0)
    return answers


async def rule_while(hearing: "asyncio.Task[None]", door: FrontDoor, equivalent: str) -> list[int]:
    """Rule, and take the ruling back: that locks the keys of many participants."""
    answers: list[int] = []
    withdrawal = {"reason": "It was another form."}
    while not hearing.done():
        for path, body, who in (("ruling", RULING, VERIFIER), ("ruling/withdrawal", withdrawal, OTHER_VERIFIER)):
            answer = await door.post(f"/v1/equivalents/{equivalent}/{path}", who, body, at=AT)
            answers.append(answer.status_code)
    return answers
