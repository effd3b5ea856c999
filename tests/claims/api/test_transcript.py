"""One claim told from before it is recorded to its explanation. `pytest -s` on this file prints the transcript."""

import sys
from typing import Any

import pytest

from common.contracts.cases import EvidenceItem, OutcomeEvidenced
from common.ids import new_id
from tests.claims.parts import (
    AT,
    CASEWORKER,
    FINANCE,
    MANAGER,
    PRIME,
    VERIFIER,
    as_said,
    asking,
    evidenced,
    hear,
    raised,
    revised,
    shown,
    step,
)
from tests.parts.api import FrontDoor

NOT_THERE = {"refusals": [{"code": "evidence_missing", "reason": "It is not there.", "remedy": "Attach the payslip."}]}


def tell(who: str, *lines: str) -> None:
    sys.stdout.write("".join(f"{who if place == 0 else '':<12}{line}\n" for place, line in enumerate(lines)))


async def pre_checked(door: FrontDoor, event: OutcomeEvidenced, **but: Any) -> dict[str, Any]:
    answer = await door.post("/v1/claims/pre-check", CASEWORKER, as_said(event, **but), at=AT)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    against = [check for check in said["checks"] if check["verdict"] != "pass"]
    tell(
        "provider",
        f"asks beforehand: {event.outcome}, {event.facts.get('earned_pence', '?')} pence earned,"
        f" {', '.join(item.kind for item in event.evidence)}.",
        f"{len(said['checks'])} rules of {said['rate_card']} {said['rate_card_version']}: ready {said['ready']}.",
        *(f"{each['verdict']}: {each['sentence']} {each['remedy']}" for each in against),
    )
    return said


def payslip() -> EvidenceItem:
    return EvidenceItem(item_id=new_id(), kind="payslip", sha256="0" * 64)


@pytest.mark.row("S-78")
async def test_pre_check_record_query_correction_verification_explanation(door: FrontDoor) -> None:
    tell("", "")
    contract = EvidenceItem(item_id=new_id(), kind="employment-contract", sha256="1" * 64)
    first = payslip()
    whole = evidenced("EMP_6_5W", evidence=(contract, first))
    event = await asked_until_it_stands(door, whole)

    [claim_id] = await raised(door, event)
    claim = await shown(door, claim_id)
    assert (claim["state"], claim["ready"]) == ("raised", True)
    tell("provider", f"records it with the receipt: {claim['number']} is raised, ready {claim['ready']}.")

    taken = await step(door, claim_id, "approval", PRIME, {})
    assert taken["state"] == "submitted"
    tell("prime", "approves and submits it.")

    await a_broken_promise_is_refused(door, claim_id)
    event = await queried_and_corrected(door, claim_id, event, first)
    await verified_and_explained(door, claim_id, event)


async def asked_until_it_stands(door: FrontDoor, whole: OutcomeEvidenced) -> OutcomeEvidenced:
    """The remedies of the first answer, followed, make the second pass; its receipt goes with the outcome."""
    said = await pre_checked(door, whole.model_copy(update={"facts": whole.facts | {"earned_pence": 100}}))
    against = [check for check in said["checks"] if check["verdict"] != "pass"]
    assert [check["code"] for check in against] == ["earnings_too_low"]
    assert all(check["remedy"] for check in against)

    said = await pre_checked(door, whole)
    assert said["ready"]
    assert await door.rows("select 1 from claim") == []
    tell("claims", f"signs a receipt, valid until {said['receipt_valid_until']}.", f"May change: {said['may_change']}.")
    return whole.model_copy(update={"receipt": said["receipt"]})


async def a_broken_promise_is_refused(door: FrontDoor, claim_id: str) -> None:
    problem = await step(door, claim_id, "refusal", VERIFIER, NOT_THERE, status=409)
    assert problem["type"] == "/problems/receipt-stands"
    tell("council", "would refuse it: evidence_missing.")
    tell("claims", f"409: {problem['detail']}")


async def queried_and_corrected(
    door: FrontDoor, claim_id: str, event: OutcomeEvidenced, unreadable: EvidenceItem
) -> OutcomeEvidenced:
    """One item is asked about and replaced; the other has passed and stays so, and nobody asks about it again."""
    taken = await step(door, claim_id, "query", VERIFIER, asking("unreadable", unreadable.item_id))
    assert taken["state"] == "queried"
    [request] = (await shown(door, claim_id))["requests"]
    assert (request["item_id"], request["who_acts"]) == (str(unreadable.item_id), "provider")
    tell("council", f"queries the payslip: {request['code']}. {request['remedy']} {request['who_acts']} acts.")

    kept = next(item for item in event.evidence if item != unreadable)
    corrected = revised(event, evidence=(kept, payslip()))
    said = await pre_checked(door, corrected, outcome_id=str(event.outcome_id))
    assert said["ready"]
    corrected = corrected.model_copy(update={"receipt": said["receipt"]})
    await hear(door, event, corrected)
    claim = await shown(door, claim_id)
    assert (claim["state"], claim["revision"]) == ("raised", 2)
    [request] = claim["requests"]
    assert request["answered_by_revision"] == 2
    passed = {item["id"]: item["passed"] for item in claim["items"]}
    assert passed[str(kept.item_id)] == ["council"]
    assert passed[str(corrected.evidence[1].item_id)] == []
    tell(
        "provider",
        f"corrects it: revision {claim['revision']} of {claim['number']} answers the request.",
        *(f"{item['kind']}: passed {item['passed'] or 'by nobody yet'}" for item in claim["items"]),
    )
    again = asking("unreadable", kept.item_id)
    await step(door, claim_id, "approval", PRIME, {})
    await step(door, claim_id, "query", VERIFIER, again, status=422)
    tell("prime", "approves and submits it again.")
    tell("claims", "422 to a query about the contract: it has passed.")
    return corrected


async def verified_and_explained(door: FrontDoor, claim_id: str, event: OutcomeEvidenced) -> None:
    taken = await step(door, claim_id, "verification", VERIFIER)
    assert taken["state"] == "verified"
    tell("council", f"verifies {taken['number']}.")
    closed = await door.post("/v1/statements", FINANCE, {"month": "2022-10"}, at=AT.replace(month=11))
    assert closed.status_code == 201, closed.text
    tell("prime", f"closes {closed.json()['month']}: {closed.json()['lines']} line.")

    answer = await door.get(f"/v1/claims/{claim_id}/explain", MANAGER)
    steps = answer.json()["steps"]
    assert [each["step"] for each in steps] == [
        "outcome",
        "rules",
        "rate-card",
        "calendar",
        "cap",
        "shares",
        "statement",
    ]
    assert all(each["event_id"] for each in steps)
    assert steps[0]["event_id"] == str(event.event_id)
    value = (await door.get(f"/v1/claims/{claim_id}/value", MANAGER)).json()
    assert steps[-1]["detail"]["payable_pence"] == value["payable_pence"] > 0
    assert sum(share["pence"] for share in steps[-1]["detail"]["shares"]) == value["payable_pence"]
    tell("explain", *(f"{each['step']:<10}{each['says']} [{each['event_id'][-12:]}]" for each in steps))
