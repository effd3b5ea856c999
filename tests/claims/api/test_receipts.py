"""What a pre-check let pass on unchanged facts turns nothing down; and what it does not promise, it says."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from claims.domain.claim import MOVES, Verb
from claims.events.heard import REACTIONS
from claims.operations.advice.receipts import Receipts
from common.contracts.cases import OutcomeEvidenced
from common.settings import ServiceSettings
from tests.claims.parts import (
    AT,
    CASEWORKER,
    PRIME,
    REFUSAL,
    VERIFIER,
    as_said,
    asking,
    evidenced,
    raised,
    revised,
    shown,
    step,
    submitted,
)
from tests.parts.api import FrontDoor, records_of


async def checked(door: FrontDoor, event: OutcomeEvidenced, **but: Any) -> dict[str, Any]:
    answer = await door.post("/v1/claims/pre-check", CASEWORKER, as_said(event, **but), at=AT)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def with_receipt(door: FrontDoor, event: OutcomeEvidenced, **but: Any) -> OutcomeEvidenced:
    return event.model_copy(update={"receipt": (await checked(door, event, **but))["receipt"]})


def on(code: str) -> dict[str, Any]:
    return {"refusals": [{"code": code, "reason": "It is not there.", "remedy": "Attach it."}]}


def withdrawn_for(code: str) -> dict[str, Any]:
    return {"reason": code}


WAYS: Mapping[Verb, tuple[str, str, Callable[[str], dict[str, Any]]]] = {
    "refuse": ("refusal", VERIFIER, on),
    "query": ("query", VERIFIER, asking),
    "return": ("return", PRIME, asking),
    "withdraw": ("withdrawal", PRIME, withdrawn_for),
}
"""How people turn a claim down, and how each says why."""


def test_these_are_all_the_ways_on_which_people_turn_a_claim_down() -> None:
    down = {move.verb for move in MOVES if move.after in ("returned", "queried", "refused", "withdrawn") and move.roles}

    assert down == set(WAYS)


@pytest.mark.parametrize("verb", WAYS)
@pytest.mark.parametrize("code", ["evidence_missing"])
async def test_what_passed_beforehand_turns_nothing_down_on_unchanged_facts(
    door: FrontDoor, verb: Verb, code: str
) -> None:
    path, who, saying = WAYS[verb]
    [claim_id] = await raised(door, await with_receipt(door, evidenced()))
    await step(door, claim_id, "approval", PRIME, {"submit": verb in ("refuse", "query")})

    problem = await step(door, claim_id, path, who, saying(code), status=409)

    assert problem["type"] == "/problems/receipt-stands"
    assert problem["receipt"] == {"issued_on": "2022-10-03", "rules": "generic 2020-07"}
    assert [refusal["code"] for refusal in problem["refusals"]] == [code]
    await step(door, claim_id, path, who, saying("insufficient"))


async def under_a_receipt_of_another_time(door: FrontDoor, *promised: str) -> str:
    """A claim that a rule stands against now, with a receipt from when that rule let these very facts pass."""
    event = evidenced("EMP_6_5W", facts={**evidenced("EMP_6_5W").facts, "earned_pence": 100})
    event = await with_receipt(door, event)
    receipts = Receipts.of(door.app.state.settings)
    honest = receipts.read(event.receipt or "", "kbop")
    assert honest is not None
    kept = receipts.sign(replace(honest, passed=honest.passed | set(promised)), "kbop")
    [claim_id] = await raised(door, event.model_copy(update={"receipt": kept}))
    return claim_id


async def test_a_rule_changed_in_between_stands_against_nothing_that_a_receipt_says_passed(door: FrontDoor) -> None:
    claim_id = await under_a_receipt_of_another_time(door, "earnings_reached_the_table")

    await step(door, claim_id, "approval", PRIME, {})
    await step(door, claim_id, "verification", VERIFIER)

    said = {check["rule"]: check for check in (await shown(door, claim_id))["assessment"]["checks"]}
    assert said["earnings_reached_the_table"]["verdict"] == "pass"
    assert said["earnings_reached_the_table"]["sentence"].endswith(", as a pre-check had promised.")


async def test_without_the_promise_it_stands_at_approval(door: FrontDoor) -> None:
    claim_id = await under_a_receipt_of_another_time(door)

    problem = await step(door, claim_id, "approval", PRIME, {}, status=422)

    assert [refusal["code"] for refusal in problem["refusals"]] == ["earnings_too_low"]


@pytest.mark.parametrize("code", ["already_claimed", "unreadable"])
async def test_what_may_change_or_is_a_judgement_of_an_item_is_not_promised(door: FrontDoor, code: str) -> None:
    [claim_id] = await submitted(door, await with_receipt(door, evidenced()))

    await step(door, claim_id, "refusal", VERIFIER, on(code))


async def test_a_receipt_for_other_facts_holds_nobody_to_anything(door: FrontDoor) -> None:
    event = await with_receipt(door, evidenced(), facts={"ground": "prison"})
    [claim_id] = await submitted(door, event)

    await step(door, claim_id, "refusal", VERIFIER, on("evidence_missing"))


async def test_a_correction_without_a_new_receipt_is_not_covered(door: FrontDoor) -> None:
    event = await with_receipt(door, evidenced())
    [claim_id] = await submitted(door, event)
    again = revised(event, receipt=None)

    await door.hear(REACTIONS, records_of([event, again]))
    await step(door, claim_id, "approval", PRIME, {})

    await step(door, claim_id, "refusal", VERIFIER, on("evidence_missing"))


@pytest.mark.parametrize(("days", "status"), [(30, 409), (31, 200)])
async def test_a_receipt_holds_for_thirty_days(door: FrontDoor, days: int, status: int) -> None:
    event = await with_receipt(door, evidenced())
    late = event.model_copy(update={"occurred_at": AT + timedelta(days=days)})
    [claim_id] = await raised(door, late)
    at = AT + timedelta(days=60)
    await step(door, claim_id, "approval", PRIME, {}, at=at)

    await step(door, claim_id, "refusal", VERIFIER, on("evidence_missing"), at=at, status=status)


async def test_a_receipt_of_another_s_making_is_none(door: FrontDoor) -> None:
    event = await with_receipt(door, evidenced())
    assert event.receipt is not None
    ours = Receipts.of(door.app.state.settings).read(event.receipt, "kbop")
    assert ours is not None
    forged = Receipts("another key, but as long as it should be").sign(ours, "kbop")
    [claim_id] = await submitted(door, event.model_copy(update={"receipt": forged}))

    assert Receipts.of(door.app.state.settings).read(event.receipt, "elsewhere") is None
    await step(door, claim_id, "refusal", VERIFIER, REFUSAL | on("evidence_missing"))


async def test_a_pre_check_names_what_it_does_not_promise(door: FrontDoor) -> None:
    said = await checked(door, evidenced())

    assert said["may_change"] == ["limit_is_not_reached", "outcome_is_claimed_once", "cap"]
    assert said["receipt_valid_until"] == "2022-11-02"
    assert await door.rows("select 1 from claim") == []


async def test_what_failed_beforehand_may_be_refused(door: FrontDoor) -> None:
    event = await with_receipt(door, evidenced(), evidence=[])
    [claim_id] = await submitted(door, event)

    await step(door, claim_id, "refusal", VERIFIER, on("evidence_missing"))


@pytest.mark.parametrize("key", ["", "short"])
def test_claims_does_not_start_in_production_without_a_key_of_its_own(key: str) -> None:
    told: dict[str, Any] = {"environment": "production", "database_url": "postgresql://x", "receipt_key": key}
    settings = ServiceSettings(**told, issuer_url="https://issuer", jwks_url="https://issuer/jwks")

    with pytest.raises(ValueError, match="RECEIPT_KEY"):
        Receipts.of(settings)
