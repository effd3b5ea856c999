"""Two records were one person: once-only holds across both, and what was verified twice is taken back once."""

import asyncio
from datetime import UTC, datetime

from claims.events.heard import REACTIONS
from tests.claims.parts import (
    FINANCE,
    PRIME,
    claim_for,
    evidenced,
    hear,
    merged,
    raised,
    shown,
    submitted,
    verified,
)
from tests.parts.api import FrontDoor, records_of

NOVEMBER = datetime(2022, 11, 2, 9, 0, tzinfo=UTC)


async def test_after_a_merge_the_alias_cannot_claim_what_the_survivor_has(door: FrontDoor) -> None:
    event = evidenced()
    await raised(door, event)
    later = evidenced()

    await hear(door, merged(event.participant_id, later.participant_id))
    [claim_id] = await raised(door, later)

    claim = await shown(door, claim_id)
    assert (claim["state"], claim["participant_id"]) == ("refused", str(later.participant_id))


async def test_of_two_unverified_claims_for_one_person_the_alias_s_is_refused(door: FrontDoor) -> None:
    first, second = evidenced(), evidenced()
    kept, lost = await submitted(door, first, second)

    await hear(door, merged(first.participant_id, second.participant_id))

    assert [(await shown(door, each))["state"] for each in (kept, lost)] == ["submitted", "refused"]
    assert [event["automatic"] for event in await door.announced("ClaimRefused")] == [True]


async def test_a_verified_claim_of_the_alias_outlives_an_open_one_of_the_survivor(door: FrontDoor) -> None:
    first, second = evidenced(), evidenced()
    [kept] = await verified(door, second)
    [lost] = await submitted(door, first)

    await hear(door, merged(first.participant_id, second.participant_id))

    assert [(await shown(door, each))["state"] for each in (kept, lost)] == ["verified", "refused"]


async def test_two_verified_claims_become_an_adjustment_in_the_statement(door: FrontDoor) -> None:
    first, second, other = evidenced(), evidenced(), evidenced("ACC_3M")
    kept, doubled = await verified(door, first, second)
    await verified(door, other)

    await hear(door, merged(first.participant_id, second.participant_id))

    value = (await door.get(f"/v1/claims/{doubled}/value", FINANCE)).json()
    position = (await door.get("/v1/programme/position", FINANCE)).json()
    prices = [row["price_pence"] for row in await door.rows("select price_pence from valuation order by verified_on")]
    assert value["taken_back"]
    assert position["payable_to_date_pence"] == sum(prices) - value["price_pence"]
    statement = await door.post("/v1/statements", FINANCE, {"month": "2022-10"}, at=NOVEMBER)
    lines = (await door.get(f"/v1/statements/{statement.json()['id']}/lines", FINANCE)).json()["items"]
    assert [line["kind"] for line in lines] == ["claim", "claim", "claim", "adjustment"]
    [adjusted] = await door.announced("ClaimAdjusted")
    assert (adjusted["payable_pence"], adjusted["instead_of"]) == (
        -lines[-1]["payable_pence"],
        lines[0]["claim_number"],
    )
    assert adjusted["subject"] == f"participant/{adjusted['participant_id']}"
    assert sum(line["payable_pence"] for line in lines) == position["payable_to_date_pence"]
    assert (await shown(door, kept))["state"] == "verified"


async def test_an_adjustment_no_month_can_carry_yet_waits_for_one_that_can(door: FrontDoor) -> None:
    first, second = evidenced(), evidenced()
    await verified(door, first, second)
    await door.post("/v1/statements", FINANCE, {"month": "2022-10"}, at=NOVEMBER)
    await hear(door, merged(first.participant_id, second.participant_id, NOVEMBER))

    await door.post("/v1/statements", FINANCE, {"month": "2022-11"}, at=datetime(2022, 12, 1, 9, tzinfo=UTC))
    await verified(door, evidenced(), at=datetime(2022, 12, 2, 9, tzinfo=UTC))
    await door.post("/v1/statements", FINANCE, {"month": "2022-12"}, at=datetime(2023, 1, 2, 9, tzinfo=UTC))

    statements = await door.rows("select month, lines, payable_pence from statement order by month")
    assert [row["lines"] for row in statements] == [2, 0, 2]
    assert statements[2]["payable_pence"] == 0


async def test_a_chain_of_merges_ends_at_the_last_survivor(door: FrontDoor) -> None:
    one, two, three = evidenced(), evidenced(), evidenced()
    await raised(door, one)
    await hear(door, merged(two.participant_id, one.participant_id))
    await hear(door, merged(three.participant_id, two.participant_id))

    [claim_id] = await raised(door, three)

    assert (await shown(door, claim_id))["state"] == "refused"


async def test_a_merge_and_a_claim_at_once_leave_one_live_claim(door: FrontDoor) -> None:
    first, second = evidenced(), evidenced()
    await raised(door, first)

    await asyncio.gather(
        door.hear(REACTIONS, records_of([second])),
        door.hear(REACTIONS, records_of([merged(first.participant_id, second.participant_id)])),
    )

    assert (await shown(door, await claim_for(door, first), PRIME))["state"] == "raised"
    assert (await shown(door, await claim_for(door, second), PRIME))["state"] == "refused"
