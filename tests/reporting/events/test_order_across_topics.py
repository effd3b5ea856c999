"""Order holds for one participant within a topic and nowhere else: the read models must not notice."""

from collections import defaultdict
from collections.abc import Sequence
from random import Random
from typing import Any
from uuid import UUID

import pytest

from common.contracts import Event, cases, claims, referrals
from common.ids import new_id
from common.streams.records import Record
from reporting.events.heard import REACTIONS
from reporting.main import create_app_for
from reporting.storage.tables.base import Base
from tests.parts.api import FrontDoor, front_door, records_of
from tests.parts.postgres import Databases
from tests.reporting.story import APPROVED_ON, VERIFIED_ON, a_whole_story, an, an_accepted_outcome

PEOPLE = 12


def a_story(chance: Random, person: UUID) -> list[Event]:
    """One of the ways a participant's story may go, in the order in which it happened."""
    returned = [
        *an_accepted_outcome(person),
        an(claims.EvidenceReturned, person),
        an(cases.OutcomeEvidenced, person, revision=2, achieved_on=APPROVED_ON),
        an(claims.ClaimRevised, person, revision=2, achieved_on=APPROVED_ON),
        an(claims.ClaimApproved, person, revision=2, achieved_on=APPROVED_ON, approved_on=VERIFIED_ON),
    ]
    refused = [*an_accepted_outcome(person), an(claims.ClaimSubmitted, person), an(claims.ClaimRefused, person)]
    return chance.choice(
        [
            a_whole_story(person),
            [*returned, an(claims.ClaimSubmitted, person), an(claims.ClaimVerified, person)],
            [*refused, an(claims.ClaimReopened, person)],
            [*refused, an(cases.OutcomeWithdrawn, person), an(claims.ClaimWithdrawn, person)],
            [
                *(an(event, person) for event in (referrals.ReferralReceived, referrals.ParticipantAllocated)),
                an(referrals.AllocationDeclined, person),
                an(referrals.ReferralDeclined, person),
            ],
            [*a_whole_story(person), an(referrals.ParticipantsMerged, person, alias_id=new_id())],
        ]
    )


def interleaved(chance: Random, records: Sequence[Record]) -> list[Record]:
    """The records in another order that keeps each stream's own, some of them twice."""
    streams: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in reversed(records):
        streams[record.topic, record.subject].append(record)
    order: list[Record] = []
    while streams:
        stream = chance.choice(list(streams))
        order.append(streams[stream].pop())
        if chance.random() < 0.1:
            order.append(chance.choice(order))
        if not streams[stream]:
            del streams[stream]
    return order


async def rows_after(databases: Databases, batches: Sequence[Sequence[Record]]) -> dict[str, list[Any]]:
    """Every read model's rows after hearing these batches one after another."""
    async with front_door(databases, "reporting", create_app_for) as door:
        for batch in batches:
            await door.hear(REACTIONS, batch)
        [inbox] = await door.rows("select count(*) filter (where state <> 'open') as aside from inbox")
        assert inbox["aside"] == 0
        return {table: await ordered(door, table) for table in Base.metadata.tables}


async def ordered(door: FrontDoor, table: str) -> list[Any]:
    return sorted((str(row) for row in await door.rows(f"select * from {table}")), key=str)  # noqa: S608 - our names


@pytest.mark.parametrize("seed", range(6))
async def test_the_rows_are_the_same_in_whatever_order_the_topics_are_heard(databases: Databases, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - a shuffle that can be repeated
    records = records_of([event for _ in range(PEOPLE) for event in a_story(chance, new_id())])
    shuffled = interleaved(chance, records)
    cuts = sorted(chance.sample(range(1, len(shuffled)), 8))
    batches = [shuffled[start:end] for start, end in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]

    assert await rows_after(databases, batches) == await rows_after(databases, [records])
