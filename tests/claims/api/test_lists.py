"""Worklists of claims: who waits longest, what is due, what a month holds; and nothing that the asker may not know."""

from datetime import date, timedelta
from typing import Any

import pytest

from common.ids import new_id
from tests.claims.parts import (
    AT,
    FINANCE,
    FOREIGN_MANAGER,
    MANAGER,
    PRIME,
    VERIFIER,
    asking,
    evidenced,
    hear,
    raised,
    revised,
    shown,
    step,
    submitted,
    verified,
)
from tests.parts.api import FrontDoor

DAY = timedelta(days=1)


async def listed(door: FrontDoor, who: str = PRIME, **asked: Any) -> list[str]:
    answer = await door.get("/v1/claims", who, **asked)
    assert answer.status_code == 200, answer.text
    return [claim["id"] for claim in answer.json()["items"]]


async def test_who_waits_longest_stands_at_the_head_and_what_has_ended_waits_no_more(door: FrontDoor) -> None:
    first, second, done = evidenced(), evidenced("ACC_3M"), evidenced("ACC_6M")
    await verified(door, done)
    [younger] = await raised(door, second)
    [older] = await raised(door, first)
    await step(door, older, "approval", PRIME, {}, at=AT + DAY)
    await step(door, younger, "approval", PRIME, {}, at=AT + 2 * DAY)

    assert await listed(door, VERIFIER, state="submitted", order="waiting") == [older, younger]
    assert await listed(door, VERIFIER, order="-waiting") == [younger, older]
    assert await listed(door, VERIFIER, waiting_since="2022-10-04") == [older]
    assert (await shown(door, older))["waiting_since"] == "2022-10-04"


async def test_a_claim_waits_anew_in_each_state_and_as_long_as_it_stays_in_it(door: FrontDoor) -> None:
    event = evidenced()
    [claim_id] = await raised(door, event)
    await hear(door, event, again := revised(event))
    assert (await shown(door, claim_id))["waiting_since"] == "2022-10-03"

    await step(door, claim_id, "return", PRIME, asking(), at=AT + DAY)
    assert (await shown(door, claim_id))["waiting_since"] == "2022-10-04"
    await hear(door, event, again, revised(again))
    assert (await shown(door, claim_id))["state"] == "raised"
    await step(door, claim_id, "withdrawal", PRIME, {"reason": "recorded-by-mistake"})
    assert (await shown(door, claim_id))["waiting_since"] is None


async def test_what_is_asked_by_a_day_is_due_until_it_is_answered(door: FrontDoor) -> None:
    soon, later, never = evidenced(), evidenced("ACC_3M"), evidenced("ACC_6M")
    ids = await submitted(door, later, soon, never)
    for claim_id, due_on in zip(ids, (date(2022, 10, 20), date(2022, 10, 10), None), strict=True):
        await step(door, claim_id, "query", VERIFIER, asking(due_on=due_on))

    assert await listed(door, MANAGER, order="due") == [ids[1], ids[0]]
    assert await listed(door, MANAGER, due_by="2022-10-12") == [ids[1]]
    await hear(door, soon, revised(soon))
    assert await listed(door, MANAGER, order="due") == [ids[0]]


async def test_claims_are_found_by_number_case_outcome_month_and_statement(door: FrontDoor) -> None:
    event = evidenced(achieved_on=date(2022, 8, 31))
    [wanted] = await verified(door, event)
    await verified(door, evidenced("ACC_3M", achieved_on=date(2022, 9, 1)), at=AT + 30 * DAY)
    answer = await door.post("/v1/statements", FINANCE, {"month": "2022-10"}, at=AT + 31 * DAY)
    assert answer.status_code == 201, answer.text
    number = (await shown(door, wanted))["number"]

    for asked in (
        {"number": number},
        {"case_id": str(event.case_id)},
        {"outcome_id": str(event.outcome_id)},
        {"month": "2022-08"},
        {"month": "2022-08", "state": "verified", "provider": "fusion-housing"},
        {"statement": "2022-10"},
    ):
        assert await listed(door, **asked) == [wanted], asked
        assert await listed(door, FOREIGN_MANAGER, **asked) == [], asked


async def test_a_queue_says_how_long_it_is_and_counts_no_further_than_anybody_reads(
    door: FrontDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await raised(door, *(evidenced(participant_id=new_id()) for _ in range(3)), evidenced(provider_id="horton"))

    page = (await door.get("/v1/claims", MANAGER, order="waiting", limit=2, count="true")).json()
    assert (len(page["items"]), page["count"]) == (2, 3)
    following = (await door.get("/v1/claims", MANAGER, order="waiting", limit=2, cursor=page["next"])).json()
    assert (len(following["items"]), following["count"], following["next"]) == (1, None, None)
    monkeypatch.setattr("common.lists.MOST_COUNTED", 2)
    assert (await door.get("/v1/claims", MANAGER, count="true")).json()["count"] == 2


async def test_a_stretch_of_days_goes_with_its_own_order_and_a_cursor_with_its_own(door: FrontDoor) -> None:
    await raised(door, *(evidenced(participant_id=new_id()) for _ in range(2)))

    wrong = await door.get("/v1/claims", PRIME, month="2022-10", order="waiting")
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/filter-of-another-order")
    assert wrong.json()["errors"] == [{"field": "query.month", "problem": "it goes with `order=achieved`"}]
    nobodys = await door.get("/v1/claims", PRIME, order="amount")
    assert nobodys.status_code == 422
    cursor = (await door.get("/v1/claims", PRIME, order="waiting", limit=1)).json()["next"]
    other = await door.get("/v1/claims", PRIME, order="-waiting", limit=1, cursor=cursor)
    assert (other.status_code, other.json()["type"]) == (400, "/problems/cursor-of-another-list")


async def test_statements_are_found_by_month_and_their_lines_by_claim_provider_and_kind(door: FrontDoor) -> None:
    first, second = evidenced(), evidenced("ACC_3M", provider_id="horton")
    for event in (first, second):
        await verified(door, event)
    for month, day in (("2022-10", 2), ("2022-11", 32)):
        answer = await door.post("/v1/statements", FINANCE, {"month": month}, at=AT + day * 30 * DAY)
        assert answer.status_code == 201, answer.text

    async def items(path: str, **asked: Any) -> list[dict[str, Any]]:
        answer = await door.get(path, FINANCE, **asked)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    months: dict[tuple[str, str], list[str]] = {
        ("order", "month"): ["2022-10", "2022-11"],
        ("order", "-month"): ["2022-11", "2022-10"],
        ("month", "2022-11"): ["2022-11"],
        ("from_month", "2022-11"): ["2022-11"],
        ("to_month", "2022-10"): ["2022-10"],
    }
    for (name, value), months_listed in months.items():
        assert [one["month"] for one in await items("/v1/statements", **{name: value})] == months_listed, name

    [october] = await items("/v1/statements", month="2022-10")
    path = f"/v1/statements/{october['id']}/lines"
    one, other = await items(path)
    assert await items(path, provider="horton") == await items(path, outcome="ACC_3M") == [other]
    assert await items(path, claim_id=one["claim_id"]) == await items(path, number=one["claim_number"]) == [one]
    assert await items(path, order="-position", kind="claim") == [other, one]
    assert await items(path, kind="adjustment") == []
