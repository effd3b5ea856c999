"""One ruling serves everybody: evidence of another kind, proposed once and good for the next provider's claim too."""

import asyncio
from typing import Any
from uuid import UUID

from common.contracts.cases import EvidenceItem
from common.ids import new_id
from tests.claims.parts import (
    AT,
    CASEWORKER,
    FOREIGN_MANAGER,
    MANAGER,
    OVERSIGHT,
    PRIME,
    VERIFIER,
    evidenced,
    raised,
    shown,
    step,
)
from tests.parts.api import FrontDoor

PAIR = {"outcome": "FIN_RES", "kind": "pip-review-form", "stands_for": "budget-plan"}
ACCEPTED = {"ruling": "accepted", "reason": "It shows more than the workbook does."}


async def propose(door: FrontDoor, who: str = MANAGER, *, status: int = 201, **but: str) -> dict[str, Any]:
    answer = await door.post("/v1/equivalents", who, PAIR | {"why": "It covers the budget line by line."} | but, at=AT)
    assert answer.status_code == status, answer.text
    return answer.json()


async def rule(
    door: FrontDoor, equivalent_id: str, who: str = VERIFIER, body: Any = ACCEPTED, *, status: int = 200
) -> dict[str, Any]:
    answer = await door.post(f"/v1/equivalents/{equivalent_id}/ruling", who, body, at=AT)
    assert answer.status_code == status, answer.text
    return answer.json()


def with_the_form(provider_id: str) -> Any:
    note = EvidenceItem(item_id=new_id(), kind="case-note")
    form = EvidenceItem(item_id=new_id(), kind="pip-review-form", sha256="0" * 64)
    return evidenced("FIN_RES", provider_id=provider_id, evidence=(note, form))


async def verdicts(door: FrontDoor, claim_id: str) -> list[str]:
    checks = (await shown(door, claim_id))["assessment"]["checks"]
    return [check["code"] for check in checks if check["verdict"] != "pass"]


async def test_a_ruling_is_a_precedent_for_every_provider(door: FrontDoor) -> None:
    before, of_another = await raised(door, with_the_form("fusion-housing"), with_the_form("horton"))
    assert await verdicts(door, before) == ["accompanying_evidence_missing"]

    proposed = await propose(door)
    await step(door, before, "approval", PRIME, {}, status=422)
    await rule(door, proposed["id"])

    await step(door, before, "approval", PRIME, {})
    await step(door, of_another, "approval", PRIME, {})
    [later] = await raised(door, with_the_form("horton"))
    assert (await shown(door, later))["ready"]
    [told] = await door.announced("EquivalentRuled")
    assert (told["kind"], told["stands_for"], told["ruling"]) == ("pip-review-form", "budget-plan", "accepted")


async def test_a_refused_proposal_changes_nothing(door: FrontDoor) -> None:
    proposed = await propose(door)
    await rule(door, proposed["id"], body={"ruling": "refused", "reason": "It says nothing of a budget."})
    [claim_id] = await raised(door, with_the_form("fusion-housing"))

    assert await verdicts(door, claim_id) == ["accompanying_evidence_missing"]


async def test_it_counts_for_its_outcome_alone(door: FrontDoor) -> None:
    proposed = await propose(door, outcome="ACC_PREV", stands_for="tenancy-agreement")
    await rule(door, proposed["id"])
    [claim_id] = await raised(door, with_the_form("fusion-housing"))

    assert await verdicts(door, claim_id) == ["accompanying_evidence_missing"]


async def test_the_council_rules_once(door: FrontDoor) -> None:
    proposed = await propose(door)
    path = f"/v1/equivalents/{proposed['id']}/ruling"
    answers = await asyncio.gather(*(door.post(path, VERIFIER, ACCEPTED, at=AT) for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
    assert len(await door.announced("EquivalentRuled")) == 1


async def test_what_was_proposed_before_is_told_with_its_ruling(door: FrontDoor) -> None:
    proposed = await propose(door)
    waiting = await propose(door, FOREIGN_MANAGER, status=409)
    await rule(door, proposed["id"])
    ruled = await propose(door, FOREIGN_MANAGER, status=409)

    assert (waiting["equivalent_id"], waiting["ruling"]) == (proposed["id"], "none yet")
    assert ruled["ruling"] == "accepted"
    listed = (await door.get("/v1/equivalents", FOREIGN_MANAGER, at=AT, outcome="FIN_RES")).json()["items"]
    assert [(each["id"], each["ruling"]) for each in listed] == [(proposed["id"], "accepted")]


async def test_impossible_proposals_are_refused_with_every_reason(door: FrontDoor) -> None:
    for but, code in (
        ({"stands_for": "court-order"}, "kind_not_on_card"),
        ({"kind": "awards-letter"}, "kind_on_card"),
        ({"kind": "self-certification"}, "self_certification_stays_itself"),
    ):
        problem = await propose(door, status=422, **but)
        assert code in [refusal["code"] for refusal in problem["refusals"]]
    assert (await propose(door, status=422, outcome="DA_RISK"))["type"].endswith("not-on-your-card")


async def test_providers_propose_and_the_verifier_alone_rules(door: FrontDoor) -> None:
    proposed = await propose(door, CASEWORKER)

    await propose(door, PRIME, status=403)
    for who in (MANAGER, PRIME, OVERSIGHT):
        await rule(door, proposed["id"], who, status=403)
    await rule(door, str(UUID(int=7)), status=404)


async def test_the_same_request_again_proposes_once(door: FrontDoor) -> None:
    body = PAIR | {"why": "It covers the budget."}
    first, again = [await door.post("/v1/equivalents", MANAGER, body, at=AT, key="the-same") for _ in range(2)]

    assert first.json() == again.json()
    assert len(await door.rows("select 1 from evidence_equivalent")) == 1


async def test_the_list_is_paged(door: FrontDoor) -> None:
    ids = [(await propose(door, kind=f"form-{number}"))["id"] for number in range(3)]
    first = (await door.get("/v1/equivalents", OVERSIGHT, at=AT, limit=2)).json()
    rest = (await door.get("/v1/equivalents", OVERSIGHT, at=AT, limit=2, cursor=first["next"])).json()

    assert [each["id"] for each in [*first["items"], *rest["items"]]] == ids[::-1]
