"""A claim whose outcome was corrected after it was verified: the council decides, and only an adjustment pays back."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from claims.events.heard import REACTIONS
from common.contracts import Event
from common.contracts.cases import OutcomeEvidenced
from tests.claims.parts import (
    AT,
    FINANCE,
    MANAGER,
    PRIME,
    VERIFIER,
    claim_for,
    evidenced,
    hear,
    merged,
    raised,
    revised,
    shown,
    step,
    verified,
    withdrawn,
)
from tests.parts.api import FrontDoor, records_of, someone

NOVEMBER = datetime(2022, 11, 2, 9, tzinfo=UTC)
DECEMBER = datetime(2022, 12, 2, 9, tzinfo=UTC)
LET_STAND = {"decision": "let-stand", "code": "immaterial", "reason": "The date is another, the outcome is not."}
TAKE_BACK = {"decision": "take-back", "code": "not-achieved", "reason": "The tenancy was never taken up."}


async def afterwards(door: FrontDoor, event: Event) -> None:
    """A later event of a participant whose earlier ones were heard: on a stream of its own here."""
    [record] = records_of([event])
    await door.hear(REACTIONS, [replace(record, subject=f"{record.subject}-{record.event_id}")])


async def changed(door: FrontDoor, event: OutcomeEvidenced | None = None) -> str:
    """A verified claim of September's outcome whose provider has taken the outcome back."""
    event = event or evidenced()
    [claim_id] = await verified(door, event)
    await afterwards(door, withdrawn(event))
    return claim_id


async def waiting(door: FrontDoor) -> list[str]:
    return [each["id"] for each in (await door.get("/v1/claims", PRIME, basis_changed=True)).json()["items"]]


async def explained(door: FrontDoor, claim_id: str) -> list[dict[str, Any]]:
    return (await door.get(f"/v1/claims/{claim_id}/explain", FINANCE)).json()["steps"]


async def test_what_is_let_stand_keeps_its_payment_and_says_why(door: FrontDoor) -> None:
    claim_id = await changed(door)
    before = await door.rows("select * from valuation")
    assert await waiting(door) == [claim_id]

    await step(door, claim_id, "basis-decision", VERIFIER, LET_STAND)

    assert await waiting(door) == []
    assert await door.rows("select * from valuation") == before
    assert await door.rows("select 1 from adjustment") == []
    claim = await shown(door, claim_id)
    assert (claim["state"], claim["taken_back_on"]) == ("verified", None)
    [noticed, decided] = claim["history"][-2:]
    assert (noticed["verb"], decided["verb"], decided["by"]) == (
        "basis-changed",
        "let-stand",
        "council-verifier.kirklees-council",
    )
    last = (await explained(door, claim_id))[-1]
    assert (last["step"], last["says"]) == ("basis", f"It was let stand: {LET_STAND['reason']}")
    [told] = await door.announced("ClaimBasisDecided")
    assert (told["decision"], told["reason"], last["event_id"]) == ("let-stand", "immaterial", told["event_id"])


async def test_what_is_taken_back_is_an_adjustment_in_the_next_statement(door: FrontDoor) -> None:
    claim_id = await changed(door)
    await verified(door, evidenced("ACC_3M"))
    assert (await close(door, "2022-10", NOVEMBER))["lines"] == 2
    [kept] = await verified(door, evidenced("EMP_26W"), at=NOVEMBER)

    await step(door, claim_id, "basis-decision", VERIFIER, TAKE_BACK, at=NOVEMBER)
    await close(door, "2022-11", DECEMBER)

    lines = await door.rows(
        "select kind, claim_id from statement_line l join statement using (statement_id)"
        " where month = '2022-11-01' order by position"
    )
    assert [(row["kind"], str(row["claim_id"])) for row in lines] == [("claim", kept), ("adjustment", claim_id)]
    position = (await door.get("/v1/programme/position", FINANCE)).json()
    stated = await door.rows("select sum(payable_pence) as pence from statement")
    assert position["payable_to_date_pence"] == stated[0]["pence"]
    steps = await explained(door, claim_id)
    assert [each["step"] for each in steps][-4:] == ["basis", "statement", "adjustment", "statement"]
    assert all(each["event_id"] for each in steps)
    said = [each["detail"]["payable_pence"] for each in steps if each["step"] == "statement"]
    assert said[0] > 0 == sum(said)
    assert steps[-2]["says"] == f"It was taken back: {TAKE_BACK['reason']}"
    value = (await door.get(f"/v1/claims/{claim_id}/value", FINANCE)).json()
    assert (value["taken_back"], value["payable_pence"]) == (True, said[0])


async def close(door: FrontDoor, month: str, at: datetime) -> dict[str, Any]:
    answer = await door.post("/v1/statements", FINANCE, {"month": month}, at=at)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_once_taken_back_the_key_is_free_and_what_was_refused_for_it_is_taken_up_again(door: FrontDoor) -> None:
    event = evidenced()
    claim_id = await changed(door, event)
    early, late = (evidenced(participant_id=event.participant_id) for _ in range(2))
    await afterwards(door, early)
    assert (await shown(door, await claim_for(door, early)))["state"] == "refused"

    await step(door, claim_id, "basis-decision", VERIFIER, TAKE_BACK)
    await afterwards(door, late)

    assert (await shown(door, await claim_for(door, late)))["state"] == "refused"
    again = await shown(door, await claim_for(door, early))
    assert (again["state"], again["ready"]) == ("raised", True)
    await step(door, again["id"], "approval", PRIME, {})
    await step(door, again["id"], "verification", VERIFIER)


@pytest.mark.parametrize("decision", [LET_STAND, TAKE_BACK])
async def test_nothing_is_decided_where_nothing_changed_or_twice(door: FrontDoor, decision: dict[str, Any]) -> None:
    [quiet] = await verified(door, evidenced())
    claim_id = await changed(door)
    await step(door, claim_id, "basis-decision", VERIFIER, decision)

    for each in (quiet, claim_id):
        problem = await step(door, each, "basis-decision", VERIFIER, TAKE_BACK, status=409)
        assert problem["type"] == "/problems/nothing-to-decide"
        assert problem["refusals"][0]["code"] == "basis_unchanged"
    assert len(await door.rows("select 1 from adjustment")) == (decision is TAKE_BACK)


async def test_what_is_corrected_again_is_decided_again_and_taken_back_once(door: FrontDoor) -> None:
    event = evidenced()
    claim_id = await changed(door, event)
    await step(door, claim_id, "basis-decision", VERIFIER, TAKE_BACK)
    await afterwards(door, revised(event, facts={"ground": "unsafe"}))

    problem = await step(door, claim_id, "basis-decision", VERIFIER, TAKE_BACK, status=409)
    await step(door, claim_id, "basis-decision", VERIFIER, LET_STAND)

    assert [refusal["code"] for refusal in problem["refusals"]] == ["nothing_to_take_back"]
    assert len(await door.rows("select 1 from adjustment")) == 1


async def test_of_a_withdrawn_claim_there_is_nothing_to_take_back(door: FrontDoor) -> None:
    event = evidenced()
    [claim_id] = await raised(door, event)
    await step(door, claim_id, "withdrawal", PRIME, {"reason": "recorded-by-mistake"})
    await afterwards(door, revised(event))

    problem = await step(door, claim_id, "basis-decision", VERIFIER, TAKE_BACK, status=409)

    assert [refusal["reason"] for refusal in problem["refusals"]] == ["A claim that is withdrawn pays nothing."]
    await step(door, claim_id, "basis-decision", VERIFIER, LET_STAND)


@pytest.mark.parametrize("who", [PRIME, MANAGER, FINANCE])
async def test_the_council_decides_and_nobody_else(door: FrontDoor, who: str) -> None:
    claim_id = await changed(door)

    await step(door, claim_id, "basis-decision", who, LET_STAND, status=403)


async def test_whoever_recorded_it_does_not_decide(door: FrontDoor) -> None:
    recorder = someone("council-verifier", organisation="kirklees-council", kind="council", subject="recorder")
    claim_id = await changed(door, evidenced(recorded_by="recorder"))

    problem = await step(door, claim_id, "basis-decision", recorder, LET_STAND, status=403)

    assert problem["type"] == "/problems/same-hands"


async def test_a_claim_taken_back_as_a_double_is_not_taken_back_again(door: FrontDoor) -> None:
    first, second = evidenced(), evidenced()
    _, doubled = await verified(door, first, second)
    await hear(door, merged(first.participant_id, second.participant_id))
    await afterwards(door, withdrawn(second))

    assert (await shown(door, doubled))["taken_back_on"] == AT.date().isoformat()
    problem = await step(door, doubled, "basis-decision", VERIFIER, TAKE_BACK, status=409)

    assert [refusal["code"] for refusal in problem["refusals"]] == ["nothing_to_take_back"]


@pytest.mark.parametrize(
    ("put_right", "changed_parts"),
    [({"quantity": 2}, ["quantity"]), ({"slot": "second"}, ["slot"])],
)
async def test_a_slot_or_quantity_put_right_after_verification_is_for_the_council_to_decide(
    door: FrontDoor, put_right: dict[str, Any], changed_parts: list[str]
) -> None:
    event = evidenced()
    [claim_id] = await verified(door, event)

    await afterwards(door, revised(event, **put_right))

    [noticed] = await door.announced("ClaimBasisChanged")
    assert (noticed["heard_revision"], noticed["changed"]) == (2, changed_parts)
    assert await waiting(door) == [claim_id]


async def test_who_contributed_is_no_basis_of_a_claim(door: FrontDoor) -> None:
    event = evidenced()
    [claim_id] = await verified(door, event)

    await afterwards(door, revised(event, contributors=("horton",), cause="contributors"))

    assert await door.announced("ClaimBasisChanged") == []
    assert await waiting(door) == []
    assert (await shown(door, claim_id))["state"] == "verified"
