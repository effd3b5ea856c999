"""Past claims under a draft: history reproduces itself, and a change lists exactly the claims and pounds it changes."""

from copy import deepcopy
from dataclasses import replace as with_place
from datetime import date
from random import Random
from typing import Any

import pytest

from claims.events.heard import REACTIONS
from common.ids import new_id
from tests.claims.builders import KBOP
from tests.claims.parts import (
    AT,
    MANAGER,
    OPERATOR,
    OTHER_PRIME,
    OVERSIGHT,
    PART,
    PRIME,
    REFUSAL,
    VERIFIER,
    WHY,
    asking,
    claim_for,
    evidenced,
    hear,
    load,
    merged,
    raised,
    revised,
    step,
    submitted,
    verified,
)
from tests.parts.api import FrontDoor, records_of
from tests.parts.postgres import connect

REPLAY = "/v1/rate-cards/replay"
VERSION_2020 = next(card for card in KBOP.rate_cards if (card.card, card.version) == ("generic", "2020-07"))


def draft(card: str = "generic", **outcomes: dict[str, Any]) -> dict[str, Any]:
    """The open version of a card with some of its outcomes otherwise."""
    last = next(each for each in PART["rate_cards"] if (each["card"], each["version"]) == (card, "2020-07"))
    whole = deepcopy(last) | {"version": "2023-01", "in_force_from": "2023-01-01"}
    for rate in whole["rates"]:
        rate |= outcomes.get(rate["code"], {})
    return whole


async def replay(door: FrontDoor, card: dict[str, Any] | None = None, *, limit: int = 200, **days: str) -> Any:
    """Every page put together: the claims that change, and the sums over all."""
    cursor, items, tallies, replayed = None, list[Any](), list[Any](), 0
    while True:
        path = f"{REPLAY}?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
        answer = await door.client.post(
            path,
            json={"card": card, **days},
            headers={"Authorization": f"Bearer {OVERSIGHT}", "Simulated-Now": AT.isoformat()},
        )
        assert answer.status_code == 200, answer.text
        page = answer.json()
        items, tallies, replayed = items + page["items"], tallies + page["tallies"], replayed + page["replayed"]
        cursor = page["next"]
        if cursor is None:
            assert (replayed, page["unknown"]) == (page["claims"], 0)
            return {"items": items, "tallies": tallies}


def total(found: Any, name: str) -> int:
    return sum(tally[name] for tally in found["tallies"])


CODES = [rate.code for rate in VERSION_2020.rates]


async def lives(door: FrontDoor, random: Random) -> None:
    """Claims of a few people for whatever outcomes, taken through whatever may happen to them."""
    events = [
        evidenced(code, achieved_on=date(2022, 9, 1 + day)) for day, code in enumerate(random.sample(CODES, k=12))
    ]
    people = [event.participant_id for event in events[:4]]
    events = [event.model_copy(update={"participant_id": random.choice(people)}) for event in events]
    first, second = evidenced("WB_INITIAL"), evidenced("WB_2", participant_id=events[0].participant_id)
    first = first.model_copy(update={"participant_id": second.participant_id})
    twice = events[0].model_copy(update={"event_id": new_id(), "outcome_id": new_id()})
    for event in (first, second, *events, twice):
        if event not in (first, second) and random.random() < 0.3:
            event = event.model_copy(update={"evidence": (), "facts": {}})
        [claim_id] = await raised_of(door, event)
        if event in (first, second):
            continue
        happens = random.choice(["nothing", "verify", "verify", "verify", "query", "refuse", "revise", "withdraw"])
        await happen(door, claim_id, event, happens)
    await happen(door, await claim_for(door, first), first, "withdraw")  # what the second rested on is gone by now


async def raised_of(door: FrontDoor, event: Any) -> list[str]:
    """Raise one claim whatever its stream has brought before."""
    [row] = await door.rows(
        "select coalesce(max(last_sequence), 0) as last from inbox where subject = :subject and topic = 'cases'",
        subject=event.subject,
    )
    [record] = records_of([event])
    await door.hear(REACTIONS, [with_place(record, sequence=row["last"] + 1)])
    return [await claim_for(door, event)]


async def happen(door: FrontDoor, claim_id: str, event: Any, what: str) -> None:
    """Take steps as far as rules allow; what they refuse is part of the story."""

    async def post(verb: str, who: str, body: Any = None) -> None:
        answer = await door.post(f"/v1/claims/{claim_id}/{verb}", who, body, at=AT)
        assert answer.status_code < 500, answer.text

    if what == "withdraw":
        await post("withdrawal", PRIME, {"reason": "prime-withdrew"})
        return
    if what == "nothing":
        return
    await post("approval", PRIME, {})
    if what == "query":
        await post("query", VERIFIER, asking())
    if what == "refuse":
        await post("refusal", VERIFIER, REFUSAL)
        await post("reopening", OTHER_PRIME, WHY)
    if what == "revise":
        await raised_of(door, revised(event))
        await post("approval", PRIME, {})
    await post("verification", VERIFIER)


@pytest.mark.parametrize("seed", range(4))
async def test_replaying_history_changes_nothing(door: FrontDoor, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - a story, not a secret
    if seed % 2:
        await load(door, cap_pence=250_000)
    await lives(door, random)

    found = await replay(door, limit=random.choice([1, 3, 200]))

    assert found["items"] == []
    for kind in ("value", "payable"):
        assert total(found, f"{kind}_before_pence") == total(found, f"{kind}_after_pence")
    [contract] = await door.rows("select value_to_date_pence, payable_to_date_pence from contract")
    assert total(found, "payable_before_pence") == contract["payable_to_date_pence"]


def changed(found: Any, *names: str) -> dict[str, tuple[Any, ...]]:
    """What changed of each claim listed: value, payable, or whatever of its standing is named."""
    return {
        each["claim_id"]: tuple((each["before"][name], each["after"][name]) for name in names)
        for each in found["items"]
    }


async def test_a_price_change_lists_exactly_the_claims_and_pounds_it_changes(door: FrontDoor) -> None:
    [paid, _] = await verified(door, evidenced("ACC_PREV"), evidenced("ACC_3M"))
    [waiting] = await submitted(door, evidenced("ACC_PREV"))
    [stuck] = await raised(door, evidenced("ACC_PREV", evidence=()))
    [refused] = await submitted(door, evidenced("ACC_PREV"))
    await step(door, refused, "refusal", VERIFIER, REFUSAL)
    [pdap] = await verified(door, evidenced("ACC_PREV", card="pdap"))

    found = await replay(door, draft(ACC_PREV={"price_pence": 80_000}))

    assert changed(found, "value_pence", "payable_pence") == {
        paid: ((75_000, 80_000), (75_000, 80_000)),
        waiting: ((75_000, 80_000), (None, None)),
    }
    assert {stuck, refused, pdap}.isdisjoint(changed(found))
    assert total(found, "value_after_pence") - total(found, "value_before_pence") == 10_000
    assert total(found, "payable_after_pence") - total(found, "payable_before_pence") == 5_000
    by_provider = {tally["provider_id"]: tally["changed"] for tally in found["tallies"]}
    assert by_provider == {"fusion-housing": 2, "pdap": 0}


async def test_a_threshold_change_lists_exactly_the_claims_on_its_wrong_side(door: FrontDoor) -> None:
    good = evidenced("EMP_26W")
    enough, short = (good.facts | {"earned_pence": earned} for earned in (700_000, 699_999))
    [stands, falls] = await verified(door, evidenced("EMP_26W", facts=enough), evidenced("EMP_26W", facts=short))
    stricter = draft()
    rate = next(rate for rate in stricter["rates"] if rate["code"] == "EMP_26W")
    [rule] = [rule for rule in rate["rules"] if rule["kind"] == "earnings_reached_the_table"]
    rule["employed_pence"] = 700_000

    found = await replay(door, stricter)

    assert stands not in changed(found)
    assert changed(found, "value_pence", "payable_pence") == {falls: ((220_000, 0), (220_000, 0))}
    assert found["items"][0]["after"]["against"] == ["earnings_too_low"]


async def test_a_milder_draft_lets_a_claim_pass_that_did_not(door: FrontDoor) -> None:
    facts = evidenced("EMP_26W").facts | {"earned_pence": 679_999}
    [claim_id] = await raised(door, evidenced("EMP_26W", facts=facts))
    milder = draft()
    rate = next(rate for rate in milder["rates"] if rate["code"] == "EMP_26W")
    rate["rules"] = [rule for rule in rate["rules"] if rule["kind"] != "earnings_reached_the_table"]

    found = await replay(door, milder)

    assert changed(found, "value_pence") == {claim_id: ((0, 220_000),)}


@pytest.mark.parametrize("limit", [1, 200])
async def test_under_a_cap_what_one_claim_gains_the_last_one_loses(door: FrontDoor, limit: int) -> None:
    await load(door, cap_pence=200_000)
    [first, other, last] = await verified(
        door, evidenced("ACC_PREV"), evidenced("ACC_PREV", card="pdap"), evidenced("ACC_3M")
    )

    found = await replay(door, draft(ACC_PREV={"price_pence": 100_000}), limit=limit)

    assert changed(found, "payable_pence") == {first: ((75_000, 100_000),), last: ((50_000, 25_000),)}
    assert other not in changed(found)
    assert total(found, "payable_after_pence") == 200_000


async def test_only_the_days_asked_about_are_tried(door: FrontDoor) -> None:
    [early, late] = await verified(
        door, evidenced(achieved_on=date(2022, 8, 31)), evidenced(achieved_on=date(2022, 9, 1))
    )

    found = await replay(door, draft(ACC_PREV={"price_pence": 1}), achieved_from="2022-09-01")

    assert list(changed(found)) == [late]
    assert early not in changed(found)


async def test_what_was_merged_or_taken_back_reproduces_itself(door: FrontDoor) -> None:
    one, two = evidenced("ACC_PREV"), evidenced("ACC_PREV")
    await verified(door, one, two)
    await hear(door, merged(one.participant_id, two.participant_id))

    found = await replay(door)

    assert found["items"] == []
    assert (total(found, "claims"), total(found, "payable_before_pence")) == (2, 75_000)


async def test_a_claim_judged_before_its_basis_was_kept_is_counted_as_it_stands(door: FrontDoor) -> None:
    await verified(door, evidenced())
    admin = await connect(door.database.admin_dsn)
    await admin.execute("update assessment set basis = null")
    await admin.close()

    answer = await door.post(REPLAY, PRIME, {"card": draft(ACC_PREV={"price_pence": 1})}, at=AT)

    assert (answer.json()["unknown"], answer.json()["items"]) == (1, [])
    assert answer.json()["tallies"][0]["value_after_pence"] == 75_000


async def test_nothing_is_kept_and_only_the_partnership_may_ask(door: FrontDoor) -> None:
    await verified(door, evidenced())
    kept = "select (select count(*) from assessment), (select count(*) from outbox), (select count(*) from act)"
    before = await door.rows(kept)

    await replay(door, draft(ACC_PREV={"price_pence": 1}))

    assert await door.rows(kept) == before
    assert [(await door.post(REPLAY, who, {}, at=AT)).status_code for who in (MANAGER, OPERATOR)] == [403, 403]


@pytest.mark.parametrize("cursor", ["W10", "not-a-cursor"])
async def test_a_cursor_that_is_none_of_ours(door: FrontDoor, cursor: str) -> None:
    assert (await door.post(f"{REPLAY}?cursor={cursor}", PRIME, {}, at=AT)).status_code == 400
