"""The sum of explanations is the sum of statements, whatever was achieved, capped, paid otherwise or taken back."""

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.events.heard import REACTIONS
from common.contracts.cases import OutcomeEvidenced
from rulebook.calendar import months_after
from tests.claims.api.test_basis_decided import TAKE_BACK
from tests.claims.parts import (
    FINANCE,
    PRIME,
    VERIFIER,
    claims_door,
    evidenced,
    hear,
    load,
    merged,
    raised,
    step,
    withdrawn,
)
from tests.parts.api import FrontDoor, records_of
from tests.parts.postgres import Databases

MONTHS = (date(2022, 10, 1), date(2022, 11, 1), date(2022, 12, 1))
NAMES = ("value_pence", "payable_pence", "above_cap_pence")
DAYS: dict[str, dict[str, Any]] = {
    "late": {"achieved_on": date(2022, 9, 1)},
    "covid": {
        "achieved_on": date(2020, 5, 1),
        "referred_on": date(2020, 1, 1),
        "service_started_on": date(2020, 1, 2),
    },
}


@dataclass(frozen=True, slots=True)
class Won:
    """An outcome, when it was achieved, and in which month it is verified."""

    code: str
    achieved: str
    month: int
    lost: int | None = None
    """In which month the council takes its payment back, since its provider has taken the outcome back."""


OUTCOMES = st.lists(
    st.builds(
        Won,
        st.sampled_from(["EMP_26W", "ACC_PREV"]),
        st.sampled_from(["late", "late", "covid"]),
        st.integers(0, 2),
        st.sampled_from([None, None, 0, 1, 2]),
    ),
    min_size=2,
    max_size=7,
)
CAPS = st.one_of(st.none(), st.integers(0, 700_001))


@pytest.mark.row("S-85")
@given(won=OUTCOMES, cap=CAPS, twice=st.booleans())
@settings(
    max_examples=8,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_explanations_add_up_to_the_statements_to_the_penny(
    databases: Databases, won: list[Won], cap: int | None, twice: bool
) -> None:
    asyncio.run(closed_and_compared(databases, won, cap, twice))


async def closed_and_compared(databases: Databases, won: list[Won], cap: int | None, twice: bool) -> None:
    async with claims_door(databases) as door:
        await load(door, cap_pence=cap)
        await live(door, won, twice)


async def compare(door: FrontDoor) -> None:
    """All statements so far beside every claim's own explanation, and beside their lines."""
    explained, lines = Counter[str](), 0
    for row in await door.rows("select claim_id from claim"):
        answer = await door.get(f"/v1/claims/{row['claim_id']}/explain", FINANCE)
        for each in answer.json()["steps"]:
            assert each["event_id"], each
            if each["step"] == "statement":
                lines += 1
                add(explained, each["detail"])
    stated = Counter[str]()
    for statement in (await door.get("/v1/statements", FINANCE)).json()["items"]:
        add(stated, statement)
    kept = await door.rows("select * from statement_line")
    assert lines == len(kept)
    assert {name: explained[name] for name in stated} == dict(stated)
    assert sum(row["payable_pence"] for row in kept) == stated["payable_pence"]


async def live(door: FrontDoor, won: list[Won], twice: bool) -> None:
    """Verify each in its month, find two participants to be one where asked, and compare as each month has closed."""
    events = [evidenced(each.code, **DAYS[each.achieved]) for each in won]
    ids = await raised(door, *events)
    for place, month in enumerate(MONTHS):
        at = datetime(month.year, month.month, 15, 9, tzinfo=UTC)
        for claim_id, each in zip(ids, won, strict=True):
            if each.month == place and await is_open(door, claim_id):
                await step(door, claim_id, "approval", PRIME, {}, at=at)
                await step(door, claim_id, "verification", VERIFIER, at=at)
        for event, claim_id, each in zip(events, ids, won, strict=True):
            if each.lost == place:
                await lose(door, claim_id, event, at)
        if twice and place == 1:
            await hear(door, merged(events[0].participant_id, events[1].participant_id, at))
        closing: Any = {"month": f"{month:%Y-%m}"}
        after = datetime.combine(months_after(month, 1), datetime.min.time(), UTC).replace(hour=12)
        answer = await door.post("/v1/statements", FINANCE, closing, at=after)
        assert answer.status_code == 201, answer.text
        await compare(door)


async def lose(door: FrontDoor, claim_id: str, event: OutcomeEvidenced, at: datetime) -> None:
    """The provider takes the outcome back; where it had been paid for, the council takes the payment back."""
    [record] = records_of([withdrawn(event)])
    await door.hear(REACTIONS, [replace(record, subject=f"{record.subject}-{record.event_id}")])
    claim = (await door.get(f"/v1/claims/{claim_id}", PRIME)).json()
    if claim["state"] == "verified" and claim["taken_back_on"] is None:
        await step(door, claim_id, "basis-decision", VERIFIER, TAKE_BACK, at=at)


async def is_open(door: FrontDoor, claim_id: str) -> bool:
    """Whether neither its provider nor two people found to be one have ended it: what both achieved is claimed once."""
    return (await door.get(f"/v1/claims/{claim_id}", PRIME)).json()["state"] not in ("refused", "withdrawn")


def add(total: Counter[str], amounts: dict[str, Any]) -> None:
    for name in NAMES:
        total[name] += amounts[name]
    for share in amounts["shares"]:
        total[share["payer"]] += share["pence"]
