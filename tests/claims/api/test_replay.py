"""Past claims under a draft: history reproduces itself, and a change lists exactly the claims and pounds it changes."""

from copy import deepcopy
from dataclasses import replace as with_place
from datetime import date
from random import Random
from typing import Any

import pytest

from claims.events.heard import REACTIONS
from tests.claims.builders import KBOP
from tests.claims.parts import (
    AT,
    OTHER_PRIME,
    OVERSIGHT,
    PART,
    PRIME,
    REFUSAL,
    VERIFIER,
    asking,
    claim_for,
    evidenced,
    load,
    revised,
)
from tests.parts.api import FrontDoor, records_of

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
    for event in events:
        if random.random() < 0.3:
            event = event.model_copy(update={"evidence": (), "facts": {}})
        [claim_id] = await raised_of(door, event)
        happens = random.choice(["nothing", "verify", "verify", "verify", "query", "refuse", "revise", "withdraw"])
        await happen(door, claim_id, event, happens)


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
        await post("reopening", OTHER_PRIME)
    if what == "revise":
        await raised_of(door, revised(event))
        await post("approval", PRIME, {})
    await post("verification", VERIFIER)


@pytest.mark.parametrize("seed", range(6))
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
