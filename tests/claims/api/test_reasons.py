"""Whoever says why says it in a code of the programme's catalogue (F-7)."""

from typing import Any

import pytest

from tests.claims.api.test_basis_decided import TAKE_BACK, close
from tests.claims.api.test_put_right import NOVEMBER
from tests.claims.parts import (
    AT,
    CASEWORKER,
    FINANCE,
    OPERATOR,
    OTHER_VERIFIER,
    OVERSIGHT,
    PART,
    PRIME,
    REFUSAL,
    VERIFIER,
    WHY,
    asking,
    evidenced,
    raised,
    shown,
    step,
    submitted,
    verified,
)
from tests.parts.api import FrontDoor, someone

BANANA: dict[str, tuple[str, str, Any]] = {
    "return": ("raised", PRIME, asking("banana")),
    "withdrawal": ("raised", PRIME, {"reason": "banana"}),
    "query": ("submitted", VERIFIER, asking("banana")),
    "refusal": ("submitted", VERIFIER, {"refusals": [REFUSAL["refusals"][0] | {"code": "banana"}]}),
    "reopening": ("submitted", PRIME, WHY | {"code": "banana"}),
    "undoing": ("verified", OTHER_VERIFIER, WHY | {"code": "banana"}),
    "challenge": ("verified", OVERSIGHT, WHY | {"code": "banana"}),
    "basis-decision": ("challenged", VERIFIER, TAKE_BACK | {"code": "banana"}),
    "reinstatement": ("taken back", OTHER_VERIFIER, WHY | {"code": "banana"}),
}


async def a_claim(door: FrontDoor, state: str) -> str:
    making = {"raised": raised, "submitted": submitted}.get(state, verified)
    [claim_id] = await making(door, evidenced())
    if state in ("challenged", "taken back"):
        await step(door, claim_id, "challenge", OVERSIGHT, WHY)
    if state == "taken back":
        await step(door, claim_id, "basis-decision", VERIFIER, TAKE_BACK)
    return claim_id


@pytest.mark.row("S-78")
@pytest.mark.parametrize("verb", BANANA)
async def test_a_code_that_means_nothing_is_answered_with_those_that_do(door: FrontDoor, verb: str) -> None:
    state, who, body = BANANA[verb]
    claim_id = await a_claim(door, state)
    before = await shown(door, claim_id)

    problem = await step(door, claim_id, verb, who, body, status=422)

    assert problem["type"] == "/problems/reason-unknown"
    listed = (await door.get("/v1/reasons", CASEWORKER, at=AT, act=verb)).json()["items"]
    assert problem["refusals"][0]["remedy"] == f"Choose one of: {', '.join(each['code'] for each in listed)}."
    assert await shown(door, claim_id) == before


async def test_a_rule_that_stands_against_it_is_a_reason_in_its_own_code(door: FrontDoor) -> None:
    [claim_id] = await raised(door, evidenced("WB_2"))
    checks = (await shown(door, claim_id))["assessment"]["checks"]
    first, *_ = [check["code"] for check in checks if check["verdict"] != "pass"]
    assert first not in [each["code"] for each in PART["reasons"]]

    await step(door, claim_id, "return", PRIME, asking(first))


async def test_the_catalogue_is_told_in_words_with_what_mends(door: FrontDoor) -> None:
    items = (await door.get("/v1/reasons", CASEWORKER, at=AT)).json()["items"]

    unreadable = next(each for each in items if each["code"] == "unreadable")
    assert unreadable["title"] == "The document cannot be read"
    assert unreadable["mend"] == "Send a copy in which every line can be read."


async def test_a_reason_may_be_given_within_its_days_and_stays_readable(door: FrontDoor) -> None:
    ended = [each | {"until_on": "2022-10-02"} if each["code"] == "unsigned" else each for each in PART["reasons"]]
    await door.put("/v1/programmes/kbop", OPERATOR, PART | {"reasons": ended}, at=AT)
    [claim_id] = await raised(door, evidenced())

    problem = await step(door, claim_id, "return", PRIME, asking("unsigned"), status=422)

    assert problem["refusals"][0]["code"] == "reason_unknown"
    items = (await door.get("/v1/reasons", CASEWORKER, at=AT)).json()["items"]
    assert [each["may_be_given"] for each in items if each["code"] == "unsigned"] == [False]


async def test_a_programme_loaded_before_there_was_a_catalogue_takes_any_code(door: FrontDoor) -> None:
    await door.put("/v1/programmes/kbop", OPERATOR, PART | {"reasons": []}, at=AT)
    [claim_id] = await raised(door, evidenced())

    await step(door, claim_id, "return", PRIME, asking("banana"))


SYSTEM = someone("provider-system", organisation="fusion-housing", kind="provider")
FOREIGN = someone("provider-system", organisation="horton", kind="provider")


@pytest.mark.row("S-85")
async def test_a_providers_own_system_is_told_month_and_statement_and_no_money(door: FrontDoor) -> None:
    stated, _ = await verified(door, evidenced("EMP_26W"), evidenced()), await submitted(door, evidenced())
    await close(door, "2022-10", NOVEMBER)
    path = f"/v1/claims/{stated[0]}/explain"

    told = await door.get(f"{path}/without-amounts", SYSTEM, at=NOVEMBER)
    listed = await door.get("/v1/claims", SYSTEM, at=NOVEMBER, statement="2022-10")

    assert told.json()["steps"][-1]["says"] == "It is line 1 of the statement of 2022-10, as claim."
    for money in ("price_pence", "payable_pence", "shares", "£"):
        assert money not in told.text
    assert {each["id"] for each in listed.json()["items"]} == set(stated)
    assert (await door.get("/v1/claims", FINANCE, at=NOVEMBER, statement="2022-09")).json()["items"] == []
    assert (await door.get(path, SYSTEM, at=NOVEMBER)).status_code == 403
    assert (await door.get(f"{path}/without-amounts", FOREIGN, at=NOVEMBER)).status_code == 404
