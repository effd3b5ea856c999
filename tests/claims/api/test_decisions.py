"""What the prime and the council decide, who may, and in which state."""

import pytest
from fastapi.routing import APIRoute

from claims.domain.claim import MOVES
from claims.routes import decisions
from common.ids import new_id
from common.web.access import allowed_roles
from tests.claims.parts import (
    AT,
    CASEWORKER,
    MANAGER,
    OPERATOR,
    OTHER_PRIME,
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


@pytest.mark.row("S-75")
async def test_approval_is_two_recorded_acts_in_one_click(door: FrontDoor) -> None:
    [claim_id] = await raised(door, evidenced())

    answer = await step(door, claim_id, "approval", PRIME, {})

    claim = await shown(door, claim_id)
    assert (answer["state"], answer["version"]) == ("submitted", claim["version"])
    assert [act["verb"] for act in claim["history"]] == ["raise", "approve", "submit"]
    assert [event["type"] for event in await door.announced()][-2:] == ["ClaimApproved", "ClaimSubmitted"]


async def test_approval_and_submission_may_be_two_steps(door: FrontDoor) -> None:
    [claim_id] = await raised(door, evidenced())

    approved = await step(door, claim_id, "approval", PRIME, {"submit": False})
    sent = await step(door, claim_id, "submission", PRIME)

    assert (approved["state"], sent["state"]) == ("approved", "submitted")


async def test_approval_is_refused_with_every_reason_while_rules_stand_against_it(door: FrontDoor) -> None:
    [claim_id] = await raised(door, evidenced("WB_2", evidence=()))

    problem = await step(door, claim_id, "approval", PRIME, {}, status=422)

    assert problem["type"] == "/problems/rules-stand-against-it"
    assert {refusal["code"] for refusal in problem["refusals"]} == {"evidence_missing", "prerequisite_missing"}
    assert all(refusal["remedy"] for refusal in problem["refusals"])
    assert (await shown(door, claim_id))["state"] == "raised"


async def test_a_rule_that_stood_against_a_claim_may_be_met_later(door: FrontDoor) -> None:
    second = evidenced("WB_2")
    [claim_id] = await raised(door, second)
    assert not (await shown(door, claim_id))["ready"]

    await raised(door, second, evidenced("WB_INITIAL", participant_id=second.participant_id))

    claim = await shown(door, claim_id)
    assert (claim["ready"], claim["assessment"]["occasion"]) == (True, "others")


async def test_whoever_recorded_it_does_not_approve_it(door: FrontDoor) -> None:
    [claim_id] = await raised(door, evidenced(recorded_by="prime-manager.kbop-prime"))

    problem = await step(door, claim_id, "approval", PRIME, {}, status=403)

    assert [refusal["code"] for refusal in problem["refusals"]] == ["same_hands"]
    await step(door, claim_id, "approval", OTHER_PRIME, {})


@pytest.mark.parametrize("verb", ["verification", "query", "refusal"])
async def test_whoever_approved_it_does_not_decide_it(door: FrontDoor, verb: str) -> None:
    at_the_prime, at_the_council = (someone(role, subject="two-hats") for role in ("prime-manager", "council-verifier"))
    [claim_id] = await raised(door, evidenced())
    await step(door, claim_id, "approval", at_the_prime, {})
    body = {"query": asking(), "refusal": REFUSAL}.get(verb)

    problem = await step(door, claim_id, verb, at_the_council, body, status=403)

    assert problem["type"] == "/problems/same-hands"


@pytest.mark.parametrize("recorder", ["council-verifier.kirklees-council"])
async def test_whoever_recorded_any_revision_does_not_verify(door: FrontDoor, recorder: str) -> None:
    [claim_id] = await submitted(door, evidenced(recorded_by=recorder))

    await step(door, claim_id, "verification", VERIFIER, status=403)


async def test_the_database_itself_refuses_one_hand_for_two_parts(door: FrontDoor) -> None:
    [claim_id] = await raised(door, evidenced())

    with pytest.raises(Exception, match="ck_claim_approver"):
        await door.rows("update claim set approved_by = recorded_by[1] where claim_id = :id returning 1", id=claim_id)


async def test_a_query_keeps_the_number_and_names_the_items(door: FrontDoor) -> None:
    event = evidenced()
    [claim_id] = await submitted(door, event)

    await step(door, claim_id, "query", VERIFIER, asking("unreadable", event.evidence[0].item_id, AT.date()))

    claim = await shown(door, claim_id, MANAGER)
    assert (claim["state"], claim["number"]) == ("queried", "KBOP-000001")
    assert [item["asked_about"] for item in claim["items"]] == [True]
    [asked] = claim["requests"]
    assert (asked["asked_by"], asked["code"], asked["due_on"]) == ("council", "unreadable", "2022-10-03")
    [announced] = await door.announced("ClaimQueried")
    assert announced["requests"][0]["item_id"] == str(event.evidence[0].item_id)
    assert "remedy" not in announced["requests"][0]


async def test_a_queried_claim_may_be_given_back_to_the_council_as_it_is(door: FrontDoor) -> None:
    [claim_id] = await submitted(door, evidenced())
    await step(door, claim_id, "query", VERIFIER, asking())

    answer = await step(door, claim_id, "submission", PRIME)

    assert answer["state"] == "submitted"


async def test_items_the_claim_does_not_have_cannot_be_asked_about(door: FrontDoor) -> None:
    [claim_id] = await raised(door, evidenced())

    problem = await step(door, claim_id, "return", PRIME, asking(item_id=new_id()), status=422)

    assert problem["type"] == "/problems/cannot-ask"


@pytest.mark.row("S-77")
@pytest.mark.row("S-78")
async def test_a_refused_claim_is_reopened_under_its_number(door: FrontDoor) -> None:
    [claim_id] = await submitted(door, evidenced())
    await step(door, claim_id, "refusal", VERIFIER, REFUSAL)

    answer = await step(door, claim_id, "reopening", PRIME, WHY)

    assert (answer["state"], answer["number"]) == ("raised", "KBOP-000001")
    assert [event["automatic"] for event in await door.announced("ClaimRefused")] == [False]
    await step(door, claim_id, "approval", PRIME, {})


async def test_a_refused_claim_whose_key_is_taken_stays_refused(door: FrontDoor) -> None:
    first = evidenced()
    [claim_id] = await submitted(door, first)
    await step(door, claim_id, "refusal", VERIFIER, REFUSAL)
    second = evidenced()
    await raised(door, second)
    await door.meddle(
        "update claim set subject_id = :subject where outcome_id = :id",
        subject=first.participant_id,
        id=second.outcome_id,
    )

    problem = await step(door, claim_id, "reopening", PRIME, WHY, status=409)

    assert problem["type"] == "/problems/already-claimed"


async def test_a_withdrawn_claim_frees_its_key(door: FrontDoor) -> None:
    event = evidenced()
    [claim_id] = await submitted(door, event)

    await step(door, claim_id, "withdrawal", PRIME, {"reason": "recorded-twice"})

    _, again = await raised(door, event, evidenced(participant_id=event.participant_id))
    assert (await shown(door, again))["state"] == "raised"
    await step(door, claim_id, "reopening", PRIME, WHY, status=409)
    assert [gone["reason"] for gone in await door.announced("ClaimWithdrawn")] == ["recorded-twice"]


@pytest.mark.parametrize(
    ("verb", "who", "body"),
    [
        ("approval", PRIME, {}),
        ("return", PRIME, asking()),
        ("submission", PRIME, None),
        ("query", VERIFIER, asking()),
        ("verification", VERIFIER, None),
        ("refusal", VERIFIER, REFUSAL),
        ("reopening", PRIME, WHY),
        ("withdrawal", PRIME, {"reason": "recorded-by-mistake"}),
        ("agreements", VERIFIER, {"code": "crisis"}),
    ],
)
async def test_nothing_moves_a_verified_claim(door: FrontDoor, verb: str, who: str, body: object) -> None:
    [claim_id] = await verified(door, evidenced())

    problem = await step(door, claim_id, verb, who, body, status=409)

    assert problem["state"] == "verified"


@pytest.mark.row("S-75")
@pytest.mark.parametrize("who", [MANAGER, CASEWORKER, VERIFIER, OPERATOR], ids=["manager", "worker", "council", "ops"])
async def test_only_the_prime_approves(door: FrontDoor, who: str) -> None:
    [claim_id] = await raised(door, evidenced())

    await step(door, claim_id, "approval", who, {}, status=403)


@pytest.mark.row("S-76")
@pytest.mark.parametrize("who", [MANAGER, PRIME, OPERATOR], ids=["manager", "prime", "ops"])
@pytest.mark.parametrize("verb", ["verification", "query", "refusal", "agreements"])
async def test_only_the_council_decides(door: FrontDoor, who: str, verb: str) -> None:
    [claim_id] = await submitted(door, evidenced())

    await step(door, claim_id, verb, who, {}, status=403)


async def test_a_step_on_what_changed_meanwhile_is_refused(door: FrontDoor) -> None:
    [claim_id] = await raised(door, evidenced())
    seen = await door.get(f"/v1/claims/{claim_id}", PRIME)
    await step(door, claim_id, "return", PRIME, asking())

    answer = await door.post(f"/v1/claims/{claim_id}/withdrawal", PRIME, {"reason": "recorded-by-mistake"}, version=1)

    assert seen.headers["etag"].startswith('"1-')
    assert answer.status_code == 412


async def test_a_step_sent_twice_with_one_key_is_taken_once(door: FrontDoor) -> None:
    [claim_id] = await raised(door, evidenced())
    path = f"/v1/claims/{claim_id}/approval"

    first, second = [await door.post(path, PRIME, {}, key="one-and-the-same", at=AT) for _ in range(2)]

    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert len(await door.announced("ClaimApproved")) == 1


async def test_the_council_agrees_to_an_exception_on_one_claim(door: FrontDoor) -> None:
    facts = {"in_temporary_supported_accommodation": True, "dual_support_reason": "complex"}
    event = evidenced("ACC_3M")
    plan = event.evidence[0].model_copy(update={"item_id": new_id(), "kind": "risk-management-plan"})
    event = event.model_copy(update={"facts": {**event.facts, **facts}, "evidence": (*event.evidence, plan)})
    [claim_id] = await raised(door, event)
    assert not (await shown(door, claim_id))["ready"]

    await step(door, claim_id, "agreements", VERIFIER, {"code": "supported-accommodation"})

    claim = await shown(door, claim_id)
    assert (claim["ready"], claim["agreements"]) == (True, ["supported-accommodation"])
    await step(door, claim_id, "approval", PRIME, {})


async def test_a_claim_nobody_has_is_not_found(door: FrontDoor) -> None:
    problem = await step(door, str(new_id()), "verification", VERIFIER, status=404)

    assert problem["type"] == "/problems/no-such-claim"


def test_every_step_is_open_to_no_role_the_table_of_moves_does_not_name() -> None:
    verbs = {
        "approve": "approve",
        "send_back": "return",
        "submit": "submit",
        "query": "query",
        "verify": "verify",
        "refuse": "refuse",
        "reopen": "reopen",
        "withdraw": "withdraw",
    }
    steps = [route for route in decisions.router.routes if isinstance(route, APIRoute)]
    roles = {step.name: allowed_roles(step) or frozenset[str]() for step in steps}

    for name, verb in verbs.items():
        for move in (move for move in MOVES if move.verb == verb):
            assert roles[name], name
            assert roles[name] <= move.roles, name
