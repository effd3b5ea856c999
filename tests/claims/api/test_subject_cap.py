"""What may be payable for one person: exact, theirs alone, given back with what is taken back, and explained."""

from typing import Any

import pytest

from common.contracts.cases import OutcomeEvidenced
from common.ids import new_id
from tests.claims.api.test_basis_decided import TAKE_BACK, afterwards
from tests.claims.api.test_replay import replay, total
from tests.claims.parts import (
    FINANCE,
    PRIME,
    VERIFIER,
    claim_for,
    evidenced,
    hear,
    load,
    merged,
    step,
    submitted,
    withdrawn,
)
from tests.parts.api import FrontDoor

PRICES = {"ACC_PREV": 75_000, "ACC_3M": 60_000, "EMP_26W": 220_000}


async def worth(door: FrontDoor, claim_id: str) -> dict[str, Any]:
    return (await door.get(f"/v1/claims/{claim_id}/value", FINANCE)).json()


async def paid(door: FrontDoor, *events: OutcomeEvidenced) -> list[int]:
    """What is payable of each, verified in this order."""
    found: list[int] = []
    for claim_id in await submitted(door, *events):
        await step(door, claim_id, "verification", VERIFIER)
        found.append((await worth(door, claim_id))["payable_pence"])
    return found


@pytest.mark.row("S-88")
async def test_what_a_persons_cap_leaves_is_payable_and_no_more(door: FrontDoor) -> None:
    await load(door, cap_per_subject_pence=100_000)
    somebody, another = new_id(), new_id()
    events = [evidenced(code, participant_id=somebody) for code in PRICES]
    others = evidenced("ACC_PREV", participant_id=another)

    assert await paid(door, *events, others) == [75_000, 25_000, 0, 75_000]
    values = [await worth(door, await claim_for(door, event)) for event in events]
    assert [value["price_pence"] for value in values] == list(PRICES.values())
    answer = await door.get(f"/v1/claims/{values[1]['id']}/explain", FINANCE)
    [said] = [each for each in answer.json()["steps"] if each["step"] == "subject"]
    assert said["says"] == "At most £1,000.00 is payable for one person; £750.00 was before it."
    assert said["detail"] == {"cap_pence": 100_000, "payable_before_pence": 75_000}
    history = await replay(door)
    assert (history["items"], total(history, "payable_before_pence")) == ([], 175_000)


async def test_what_is_taken_back_is_there_again_for_the_same_person(door: FrontDoor) -> None:
    await load(door, cap_per_subject_pence=75_000)
    first, then = (evidenced(code, participant_id=one) for one in [new_id()] for code in ("ACC_PREV", "ACC_3M"))
    assert await paid(door, first) == [75_000]
    await afterwards(door, withdrawn(first))
    await step(door, await claim_for(door, first), "basis-decision", VERIFIER, TAKE_BACK)

    await afterwards(door, then)
    claim_id = await claim_for(door, then)
    await step(door, claim_id, "approval", PRIME, {})
    await step(door, claim_id, "verification", VERIFIER)

    assert (await worth(door, claim_id))["payable_pence"] == 60_000


async def test_two_records_of_one_person_have_one_cap(door: FrontDoor) -> None:
    await load(door, cap_per_subject_pence=100_000)
    first, second = evidenced("ACC_PREV"), evidenced("ACC_3M")
    assert await paid(door, first) == [75_000]
    await hear(door, merged(first.participant_id, second.participant_id))

    assert await paid(door, second) == [25_000]


async def test_without_such_a_cap_nothing_is_said_of_it(door: FrontDoor) -> None:
    event = evidenced()
    assert await paid(door, event) == [75_000]

    answer = await door.get(f"/v1/claims/{await claim_for(door, event)}/explain", FINANCE)

    assert "subject" not in {each["step"] for each in answer.json()["steps"]}
