"""One ruling serves everybody: evidence of another kind, proposed once and good for the next provider's claim too."""

import asyncio
from typing import Any
from uuid import UUID

from sqlalchemy import text

from common.contracts.cases import EvidenceItem
from common.ids import new_id
from tests.claims.parts import (
    AT,
    CASEWORKER,
    FOREIGN_MANAGER,
    MANAGER,
    OTHER_VERIFIER,
    OVERSIGHT,
    PRIME,
    VERIFIER,
    evidenced,
    raised,
    shown,
    step,
    submitted,
    verified,
)
from tests.parts.api import FrontDoor
from tests.parts.eventually import eventually

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


async def put_right(
    door: FrontDoor, equivalent_id: str, how: str, body: Any, who: str = VERIFIER, *, status: int = 200
) -> dict[str, Any]:
    answer = await door.post(f"/v1/equivalents/{equivalent_id}/ruling/{how}", who, body, at=AT)
    assert answer.status_code == status, answer.text
    return answer.json()


REFUSED = {"ruling": "refused", "reason": "It says nothing of a budget after all."}
TOO_EARLY = {"reason": "It was ruled on before it was read."}


async def test_what_is_open_is_judged_again_whenever_the_ruling_changes(door: FrontDoor) -> None:
    proposed = await propose(door)
    open_claim, plain = await raised(door, with_the_form("horton"), evidenced("FIN_RES"))
    ready: list[bool] = []
    for change in (
        rule(door, proposed["id"]),
        put_right(door, proposed["id"], "corrections", REFUSED),
        put_right(door, proposed["id"], "corrections", ACCEPTED),
        put_right(door, proposed["id"], "withdrawal", TOO_EARLY),
    ):
        await change
        ready.append((await shown(door, open_claim))["ready"])

    assert ready == [True, False, True, False]
    assert (await shown(door, open_claim))["assessment"]["occasion"] == "ruling"
    assert (await shown(door, plain))["assessment"]["occasion"] == "raised"
    await rule(door, proposed["id"])


async def test_what_was_verified_on_it_stands_until_the_council_decides(door: FrontDoor) -> None:
    proposed = await propose(door)
    await rule(door, proposed["id"])
    paid, otherwise = await verified(door, with_the_form("fusion-housing"), evidenced("FIN_RES"))

    await put_right(door, proposed["id"], "corrections", REFUSED)

    [told] = await door.announced("ClaimBasisChanged")
    assert (told["claim_id"], told["changed"]) == (paid, ["rulings.pip-review-form"])
    listed = (await door.get("/v1/claims", VERIFIER, at=AT, basis_changed=True)).json()["items"]
    assert [claim["id"] for claim in listed] == [paid]
    steps = (await door.get(f"/v1/claims/{paid}/explain", PRIME, at=AT)).json()["steps"]
    assert steps[-1]["says"].startswith("A ruling on its evidence was put right after it had ended")
    assert (await shown(door, otherwise))["basis_changed_on"] is None


async def test_every_ruling_stays_readable_with_its_reason_and_whose_it_was(door: FrontDoor) -> None:
    proposed = await propose(door)
    await rule(door, proposed["id"])
    await put_right(door, proposed["id"], "corrections", REFUSED, OTHER_VERIFIER)
    await put_right(door, proposed["id"], "withdrawal", TOO_EARLY)

    [listed] = (await door.get("/v1/equivalents", MANAGER, at=AT)).json()["items"]

    assert (listed["ruling"], listed["reason"], listed["ruled_on"]) == (None, None, None)
    assert [(each["ruling"], each["reason"], each["ruled_by"]) for each in listed["rulings"]] == [
        ("accepted", ACCEPTED["reason"], "council-verifier.kirklees-council"),
        ("refused", REFUSED["reason"], "council-verifier-2.kirklees-council"),
        ("withdrawn", TOO_EARLY["reason"], "council-verifier.kirklees-council"),
    ]
    first, second = await door.announced("EquivalentRuled")
    [withdrawn] = await door.announced("EquivalentRulingWithdrawn")
    assert (first["corrects"], second["corrects"], withdrawn["ruled_as"]) == (
        *(None, first["event_id"], second["event_id"]),
    )


async def test_only_who_may_rule_puts_a_ruling_right_and_only_one_that_is_another(door: FrontDoor) -> None:
    proposed = await propose(door)
    early = await put_right(door, proposed["id"], "withdrawal", TOO_EARLY, status=409)
    await rule(door, proposed["id"])
    same = await put_right(door, proposed["id"], "corrections", ACCEPTED, status=409)

    assert [each["refusals"][0]["code"] for each in (early, same)] == ["not_ruled", "ruled_so_already"]
    for who in (MANAGER, PRIME, OVERSIGHT):
        await put_right(door, proposed["id"], "corrections", REFUSED, who, status=403)
    await put_right(door, str(UUID(int=7)), "corrections", REFUSED, status=404)


WAITING = """
select count(distinct waits.pid) as waiting from pg_locks waits join pg_locks holds using (pid)
where not waits.granted and holds.database = (select oid from pg_database where datname = current_database())
"""


async def test_what_is_verified_while_it_is_ruled_otherwise_comes_to_the_worklist(door: FrontDoor) -> None:
    proposed = await propose(door)
    await rule(door, proposed["id"])
    [claim_id] = await submitted(door, with_the_form("fusion-housing"))

    async def are_waiting(requests: int) -> bool:
        return (await door.rows(WAITING))[0]["waiting"] == requests

    async with door.worker.begin() as somebody:
        await somebody.execute(text("select from contract for update"))
        verifying = asyncio.create_task(step(door, claim_id, "verification", VERIFIER, {}))
        await eventually(lambda: are_waiting(1))
        correcting = asyncio.create_task(put_right(door, proposed["id"], "corrections", REFUSED))
        await eventually(lambda: are_waiting(2))
    await asyncio.gather(verifying, correcting)

    claim = await shown(door, claim_id)
    assert (claim["state"], claim["basis_changed_on"]) == ("verified", "2022-10-03")


async def test_the_list_is_paged(door: FrontDoor) -> None:
    ids = [(await propose(door, kind=f"form-{number}"))["id"] for number in range(3)]
    first = (await door.get("/v1/equivalents", OVERSIGHT, at=AT, limit=2)).json()
    rest = (await door.get("/v1/equivalents", OVERSIGHT, at=AT, limit=2, cursor=first["next"])).json()

    assert [each["id"] for each in [*first["items"], *rest["items"]]] == ids[::-1]


async def test_what_waits_for_a_ruling_is_a_queue_oldest_first(door: FrontDoor) -> None:
    first, second, ruled = [(await propose(door, kind=f"form-{number}"))["id"] for number in range(3)]
    await rule(door, ruled)

    async def listed(**asked: Any) -> list[str]:
        answer = await door.get("/v1/equivalents", VERIFIER, **asked)
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["items"]]

    assert await listed(decided="false", order="proposed") == [first, second]
    assert await listed(decided="true") == await listed(ruling="accepted") == [ruled]
    assert await listed(kind="form-1") == [second]
    assert await listed(provider="horton") == await listed(month="2019-01") == []
    counted = (await door.get("/v1/equivalents", VERIFIER, decided="false", count="true", limit=1)).json()
    assert (len(counted["items"]), counted["count"]) == (1, 2)
