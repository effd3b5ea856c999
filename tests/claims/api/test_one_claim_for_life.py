"""One claim under one number: what the database itself refuses, who wins a race, and what a query leaves standing."""

import asyncio
import itertools
import random
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from claims.domain.claim import ENDS, changes_of_state
from claims.events.heard import REACTIONS
from common.ids import new_id
from rulebook.codes import ClaimState
from tests.claims.parts import (
    AT,
    MANAGER,
    OTHER_PRIME,
    OTHER_VERIFIER,
    PRIME,
    REFUSAL,
    VERIFIER,
    WHY,
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
from tests.parts.api import FrontDoor, records_of
from tests.parts.states import CLAIM_STATES

PATHS: dict[ClaimState, tuple[ClaimState, ...]] = {
    "raised": (),
    "returned": ("returned",),
    "approved": ("approved",),
    "submitted": ("approved", "submitted"),
    "queried": ("approved", "submitted", "queried"),
    "verified": ("approved", "submitted", "verified"),
    "refused": ("refused",),
    "withdrawn": ("withdrawn",),
}
FORCED = """
update claim set state = :state, version = version + 1, approved_by = 'a', submitted_by = 'b',
    verified_by = case when :state = 'verified' then 'c' end,
    verified_on = case when :state = 'verified' then date '2022-10-03' end
"""


async def forced(door: FrontDoor, *states: ClaimState) -> bool:
    """Whether SQL alone, as the worker, can bring the claim through these states; nothing is kept of it."""
    async with door.worker() as session:
        try:
            for state in states:
                await session.execute(text(FORCED), {"state": state})
        except IntegrityError as error:
            refused = str(error)
        else:
            return True
        finally:
            await session.rollback()
    assert "does not become" in refused, refused
    return False


async def test_the_database_makes_the_moves_of_the_table_and_no_other(door: FrontDoor) -> None:
    await raised(door, evidenced())
    pairs: list[tuple[ClaimState, ClaimState]] = [
        (before, after) for before in CLAIM_STATES for after in CLAIM_STATES if before != after
    ]

    made = {(before, after) for before, after in pairs if await forced(door, *PATHS[before], after)}

    assert made == changes_of_state()


async def test_no_claim_begins_but_raised_or_refused(door: FrontDoor) -> None:
    [claim_id] = await raised(door, evidenced())

    with pytest.raises(Exception, match="a claim does not begin as submitted"):
        await door.rows(
            "insert into claim select (jsonb_populate_record(c, jsonb_build_object('claim_id', uuidv7(),"
            " 'outcome_id', uuidv7(), 'state', 'submitted'))).* from claim c where claim_id = :id returning 1",
            id=claim_id,
        )


async def test_a_hundred_double_claims_at_once_are_one_claim_and_ninety_nine_duplicates(door: FrontDoor) -> None:
    participant = new_id()
    records = [records_of([evidenced(participant_id=participant)])[0] for _ in range(100)]
    streams = [[replace(record, subject=f"{record.subject}-{place}")] for place, record in enumerate(records)]

    await asyncio.gather(*(door.hear(REACTIONS, stream) for stream in streams))

    counted = await door.rows("select state, count(*) as claims from claim group by state order by state")
    assert counted == [{"state": "raised", "claims": 1}, {"state": "refused", "claims": 99}]
    numbers = await door.rows("select count(distinct number) as numbers from claim")
    assert numbers == [{"numbers": 100}]


async def test_of_verification_refusal_and_withdrawal_at_once_one_wins(door: FrontDoor) -> None:
    ids = await submitted(door, *(evidenced() for _ in range(12)))
    acts = [
        ("verification", VERIFIER, None),
        ("refusal", VERIFIER, REFUSAL),
        ("withdrawal", PRIME, {"reason": "recorded-by-mistake"}),
    ]
    ends = {"verification": "verified", "refusal": "refused", "withdrawal": "withdrawn"}
    for place, claim_id in enumerate(ids):
        order = [acts[(place + turn) % 3] for turn in range(3)]
        answers = await asyncio.gather(
            *(door.post(f"/v1/claims/{claim_id}/{verb}", who, body, at=AT) for verb, who, body in order)
        )

        won = [verb for (verb, _, __), answer in zip(order, answers, strict=True) if answer.status_code == 200]
        state = (await shown(door, claim_id))["state"]
        # A refused claim may still be withdrawn: then both came about, one after the other.
        assert won in ([], *([verb] for verb in ends)) or set(won) == {"refusal", "withdrawal"}, won
        assert state in {ends[verb] for verb in won}
        assert {answer.status_code for answer in answers} <= {200, 409}
        paid = await door.rows("select 1 from valuation where claim_id = :id", id=claim_id)
        assert bool(paid) == (state == "verified")


@pytest.mark.row("S-78")
async def test_a_query_says_who_acts_and_what_passed_stays_passed(door: FrontDoor) -> None:
    event = evidenced()
    second = event.evidence[0].model_copy(update={"item_id": new_id(), "kind": "landlord-no-eviction"})
    event = event.model_copy(update={"evidence": (*event.evidence, second)})
    [claim_id] = await submitted(door, event)
    asked = asking("unreadable", event.evidence[0].item_id, date(2022, 10, 17))
    await step(door, claim_id, "query", VERIFIER, asked)
    better = event.evidence[0].model_copy(update={"sha256": "1" * 64})
    await door.hear(REACTIONS, records_of([event, revised(event, evidence=(better, second))]))
    await step(door, claim_id, "approval", PRIME, {})

    claim = await shown(door, claim_id, MANAGER)
    assert [(each["who_acts"], each["answered_by_revision"]) for each in claim["requests"]] == [("provider", 2)]
    assert [(item["since_revision"], item["passed"]) for item in claim["items"]] == [(2, []), (1, ["council"])]
    again = await step(door, claim_id, "query", VERIFIER, asking("unclear", second.item_id), status=422)
    assert [refusal["code"] for refusal in again["refusals"]] == ["item_passed"]
    assert again["items"] == [str(second.item_id)]
    await step(door, claim_id, "query", VERIFIER, asking("unreadable", better.item_id))


async def test_what_the_prime_is_to_do_is_answered_as_it_gives_the_claim_back(door: FrontDoor) -> None:
    [claim_id] = await submitted(door, evidenced())
    asked = {"requests": [{"code": "unclear", "remedy": "Say why it was approved.", "who_acts": "prime"}]}
    await step(door, claim_id, "query", VERIFIER, asked)

    await step(door, claim_id, "submission", PRIME)

    [request] = (await shown(door, claim_id))["requests"]
    assert (request["answered_on"], request["answered_by_revision"]) == ("2022-10-03", None)


async def test_nothing_is_asked_for_a_day_that_is_past(door: FrontDoor) -> None:
    [claim_id] = await submitted(door, evidenced())

    problem = await step(door, claim_id, "query", VERIFIER, asking(due_on=date(2022, 10, 2)), status=422)

    assert [refusal["code"] for refusal in problem["refusals"]] == ["due_day_past"]


PUT_RIGHT = {("verified", "submitted"), ("withdrawn", "raised")}
"""How what rests is moved on."""
VERBS = ("approval", "return", "submission", "query", "verification", "refusal", "reopening", "withdrawal", "undoing")


@pytest.mark.parametrize("seed", range(6))
async def test_any_order_of_steps_leaves_a_lawful_life_in_the_database(door: FrontDoor, seed: int) -> None:
    """The real operations on PostgreSQL, by whoever, in any order: what is kept is a walk through the table."""
    chance = random.Random(seed)  # noqa: S311 - no secret, a life that can be played again
    events = [evidenced() for _ in range(3)]
    ids = await raised(door, *events)
    bodies = {
        "approval": {"submit": False},
        "return": asking(),
        "query": asking(),
        "refusal": REFUSAL,
        "reopening": WHY,
        "undoing": WHY,
    }
    for _ in range(60):
        place = chance.randrange(len(ids))
        verb, who = chance.choice(VERBS), chance.choice([PRIME, OTHER_PRIME, VERIFIER, OTHER_VERIFIER])
        body = bodies.get(
            verb, {"reason": "recorded-by-mistake"} if verb == "withdrawal" and chance.random() < 0.2 else None
        )
        answer = await door.post(f"/v1/claims/{ids[place]}/{verb}", who, body, at=AT)
        assert answer.status_code in (200, 403, 409, 422), answer.text
        if chance.random() < 0.1:
            events[place] = revised(events[place])
            await hear_next(door, events[place])

    for claim_id in ids:
        lived = await door.rows("select state from act where claim_id = :id order by position", id=claim_id)
        states = [row["state"] for row in lived]
        assert {(a, b) for a, b in itertools.pairwise(states) if a != b} <= set(changes_of_state())
        assert {(a, b) for a, b in itertools.pairwise(states) if a != b and a in ENDS} <= PUT_RIGHT


async def hear_next(door: FrontDoor, event: object) -> None:
    """A later event of a story whose earlier ones are heard: on a stream of its own here."""
    [record] = records_of([event])  # pyright: ignore
    await door.hear(REACTIONS, [replace(record, subject=f"{record.subject}-{record.event_id}")])


async def test_a_verified_claim_is_explained_on_what_it_was_judged_on(door: FrontDoor) -> None:
    event = evidenced("EMP_26W")
    [claim_id] = await verified(door, event)
    before = (await door.get(f"/v1/claims/{claim_id}/explain", PRIME)).json()["steps"]
    await hear(door, event, revised(event, facts={**event.facts, "earned_pence": 1}))

    after = (await door.get(f"/v1/claims/{claim_id}/explain", PRIME)).json()["steps"]

    assert after[:-1] == before
    assert (after[-1]["step"], "facts.earned_pence" in after[-1]["says"]) == ("basis", True)
