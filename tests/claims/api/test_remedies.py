"""What to do instead, said with every refusal of claims that is no rule's, is done and then works.

Those of rules are followed in `rules/test_rule_remedies.py`.
"""

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from claims.operations import problems
from common.ids import new_id
from common.web.problems import Problem
from tests.claims.api.test_basis_decided import LET_STAND, TAKE_BACK
from tests.claims.api.test_card_changes import NEW_YEAR, a_card, drafted, moved, proposed
from tests.claims.api.test_card_changes import WHY as RATIONALE
from tests.claims.api.test_equivalents import REFUSED, propose, put_right, rule
from tests.claims.api.test_put_right import hear_apart
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
    as_said,
    asking,
    claim_for,
    evidenced,
    load,
    raised,
    shown,
    step,
    submitted,
    verified,
    withdrawn,
)
from tests.parts.api import FrontDoor, someone
from tests.parts.cards import CHANGES

pytestmark = pytest.mark.row("S-78")

DOMAIN = Path("services/claims/src/claims/domain")
NOVEMBER, DECEMBER = datetime(2022, 11, 7, 9, tzinfo=UTC), datetime(2022, 12, 5, 9, tzinfo=UTC)
THIRD = someone("council-verifier", organisation="kirklees-council", kind="council", subject="third")
WITHDRAWAL = {"reason": "recorded-by-mistake"}

FOLLOWED: set[str] = set()
"""Codes and types of problems whose remedy a test here follows, as the tests say them."""
ELSEWHERE = {
    "grant_ends_out_of_time": "test_audits gives a day from those told",
    "audit-grant-refused": "test_audits gives a day from those told",
    "not_stated": "test_audits closes the month",
    "quarter_not_granted": "test_audits grants the quarter that it names",
    "evidence-not-granted": "test_audits grants the quarter that it names",
    "streams_aside": "test_money has an operator retry, and the month closes",
    "support_not_begun": "test_prospects starts the case",
    "nothing-known": "test_prospects checks an outcome beforehand",
    "another-programme": "tests/isolation signs in for another programme",
    "rate-card-version-accepted": "test_programmes gives the changed card a new version",
    "rate-card-version-proposed": "test_programmes withdraws it first",
    "no-funding-shares": "test_money loads the shares",
    "not-on-your-card": "tests/isolation/test_codes hears which outcomes it has",
    "not-answered-by-a-source": "test_answers records one of those told",
    "receipt-stands": "test_receipts leaves the reason out",
}
REACHED_BY_NOBODY = {
    "facts_changed": "a receipt that does not hold is passed over: every rule is asked",
    "rules_changed": "the same",
    "receipt_expired": "the same",
}
A_LIST = {
    f"no-such-{thing}" for thing in ("claim", "rate-card", "statement", "rate-card-change", "equivalent", "audit-grant")
}
"""Told to look into a list: one test looks into all of them."""


def follows(*names: str) -> Any:
    """Says whose remedy a test follows."""
    FOLLOWED.update(names)
    return pytest.mark.row("S-78")


def told(problem: dict[str, Any]) -> dict[str, str]:
    """Code and remedy of each refusal; where there is none, the problem's type and detail."""
    refusals = problem.get("refusals") or [{"code": problem["type"].split("/")[-1], "remedy": problem["detail"]}]
    return {refusal["code"]: refusal["remedy"] for refusal in refusals}


async def close(door: FrontDoor, month: str, at: datetime, status: int = 201) -> dict[str, Any]:
    answer = await door.post("/v1/statements", FINANCE, {"month": month}, at=at)
    assert answer.status_code == status, answer.text
    return answer.json()


@follows("basis_unchanged", "nothing-to-decide")
async def test_who_cannot_decide_on_it_undoes_or_challenges_it(door: FrontDoor) -> None:
    early, late = await verified(door, evidenced(), evidenced())

    problem = await step(door, early, "basis-decision", VERIFIER, TAKE_BACK, status=409)

    assert "another verifier undoes it while its month is open; later, challenge it" in told(problem)["basis_unchanged"]
    await step(door, early, "undoing", OTHER_VERIFIER, WHY)
    await close(door, "2022-10", NOVEMBER)
    await step(door, late, "challenge", OVERSIGHT, WHY, at=NOVEMBER)
    await step(door, late, "basis-decision", VERIFIER, TAKE_BACK, at=NOVEMBER)


@follows("nothing_to_take_back")
async def test_where_nothing_was_paid_it_is_let_stand(door: FrontDoor) -> None:
    event = evidenced()
    [claim_id] = await raised(door, event)
    await step(door, claim_id, "withdrawal", PRIME, WITHDRAWAL)
    await hear_apart(door, withdrawn(event))

    problem = await step(door, claim_id, "basis-decision", VERIFIER, TAKE_BACK, status=409)

    assert told(problem)["nothing_to_take_back"] == "Let it stand as it is."
    await step(door, claim_id, "basis-decision", VERIFIER, LET_STAND)


@follows("month_closed", "correction-refused")
async def test_what_cannot_be_undone_any_more_is_challenged_and_taken_back(door: FrontDoor) -> None:
    [claim_id] = await verified(door, evidenced())
    await close(door, "2022-10", NOVEMBER)

    problem = await step(door, claim_id, "undoing", OTHER_VERIFIER, WHY, at=NOVEMBER, status=409)

    assert told(problem)["month_closed"].startswith("Challenge the claim; another person at the council then takes")
    await step(door, claim_id, "challenge", OTHER_VERIFIER, WHY, at=NOVEMBER)
    await step(door, claim_id, "basis-decision", VERIFIER, TAKE_BACK, at=NOVEMBER)
    await verified(door, evidenced(), at=NOVEMBER)
    assert (await close(door, "2022-11", DECEMBER))["lines"] == 2


@follows("taken_back", "not_taken_back")
async def test_what_was_taken_back_is_reinstated_and_what_was_not_is_left(door: FrontDoor) -> None:
    [claim_id] = await verified(door, evidenced())
    await step(door, claim_id, "challenge", OVERSIGHT, WHY)
    left = await step(door, claim_id, "reinstatement", OTHER_VERIFIER, WHY, status=409)
    await step(door, claim_id, "basis-decision", VERIFIER, TAKE_BACK)

    undone = await step(door, claim_id, "undoing", OTHER_VERIFIER, WHY, status=409)
    challenged = await step(door, claim_id, "challenge", OVERSIGHT, WHY, status=409)

    assert told(left) == {"not_taken_back": "Leave it as it is."}
    assert told(undone) == told(challenged) == {"taken_back": "If that was a mistake, reinstate it."}
    await step(door, claim_id, "reinstatement", OTHER_VERIFIER, WHY)


@follows("not_verified")
async def test_what_is_not_verified_is_challenged_once_it_is(door: FrontDoor) -> None:
    [claim_id] = await submitted(door, evidenced())

    problem = await step(door, claim_id, "challenge", OVERSIGHT, WHY, status=409)

    assert told(problem)["not_verified"].startswith("Wait until it is verified; until then whoever has it")
    await step(door, claim_id, "query", VERIFIER, asking())
    await step(door, claim_id, "verification", VERIFIER)
    await step(door, claim_id, "challenge", OVERSIGHT, WHY)


@follows("already_challenged", "same_hands", "same-hands")
async def test_a_challenge_is_decided_by_another_person(door: FrontDoor) -> None:
    [claim_id] = await verified(door, evidenced())
    await step(door, claim_id, "challenge", OTHER_VERIFIER, WHY)

    again = await step(door, claim_id, "challenge", OVERSIGHT, WHY, status=409)
    own = await step(door, claim_id, "basis-decision", OTHER_VERIFIER, TAKE_BACK, status=403)

    assert told(again)["already_challenged"].startswith("Another person at the council decides")
    assert told(own) == {"same_hands": "A different person must take this step."}
    await step(door, claim_id, "basis-decision", THIRD, LET_STAND)


@follows("refused_by_rule", "already-claimed")
@pytest.mark.parametrize("first_is", ["raised", "verified"])
async def test_a_duplicate_is_taken_up_again_once_the_other_claim_is_gone(door: FrontDoor, first_is: str) -> None:
    event = evidenced()
    [first] = await (raised if first_is == "raised" else verified)(door, event)
    double = evidenced(participant_id=event.participant_id)
    await hear_apart(door, double)
    second = await claim_for(door, double)

    undone = await step(door, second, "undoing", VERIFIER, WHY, status=409)
    reopened = await step(door, second, "reopening", PRIME, WHY, status=409)

    told_both = [told(undone)["refused_by_rule"], told(reopened)["already_claimed"]]
    assert all("this one is then taken up again by itself" in remedy for remedy in told_both)
    if first_is == "raised":
        await step(door, first, "withdrawal", PRIME, WITHDRAWAL)
    else:
        await step(door, first, "challenge", OVERSIGHT, WHY)
        await step(door, first, "basis-decision", VERIFIER, TAKE_BACK)
    assert (await shown(door, second))["state"] == "raised"


@follows("claim-not-in-that-state", "rules-stand-against-it")
async def test_every_step_that_a_claim_is_said_to_take_can_be_taken(door: FrontDoor) -> None:
    steps: dict[str, tuple[str, str, Any]] = {
        "return": ("return", PRIME, asking()),
        "approve": ("approval", PRIME, {"submit": False}),
        "withdraw": ("withdrawal", PRIME, WITHDRAWAL),
        "submit": ("submission", PRIME, None),
        "query": ("query", VERIFIER, asking()),
        "verify": ("verification", VERIFIER, None),
        "refuse": ("refusal", VERIFIER, REFUSAL),
        "undo": ("undoing", OTHER_VERIFIER, WHY),
        "reopen": ("reopening", PRIME, WHY),
    }
    ways: dict[str, tuple[str, ...]] = {
        "raised": (),
        "returned": ("return",),
        "approved": ("approve",),
        "submitted": ("approve", "submit"),
        "queried": ("approve", "submit", "query"),
        "verified": ("approve", "submit", "verify"),
        "refused": ("approve", "submit", "refuse"),
        "withdrawn": ("withdraw",),
    }
    for state, way in ways.items():
        open_to, named = set[str](), set[str]()
        for verb in steps:
            [claim_id] = await raised(door, evidenced())
            for each in way:
                path, who, body = steps[each]
                await step(door, claim_id, path, who, body)
            path, who, body = steps[verb]
            answer = await door.post(f"/v1/claims/{claim_id}/{path}", who, body, at=AT)
            said = answer.json()
            if answer.status_code == 200:
                open_to.add(verb)
            else:
                assert (answer.status_code, said["state"]) == (409, state), answer.text
                can = said["detail"].partition(" It can take: ")[2].rstrip(".").split(", ")
                assert set(can) <= steps.keys() - {verb}
                named |= set(can)
        assert named == open_to, state


async def test_an_exception_is_agreed_to_once_the_claim_is_open_again(door: FrontDoor) -> None:
    [claim_id] = await raised(door, evidenced())
    await step(door, claim_id, "withdrawal", PRIME, WITHDRAWAL)

    problem = await step(door, claim_id, "agreements", VERIFIER, {"code": "crisis"}, status=409)

    assert "a withdrawn one is reopened first" in problem["detail"]
    await step(door, claim_id, "reopening", PRIME, WHY)
    await step(door, claim_id, "agreements", VERIFIER, {"code": "crisis"})


@follows("outcome-is-gone")
async def test_an_outcome_that_is_gone_is_recorded_anew_and_that_is_a_new_claim(door: FrontDoor) -> None:
    event = evidenced()
    [claim_id] = await raised(door, event)
    await hear_apart(door, withdrawn(event))

    problem = await step(door, claim_id, "reopening", PRIME, WHY, status=409)

    assert "the provider records it again, and that is a new claim" in told(problem)["outcome-is-gone"]
    anew = evidenced(participant_id=event.participant_id)
    await hear_apart(door, anew)
    assert (await shown(door, await claim_for(door, anew)))["ready"]


@follows("reason_unknown", "reason-unknown")
async def test_a_code_is_chosen_from_those_told(door: FrontDoor) -> None:
    [claim_id] = await raised(door, evidenced())

    problem = await step(door, claim_id, "withdrawal", PRIME, {"reason": "banana"}, status=422)

    assert problem["detail"] == "List them with their words: GET /v1/reasons."
    assert (await door.get("/v1/reasons", PRIME, act="withdrawal", at=AT)).status_code == 200
    one = told(problem)["reason_unknown"].removeprefix("Choose one of: ").rstrip(".").split(", ")[0]
    await step(door, claim_id, "withdrawal", PRIME, {"reason": one})


@follows("no_such_item", "item_passed", "due_day_past", "cannot-ask")
async def test_what_cannot_be_asked_is_asked_as_told(door: FrontDoor) -> None:
    event = evidenced("WB_INITIAL")
    [claim_id] = await submitted(door, event)
    one, other = (item.item_id for item in event.evidence)

    unknown = await step(door, claim_id, "query", VERIFIER, asking(item_id=new_id()), status=422)
    late = await step(door, claim_id, "query", VERIFIER, asking(item_id=one, due_on=date(2022, 10, 2)), status=422)
    assert told(unknown) == {"no_such_item": "Name items of the revision the claim stands on."}
    assert told(late) == {"due_day_past": "Give a day from 2022-10-03 on."}
    await step(door, claim_id, "query", VERIFIER, asking(item_id=one, due_on=date(2022, 10, 3)))

    await step(door, claim_id, "submission", PRIME)
    passed = await step(door, claim_id, "query", VERIFIER, asking(item_id=other), status=422)
    assert told(passed)["item_passed"].startswith("Ask about what has changed, or about what you asked for before")
    await step(door, claim_id, "query", VERIFIER, asking(item_id=one))


@follows("not-yet-valued")
async def test_a_claim_has_a_value_once_it_is_verified(door: FrontDoor) -> None:
    [claim_id] = await submitted(door, evidenced())
    path = f"/v1/claims/{claim_id}/value"

    problem = (await door.get(path, FINANCE, at=AT)).json()

    assert told(problem)["not-yet-valued"] == "A claim is valued when the council verifies it."
    await step(door, claim_id, "verification", VERIFIER)
    assert (await door.get(path, FINANCE, at=AT)).status_code == 200


@follows("month_not_ended", "month_not_next", "month-cannot-close", "month-is-closed")
async def test_months_close_and_claims_are_verified_as_told(door: FrontDoor) -> None:
    await verified(door, evidenced())
    [later] = await submitted(door, evidenced())

    early = await close(door, "2022-10", AT, status=409)
    ahead = await close(door, "2022-11", DECEMBER, status=409)
    assert told(early) == {"month_not_ended": "Close it from 2022-11-01."}
    assert told(ahead) == {"month_not_next": "Close 2022-10 first."}
    await close(door, "2022-10", datetime(2022, 11, 1, 9, tzinfo=UTC))

    again = await close(door, "2022-10", DECEMBER, status=409)
    assert told(again)["month_closed"].endswith("close 2022-11 next.")
    await close(door, "2022-11", DECEMBER)

    closed = await step(door, later, "verification", VERIFIER, at=NOVEMBER, status=409)
    assert told(closed)["month-is-closed"].endswith("verify it on a day from 2022-12-01.")
    await step(door, later, "verification", VERIFIER, at=datetime(2022, 12, 1, 9, tzinfo=UTC))


@follows("participant_unknown")
async def test_a_pre_check_that_names_the_participant_can_tell(door: FrontDoor) -> None:
    said = as_said(evidenced())
    path = "/v1/claims/pre-check"

    without = (await door.post(path, CASEWORKER, said | {"participant_id": None}, at=AT)).json()
    named = (await door.post(path, CASEWORKER, said, at=AT)).json()

    asked = {check["remedy"] for check in without["checks"] if check["code"] == "participant_unknown"}
    assert asked == {"Name the participant."}
    assert named["ready"]


@follows("kind_not_on_card", "kind_on_card", "self_certification_stays_itself", "proposal-refused")
async def test_a_kind_is_proposed_as_told(door: FrontDoor) -> None:
    astray = await propose(door, stands_for="landlord-letter", status=422)
    needless = await propose(door, kind="case-note", status=422)
    self_made = await propose(door, kind="self-certification", status=422)

    assert "budget-plan" in told(astray)["kind_not_on_card"]
    assert told(needless)["kind_on_card"] == "Attach it; no ruling is needed."
    assert told(self_made)["self_certification_stays_itself"].startswith("Propose a document that somebody else made")
    await propose(door)


@follows("already-proposed", "already-ruled", "not_ruled", "ruled_so_already")
async def test_what_has_been_proposed_waits_for_the_council_and_what_is_ruled_is_put_right(door: FrontDoor) -> None:
    first = await propose(door)
    early = await put_right(door, first["id"], "corrections", REFUSED, status=409)
    assert told(early)["not_ruled"].startswith("Rule on it")

    again = await propose(door, status=409)
    await rule(door, again["equivalent_id"])
    ruled = await rule(door, first["id"], status=409)

    assert told(again)["already-proposed"] == "It is waiting for the council."
    assert told(ruled)["already-ruled"].endswith("if that was a mistake, put the ruling right.")
    await put_right(door, first["id"], "corrections", REFUSED)
    same = await put_right(door, first["id"], "corrections", REFUSED, status=409)
    assert told(same)["ruled_so_already"] == "Leave it, rule otherwise, or withdraw the ruling."
    await put_right(door, first["id"], "withdrawal", {"reason": "It was ruled on too early."})
    await rule(door, first["id"])


@follows("no_such_move", "side_has_accepted", "not_yours", "rate-card-change-refused", "rate-card-version-taken")
async def test_a_version_goes_on_as_told(door: FrontDoor) -> None:
    change_id = await drafted(door)
    taken = (await door.post(CHANGES, PRIME, {"card": a_card(), "retroactive": False}, at=AT)).json()
    assert told(taken)["rate-card-version-taken"].endswith(
        "draft another version, or withdraw that one if it is not accepted."
    )

    draft = await moved(door, change_id, "acceptance", PRIME, status=409)
    assert told(draft) == {"no_such_move": "It can take: propose, withdraw."}
    await moved(door, change_id, "proposal", PRIME, RATIONALE)
    foreign = await moved(door, change_id, "withdrawal", OVERSIGHT, {"reason": "No."}, status=409)
    await moved(door, change_id, "acceptance", PRIME)
    twice = await moved(door, change_id, "acceptance", PRIME, status=409)

    assert told(foreign) == {"not_yours": "Only they withdraw it; prime or council may reject it."}
    assert told(twice) == {"side_has_accepted": "Nothing more is needed of this side."}
    await moved(door, change_id, "rejection", OVERSIGHT, {"reason": "No."})
    over = await moved(door, change_id, "withdrawal", PRIME, {"reason": "No."}, status=409)
    assert told(over) == {"no_such_move": "Draft a new version."}
    await drafted(door, version="2023-02")


@follows("day_is_past", "period_taken")
async def test_a_version_comes_on_free_days_to_come_or_says_that_it_is_late(door: FrontDoor) -> None:
    late = await proposed(door, from_on="2022-11-01")
    taken = await drafted(door, version="early", from_on="2019-09-01", retroactive=True)

    past = await moved(door, late, "acceptance", PRIME, at=NEW_YEAR, status=409)
    over = await moved(door, taken, "proposal", PRIME, RATIONALE, status=409)

    assert told(past)["day_is_past"].startswith("Propose it from a day to come, or as retroactive")
    assert told(over)["period_taken"].endswith("or days after an open one began.")
    late_after_all = await drafted(door, version="late", retroactive=True)
    for change_id in (late_after_all, await drafted(door, version="to-come", from_on="2023-03-01")):
        await moved(door, change_id, "proposal", PRIME, RATIONALE)
        await moved(door, change_id, "acceptance", PRIME, at=NEW_YEAR)


@follows("cap-below-payable")
async def test_a_cap_is_what_is_payable_or_more(door: FrontDoor) -> None:
    absent = await door.get("/v1/programme/position", someone("prime-finance", programme="elsewhere"), at=AT)
    await verified(door, evidenced())
    payable = (await door.get("/v1/programme/position", FINANCE)).json()["payable_to_date_pence"]

    refused = await door.put(
        "/v1/programmes/kbop", OPERATOR, PART | {"money": PART["money"] | {"cap_pence": payable - 1}}, at=AT
    )

    assert told(absent.json())["programme-not-loaded"].startswith("Ask an operator to load it")
    assert told(refused.json())["cap-below-payable"].startswith(f"{payable} pence are payable already")
    await load(door, cap_pence=payable)


async def test_what_is_not_there_is_looked_for_in_its_list(door: FrontDoor) -> None:
    absent = {
        f"/v1/claims/{new_id()}": "/v1/claims",
        f"/v1/statements/{new_id()}": "/v1/statements",
        f"{CHANGES}/{new_id()}": CHANGES,
        "/v1/rate-cards/generic/none": "/v1/rate-cards",
    }
    types = {"no-such-equivalent", "no-such-audit-grant"}
    for path, listed in absent.items():
        problem = (await door.get(path, PRIME, at=AT)).json()
        types |= told(problem).keys()
        assert (await door.get(listed, PRIME, at=AT)).status_code == 200
    ruled = await rule(door, str(new_id()), status=404)

    ended = await door.post(f"/v1/audit-grants/{new_id()}/ending", OVERSIGHT, {"reason": "Over."}, at=AT)
    assert told(ended.json())["no-such-audit-grant"].startswith("List the audit grants")
    assert (await door.get("/v1/audit-grants", OVERSIGHT, at=AT)).status_code == 200
    assert told(ruled)["no-such-equivalent"].startswith("List the equivalents")
    assert (await door.get("/v1/equivalents", VERIFIER, at=AT)).status_code == 200
    assert types == A_LIST


def test_every_refusal_of_claims_has_its_remedy_followed_or_says_why_not() -> None:
    known = FOLLOWED | A_LIST | ELSEWHERE.keys() | REACHED_BY_NOBODY.keys()

    assert {*written(), *types_of_problems()} == known


def written() -> Iterator[str]:
    """Codes of refusals as they stand in the code, but for those of the rules of a card."""
    rules = {DOMAIN / "eligibility.py", DOMAIN / "evidence.py"}
    for module in (*(set(DOMAIN.glob("*.py")) - rules), DOMAIN.parent / "operations/advice/pre_check.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            match node:
                case ast.Call(func=ast.Name("Refusal"), args=[ast.Constant(str(code)), *_]):
                    yield code
                case _:
                    pass


def types_of_problems() -> Iterator[str]:
    for each in vars(problems).values():
        if isinstance(each, type) and issubclass(each, Problem) and each.__module__ == problems.__name__:
            yield each.type
