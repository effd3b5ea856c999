"""An external auditor opens the evidence of the quarter granted to them, while it is granted, and no other (S-83)."""

from typing import Any

import pytest

from common.audit.grants import Grants
from tests.claims.api.test_basis_decided import NOVEMBER, close
from tests.claims.parts import AT, AUDITOR, OVERSIGHT, PRIME, VERIFIER, evidenced, verified
from tests.parts.api import FrontDoor, someone

pytestmark = pytest.mark.row("S-83")
ANOTHER = someone("auditor", organisation="other-audit", kind="auditor")
QUARTER = {"auditor": "quarterly-audit", "quarter": "2022-Q4", "until_on": "2022-12-31"}


async def granted(door: FrontDoor, **but: Any) -> str:
    answer = await door.post("/v1/audit-grants", OVERSIGHT, QUARTER | but, at=NOVEMBER)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def asked(door: FrontDoor, claim_id: str, who: str = AUDITOR, at: Any = NOVEMBER) -> tuple[int, dict[str, Any]]:
    answer = await door.get(f"/v1/claims/{claim_id}/evidence-grant", who, at=at)
    return answer.status_code, answer.json()


async def test_the_documents_of_a_claim_of_the_quarter_are_granted_to_whoever_asks(door: FrontDoor) -> None:
    event = evidenced("FIN_RES")
    [claim_id] = await verified(door, event)
    await close(door, "2022-10", NOVEMBER)
    await granted(door)

    status, told = await asked(door, claim_id)

    documents = {item.item_id for item in event.evidence if item.sha256}
    grants: Grants = door.app.state.grants
    assert (status, set(told["documents"])) == (200, {str(each) for each in documents})
    assert grants.read(told["grant"], "kbop", "auditor.quarterly-audit") == documents
    assert grants.read(told["grant"], "kbop", "auditor.other-audit") == frozenset()
    assert grants.read(told["grant"], "calder", "auditor.quarterly-audit") == frozenset()
    assert Grants("another key of thirty-two bytes!").read(told["grant"], "kbop", "auditor.quarterly-audit") == set()
    [seen] = await door.rows(
        "select actor from audit where :claim = any(subjects) and action = 'grant_evidence'",
        claim=f"claim/{claim_id}",
    )
    assert seen["actor"] == "auditor.quarterly-audit"


async def test_no_other_claim_and_no_other_auditor(door: FrontDoor) -> None:
    [claim_id, early] = await verified(door, evidenced(), evidenced())
    assert (await asked(door, early))[1]["refusals"][0]["code"] == "not_stated"
    await close(door, "2022-10", NOVEMBER)

    status, ungranted = await asked(door, claim_id)
    await granted(door, quarter="2022-Q3")
    still, _ = await asked(door, claim_id)

    assert (status, still) == (403, 403)
    [refusal] = ungranted["refusals"]
    assert refusal["remedy"] == "Ask the council's oversight for a grant of 2022-Q4."
    await granted(door)
    assert (await asked(door, claim_id))[0] == 200
    assert (await asked(door, claim_id, ANOTHER))[0] == 403
    for who in (PRIME, VERIFIER, OVERSIGHT):
        assert (await asked(door, claim_id, who))[0] == 403


async def test_a_grant_ends_on_its_day_or_when_it_is_ended(door: FrontDoor) -> None:
    [claim_id] = await verified(door, evidenced())
    await close(door, "2022-10", NOVEMBER)
    short, ended = await granted(door, until_on="2022-11-02"), await granted(door, until_on="2022-11-30")
    later = NOVEMBER.replace(day=3)
    assert (await asked(door, claim_id, at=later))[0] == 200

    answer = await door.post(f"/v1/audit-grants/{ended}/ending", OVERSIGHT, {"reason": "The wrong audit."}, at=NOVEMBER)

    assert answer.status_code == 200
    assert [(await asked(door, claim_id, at=at))[0] for at in (NOVEMBER, later)] == [200, 403]
    own = (await door.get("/v1/audit-grants", AUDITOR, at=later)).json()["items"]
    assert {each["id"]: each["end_reason"] for each in own} == {short: None, ended: "The wrong audit."}
    assert (await door.get("/v1/audit-grants", ANOTHER, at=later)).json()["items"] == []


@pytest.mark.parametrize("until_on", ["2022-11-01", "2023-11-04"])
async def test_a_grant_is_for_a_time_to_come_and_a_year_at_most(door: FrontDoor, until_on: str) -> None:
    refused = await door.post("/v1/audit-grants", OVERSIGHT, QUARTER | {"until_on": until_on}, at=NOVEMBER)

    assert (refused.status_code, refused.json()["refusals"][0]["code"]) == (422, "grant_ends_out_of_time")
    assert refused.json()["refusals"][0]["remedy"] == "Give a day from 2022-11-02 to 2023-11-03."
    await granted(door, until_on="2023-11-03")


@pytest.mark.parametrize("who", [AUDITOR, PRIME, VERIFIER])
async def test_nobody_but_the_councils_oversight_grants(door: FrontDoor, who: str) -> None:
    assert (await door.post("/v1/audit-grants", who, QUARTER, at=AT)).status_code == 403


async def seen(door: FrontDoor, at: Any = NOVEMBER) -> dict[str, Any]:
    """What the lists show the auditor: claims, and statements by their month."""
    listed = [(await door.get(path, AUDITOR, at=at)).json()["items"] for path in ("/v1/claims", "/v1/statements")]
    return {"claims": {each["id"] for each in listed[0]}, "statements": [each["month"] for each in listed[1]]}


async def test_an_auditors_lists_end_with_the_quarters_granted(door: FrontDoor) -> None:
    [claim_id] = await verified(door, evidenced())
    await close(door, "2022-10", NOVEMBER)
    [later] = await verified(door, evidenced(), at=NOVEMBER)
    assert await seen(door) == {"claims": set(), "statements": []}

    await granted(door, quarter="2022-Q3")
    assert await seen(door) == {"claims": set(), "statements": []}
    await granted(door, until_on="2022-11-02")

    assert await seen(door) == {"claims": {claim_id}, "statements": ["2022-10"]}
    assert await seen(door, NOVEMBER.replace(day=3)) == {"claims": set(), "statements": []}
    everybodys = (await door.get("/v1/claims", VERIFIER, at=NOVEMBER)).json()["items"]
    assert {each["id"] for each in everybodys} == {claim_id, later}


OF_A_CLAIM = ("", "/history", "/value", "/explain", "/explain/without-amounts", "/evidence-grant")


async def test_an_auditor_reads_no_claim_or_statement_of_a_quarter_that_is_not_granted(door: FrontDoor) -> None:
    [claim_id] = await verified(door, evidenced())
    await close(door, "2022-10", NOVEMBER)
    [statement] = (await door.get("/v1/statements", PRIME, at=NOVEMBER)).json()["items"]
    paths = [f"/v1/claims/{claim_id}{more}" for more in OF_A_CLAIM]
    paths += [f"/v1/statements/{statement['id']}{more}" for more in ("", "/lines")]

    before = [await door.get(path, AUDITOR, at=NOVEMBER) for path in paths]
    await granted(door)
    after = [await door.get(path, AUDITOR, at=NOVEMBER) for path in paths]

    assert {(each.status_code, each.json()["type"]) for each in before} == {(403, "/problems/evidence-not-granted")}
    assert {each.json()["refusals"][0]["code"] for each in before} == {"quarter_not_granted"}
    assert {each.status_code for each in after} == {200}


async def test_an_auditor_challenges_a_claim_of_the_quarter_granted_and_no_other(door: FrontDoor) -> None:
    [claim_id] = await verified(door, evidenced())
    path, why = f"/v1/claims/{claim_id}/challenge", {"code": "not-achieved", "reason": "The letter is of another."}
    early = await door.post(path, AUDITOR, why, at=AT)
    await close(door, "2022-10", NOVEMBER)
    await granted(door)

    assert (early.status_code, early.json()["refusals"][0]["code"]) == (403, "not_stated")
    assert (await door.post(path, AUDITOR, why, at=NOVEMBER)).status_code == 200
