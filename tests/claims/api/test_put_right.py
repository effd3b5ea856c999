"""A decision made by mistake is put right in one step, by addition; where money moved, by another person."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest

from claims.events.heard import REACTIONS
from tests.claims.api.test_basis_decided import LET_STAND, TAKE_BACK, close
from tests.claims.parts import (
    AT,
    FINANCE,
    OTHER_VERIFIER,
    OVERSIGHT,
    PRIME,
    REFUSAL,
    VERIFIER,
    WHY,
    asking,
    claim_for,
    evidenced,
    hear,
    load,
    raised,
    revised,
    shown,
    step,
    submitted,
    verified,
    withdrawn,
)
from tests.parts.api import FrontDoor, records_of, someone

NOVEMBER = datetime(2022, 11, 7, 9, tzinfo=UTC)


async def position(door: FrontDoor) -> tuple[int, int]:
    answer = (await door.get("/v1/programme/position", FINANCE)).json()
    return answer["value_to_date_pence"], answer["payable_to_date_pence"]


async def value(door: FrontDoor, claim_id: str) -> dict[str, Any]:
    return (await door.get(f"/v1/claims/{claim_id}/value", FINANCE)).json()


@pytest.mark.row("S-76")
@pytest.mark.row("S-87")
async def test_a_verification_is_undone_in_an_open_month_and_pays_nothing(door: FrontDoor) -> None:
    [claim_id] = await verified(door, evidenced())

    answer = await step(door, claim_id, "undoing", OTHER_VERIFIER, WHY)

    assert (answer["state"], await position(door)) == ("submitted", (0, 0))
    assert (await door.get(f"/v1/claims/{claim_id}/value", FINANCE)).status_code == 404
    [verification] = await door.announced("ClaimVerified")
    [undone] = await door.announced("VerificationUndone")
    assert undone["verified_as"] == verification["event_id"]
    assert (undone["reason"], undone["payable_pence"]) == ("mistake", verification["payable_pence"])
    public = await door.rows("select type from outbox where topic = 'public.claims' order by position")
    assert [row["type"] for row in public][-2:] == ["ClaimVerified", "VerificationUndone"]
    assert (await close(door, "2022-10", NOVEMBER))["lines"] == 0


async def test_what_was_undone_stays_readable_with_who_and_why(door: FrontDoor) -> None:
    [claim_id] = await verified(door, evidenced())
    await step(door, claim_id, "undoing", OTHER_VERIFIER, WHY)

    act = (await shown(door, claim_id))["history"][-1]
    [kept] = await door.rows("select * from valuation")

    assert (act["verb"], act["by"], act["detail"]["why"]) == (
        "undo",
        "council-verifier-2.kirklees-council",
        WHY["reason"],
    )
    assert (kept["ending"], kept["ended_by"], kept["payable_pence"] > 0) == ("undone", act["by"], True)


async def test_whoever_verified_does_not_undo(door: FrontDoor) -> None:
    [claim_id] = await verified(door, evidenced())

    problem = await step(door, claim_id, "undoing", VERIFIER, WHY, status=403)

    assert problem["type"] == "/problems/same-hands"
    await step(door, claim_id, "undoing", PRIME, WHY, status=403)


async def test_a_claim_undone_is_decided_anew(door: FrontDoor) -> None:
    again, never = await verified(door, evidenced(), evidenced())
    for claim_id in (again, never):
        await step(door, claim_id, "undoing", OTHER_VERIFIER, WHY)

    await step(door, again, "verification", OTHER_VERIFIER)
    await step(door, never, "refusal", VERIFIER, REFUSAL)

    assert (await position(door))[1] == (await value(door, again))["payable_pence"]
    assert (await close(door, "2022-10", NOVEMBER))["lines"] == 1


async def test_the_last_pound_of_the_cap_goes_to_whoever_is_verified_next(door: FrontDoor) -> None:
    price = 75_000
    await load(door, cap_pence=price + 1)
    first, second, waiting = await submitted(door, evidenced(), evidenced(), evidenced())
    for claim_id in (first, second):
        await step(door, claim_id, "verification", VERIFIER)

    await step(door, first, "undoing", OTHER_VERIFIER, WHY)
    await step(door, waiting, "verification", VERIFIER)

    assert [(await value(door, each))["payable_pence"] for each in (second, waiting)] == [1, price]
    assert await position(door) == (2 * price, price + 1)


async def test_of_two_who_undo_at_once_one_does(door: FrontDoor) -> None:
    [claim_id] = await verified(door, evidenced())
    path, third = (
        f"/v1/claims/{claim_id}/undoing",
        someone("council-verifier", "kirklees-council", "council", subject="3"),
    )

    answers = await asyncio.gather(*(door.post(path, who, WHY, at=AT) for who in (OTHER_VERIFIER, third)))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert await position(door) == (0, 0)


@pytest.mark.row("S-85")
async def test_once_its_month_is_closed_it_is_challenged_and_another_person_takes_it_back(door: FrontDoor) -> None:
    [claim_id] = await verified(door, evidenced())
    await close(door, "2022-10", NOVEMBER)
    problem = await step(door, claim_id, "undoing", OTHER_VERIFIER, WHY, at=NOVEMBER, status=409)
    assert [each["code"] for each in problem["refusals"]] == ["month_closed"]

    await step(door, claim_id, "challenge", OVERSIGHT, WHY, at=NOVEMBER)
    await step(door, claim_id, "basis-decision", VERIFIER, LET_STAND, at=NOVEMBER, status=403)
    await step(door, claim_id, "basis-decision", VERIFIER, TAKE_BACK, at=NOVEMBER)

    assert await position(door) == (0, 0)
    [adjusted] = await door.announced("ClaimAdjusted")
    assert adjusted["reason"] == "challenged"
    assert [told["reason"] for told in await door.announced("ClaimChallenged")] == ["mistake"]


async def test_nobody_decides_on_their_own_challenge_and_another_may_let_it_stand(door: FrontDoor) -> None:
    [claim_id] = await verified(door, evidenced())
    await step(door, claim_id, "challenge", OTHER_VERIFIER, WHY)

    await step(door, claim_id, "basis-decision", OTHER_VERIFIER, TAKE_BACK, status=403)
    await step(door, claim_id, "challenge", OVERSIGHT, WHY, status=409)
    third = someone("council-verifier", organisation="kirklees-council", kind="council", subject="third")
    await step(door, claim_id, "basis-decision", third, LET_STAND)

    assert (await shown(door, claim_id))["basis_changed_on"] is None


async def test_a_payment_taken_back_by_mistake_is_given_again_by_another(door: FrontDoor) -> None:
    [claim_id] = await verified(door, evidenced())
    paid = await position(door)
    await close(door, "2022-10", NOVEMBER)
    await step(door, claim_id, "challenge", OVERSIGHT, WHY, at=NOVEMBER)
    await step(door, claim_id, "basis-decision", VERIFIER, TAKE_BACK, at=NOVEMBER)

    await step(door, claim_id, "reinstatement", VERIFIER, WHY, at=NOVEMBER, status=403)
    await step(door, claim_id, "reinstatement", OTHER_VERIFIER, WHY, at=NOVEMBER)

    assert await position(door) == paid
    assert (await shown(door, claim_id))["taken_back_on"] is None
    await close(door, "2022-11", datetime(2022, 12, 5, 9, tzinfo=UTC))
    lines = await door.rows("select kind, payable_pence from statement_line order by statement_id, position")
    assert sorted((row["kind"], row["payable_pence"] > 0) for row in lines) == [
        ("adjustment", False),
        ("claim", True),
        ("claim", True),
    ]
    assert sum(row["payable_pence"] for row in lines) == paid[1]


async def test_a_payment_given_again_for_what_was_corrected_since_is_looked_at(door: FrontDoor) -> None:
    event = evidenced()
    [claim_id] = await verified(door, event)
    await hear_apart(door, revised(event, achieved_on=date(2022, 9, 2)))
    await step(door, claim_id, "basis-decision", VERIFIER, TAKE_BACK)

    await step(door, claim_id, "reinstatement", OTHER_VERIFIER, WHY)

    assert (await shown(door, claim_id))["basis_changed_on"] is not None
    await step(door, claim_id, "basis-decision", VERIFIER, TAKE_BACK)
    assert await position(door) == (0, 0)


async def test_whoever_recorded_it_gives_no_payment_again(door: FrontDoor) -> None:
    recorder = someone("council-verifier", organisation="kirklees-council", kind="council", subject="recorder")
    [claim_id] = await verified(door, evidenced(recorded_by="recorder"))
    await step(door, claim_id, "challenge", OVERSIGHT, WHY)
    await step(door, claim_id, "basis-decision", VERIFIER, TAKE_BACK)

    problem = await step(door, claim_id, "reinstatement", recorder, WHY, status=403)

    assert problem["type"] == "/problems/same-hands"
    await step(door, claim_id, "reinstatement", OTHER_VERIFIER, WHY)


async def test_no_payment_is_given_again_for_an_outcome_that_its_provider_took_back(door: FrontDoor) -> None:
    event = evidenced()
    [claim_id] = await verified(door, event)
    await hear_apart(door, withdrawn(event))
    await step(door, claim_id, "basis-decision", VERIFIER, TAKE_BACK)

    problem = await step(door, claim_id, "reinstatement", OTHER_VERIFIER, WHY, status=409)

    assert problem["type"] == "/problems/outcome-is-gone"
    assert await position(door) == (0, 0)


async def test_what_was_claimed_anew_meanwhile_is_not_paid_twice(door: FrontDoor) -> None:
    event = evidenced()
    [claim_id] = await verified(door, event)
    await step(door, claim_id, "challenge", OVERSIGHT, WHY)
    await step(door, claim_id, "basis-decision", VERIFIER, TAKE_BACK)
    await hear_apart(door, evidenced(participant_id=event.participant_id))

    problem = await step(door, claim_id, "reinstatement", OTHER_VERIFIER, WHY, status=409)

    assert problem["type"] == "/problems/already-claimed"


async def hear_apart(door: FrontDoor, event: Any) -> None:
    """On a stream of its own: what came before it is heard already."""
    from dataclasses import replace

    [record] = records_of([event])
    await door.hear(REACTIONS, [replace(record, subject=f"{record.subject}-{record.event_id}")])


async def test_a_refusal_by_mistake_is_undone_and_the_claim_verified(door: FrontDoor) -> None:
    [claim_id] = await submitted(door, evidenced())
    await step(door, claim_id, "refusal", VERIFIER, REFUSAL)

    answer = await step(door, claim_id, "undoing", VERIFIER, WHY)

    assert answer["state"] == "submitted"
    await step(door, claim_id, "verification", VERIFIER)
    assert [told["reason"] for told in await door.announced("RefusalUndone")] == ["mistake"]


async def test_a_refusal_is_not_undone_once_the_same_is_claimed_again(door: FrontDoor) -> None:
    event = evidenced()
    [claim_id] = await submitted(door, event)
    await step(door, claim_id, "refusal", VERIFIER, REFUSAL)
    await hear_apart(door, evidenced(participant_id=event.participant_id))

    problem = await step(door, claim_id, "undoing", VERIFIER, WHY, status=409)

    assert problem["type"] == "/problems/already-claimed"


async def test_what_rests_on_a_claim_refused_by_mistake_is_judged_again(door: FrontDoor) -> None:
    first = evidenced("WB_INITIAL")
    first_id, second_id = await submitted(door, first, evidenced("WB_2", participant_id=first.participant_id))
    await step(door, first_id, "refusal", VERIFIER, REFUSAL)
    assert not (await shown(door, second_id))["ready"]

    await step(door, first_id, "undoing", VERIFIER, WHY)

    assert (await shown(door, second_id))["ready"]


async def test_a_duplicate_is_nobodys_refusal_to_undo(door: FrontDoor) -> None:
    event = evidenced()
    _, double = await raised(door, event, evidenced(participant_id=event.participant_id))

    problem = await step(door, double, "undoing", VERIFIER, WHY, status=409)

    assert [each["code"] for each in problem["refusals"]] == ["refused_by_rule"]


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("return", asking()),
        ("approval", {"submit": False}),
        ("approval", {}),
        ("withdrawal", {"reason": "recorded-by-mistake"}),
    ],
)
async def test_what_the_prime_did_by_mistake_is_taken_up_again(door: FrontDoor, verb: str, body: Any) -> None:
    [claim_id] = await raised(door, evidenced())
    await step(door, claim_id, verb, PRIME, body)

    answer = await step(door, claim_id, "reopening", PRIME, WHY)

    assert (answer["state"], answer["number"]) == ("raised", "KBOP-000001")
    assert all(each["answered_on"] for each in (await shown(door, claim_id))["requests"])
    await step(door, claim_id, "approval", PRIME, {})
    await step(door, claim_id, "verification", VERIFIER)


async def test_what_its_provider_took_back_is_not_taken_up_again(door: FrontDoor) -> None:
    event = evidenced()
    [claim_id] = await raised(door, event)
    await step(door, claim_id, "withdrawal", PRIME, {"reason": "recorded-by-mistake"})
    await hear_apart(door, withdrawn(event))

    problem = await step(door, claim_id, "reopening", PRIME, WHY, status=409)

    assert problem["type"] == "/problems/outcome-is-gone"


async def test_a_correction_heard_meanwhile_is_what_a_claim_undone_or_reopened_stands_on(door: FrontDoor) -> None:
    one, two = evidenced(), evidenced()
    [paid] = await verified(door, one)
    [idle] = await raised(door, two)
    await step(door, idle, "withdrawal", PRIME, {"reason": "recorded-by-mistake"})
    later = date(2022, 9, 2)
    for event in (one, two):
        await hear_apart(door, revised(event, achieved_on=later))

    await step(door, paid, "undoing", OTHER_VERIFIER, WHY)
    await step(door, idle, "reopening", PRIME, WHY)

    for claim_id in (paid, idle):
        claim = await shown(door, claim_id)
        assert (claim["state"], claim["revision"], claim["achieved_on"]) == ("raised", 2, later.isoformat())
        assert claim["basis_changed_on"] is None


async def test_an_outcome_taken_back_meanwhile_ends_the_claim_undone(door: FrontDoor) -> None:
    event = evidenced()
    [claim_id] = await verified(door, event)
    await hear_apart(door, withdrawn(event))

    answer = await step(door, claim_id, "undoing", OTHER_VERIFIER, WHY)

    assert (answer["state"], await position(door)) == ("withdrawn", (0, 0))


@pytest.mark.row("S-78")
async def test_a_claim_that_follows_another_is_judged_again_when_that_goes_and_comes(door: FrontDoor) -> None:
    first = evidenced("WB_INITIAL")
    second = evidenced("WB_2", participant_id=first.participant_id)
    first_id, second_id = await raised(door, first, second)
    assert (await shown(door, second_id))["ready"]

    await step(door, first_id, "withdrawal", PRIME, {"reason": "recorded-by-mistake"})
    assert not (await shown(door, second_id))["ready"]

    await step(door, first_id, "reopening", PRIME, WHY)
    assert (await shown(door, second_id))["ready"]


async def test_a_verified_claim_whose_first_is_gone_stands_and_the_council_is_told(door: FrontDoor) -> None:
    first = evidenced("WB_INITIAL")
    first_id, second_id = await verified(door, first, evidenced("WB_2", participant_id=first.participant_id))

    await step(door, first_id, "undoing", OTHER_VERIFIER, WHY)
    assert (await shown(door, second_id))["basis_changed_on"] is None
    await step(door, first_id, "refusal", VERIFIER, REFUSAL)

    [told] = await door.announced("ClaimBasisChanged")
    assert (told["claim_id"], told["changed"]) == (second_id, ["rules.prerequisite_is_claimed"])
    await step(door, second_id, "basis-decision", VERIFIER, TAKE_BACK)


async def test_a_duplicate_is_taken_up_again_once_what_it_doubled_is_gone(door: FrontDoor) -> None:
    event = evidenced()
    double = evidenced(participant_id=event.participant_id)
    first_id, double_id = await raised(door, event, double)
    assert (await shown(door, double_id))["state"] == "refused"

    await hear(door, event, double, withdrawn(event))

    claim = await shown(door, double_id)
    assert (claim["state"], claim["ready"]) == ("raised", True)
    assert (await shown(door, first_id))["state"] == "withdrawn"
    assert await claim_for(door, double) == double_id
