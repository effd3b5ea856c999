"""What a source answers is evidence that a verifier records; a document named like it is none (S-80, BR-E6)."""

from typing import Any

import pytest

from common.contracts.cases import EvidenceItem
from common.ids import new_id
from tests.claims.parts import (
    CASEWORKER,
    OPERATOR,
    PART,
    PRIME,
    VERIFIER,
    WHY,
    evidenced,
    raised,
    shown,
    step,
    verified,
)
from tests.parts.api import FrontDoor, someone

pytestmark = pytest.mark.row("S-80")
MATCH = {"kind": "hmrc-check", "result": "match"}
MISMATCH, UNAVAILABLE = MATCH | {"result": "mismatch"}, MATCH | {"result": "unavailable"}


def earned(kind: str = "case-note") -> Any:
    """A job kept for 26 weeks, with nothing to show for the earnings but a note, or what is named."""
    return evidenced("EMP_26W", evidence=(EvidenceItem(item_id=new_id(), kind=kind, sha256="0" * 64),))


async def standing(door: FrontDoor, claim_id: str) -> tuple[bool, list[str]]:
    claim = await shown(door, claim_id)
    return claim["ready"], [check["code"] for check in claim["assessment"]["checks"] if check["verdict"] != "pass"]


@pytest.mark.parametrize("kind", ["case-note", "hmrc-check"])
async def test_only_the_answer_passes_for_the_check_and_no_document_does(door: FrontDoor, kind: str) -> None:
    [claim_id] = await raised(door, earned(kind))
    assert await standing(door, claim_id) == (False, ["evidence_missing"])

    await step(door, claim_id, "answers", VERIFIER, MATCH)

    assert await standing(door, claim_id) == (True, [])
    [answer] = (await shown(door, claim_id, CASEWORKER_OF_IT))["answers"]
    assert answer == MATCH | {"answered_on": "2022-10-03", "recorded_by": "council-verifier.kirklees-council"}
    await step(door, claim_id, "approval", PRIME, {})
    await step(door, claim_id, "verification", OTHER)


CASEWORKER_OF_IT, OTHER = (
    CASEWORKER,
    someone("council-verifier", organisation="kirklees-council", kind="council", subject="other"),
)


async def test_the_remedy_says_whom_to_ask(door: FrontDoor) -> None:
    [claim_id] = await raised(door, earned())

    [said] = [each for each in (await shown(door, claim_id))["assessment"]["checks"] if each["verdict"] != "pass"]

    assert said["remedy"].startswith("Attach any one of: employer-letter, employment-contract,")
    assert said["remedy"].endswith("Or ask the Council to record what the source answers: hmrc-check.")


@pytest.mark.parametrize("later", [MISMATCH, UNAVAILABLE])
async def test_the_newest_answer_counts_and_those_before_stay_readable(door: FrontDoor, later: Any) -> None:
    [claim_id] = await raised(door, earned())
    await step(door, claim_id, "answers", VERIFIER, MATCH)
    await step(door, claim_id, "approval", PRIME, {})

    await step(door, claim_id, "answers", VERIFIER, later)

    assert await standing(door, claim_id) == (False, ["evidence_missing"])
    await step(door, claim_id, "verification", VERIFIER, status=422)
    assert [each["result"] for each in (await shown(door, claim_id))["answers"]] == ["match", later["result"]]
    await step(door, claim_id, "answers", VERIFIER, MATCH)
    await step(door, claim_id, "verification", VERIFIER)


@pytest.mark.parametrize(
    "who", [PRIME, CASEWORKER, someone("provider-system", organisation="fusion-housing", kind="provider")]
)
async def test_nobody_but_the_council_records_an_answer(door: FrontDoor, who: str) -> None:
    [claim_id] = await raised(door, earned())

    await step(door, claim_id, "answers", who, MATCH, status=403)


async def test_what_no_source_answers_is_refused_with_what_one_does(door: FrontDoor) -> None:
    [claim_id] = await raised(door, earned())

    problem = await step(door, claim_id, "answers", VERIFIER, MATCH | {"kind": "payslip"}, status=422)

    assert problem["type"] == "/problems/not-answered-by-a-source"
    assert problem["detail"].endswith("Choose one of: hmrc-check.")
    await step(door, claim_id, "answers", VERIFIER, MATCH)


async def test_a_verified_claim_is_judged_no_more_but_challenged(door: FrontDoor) -> None:
    [claim_id] = await verified(door, evidenced("EMP_26W"))

    problem = await step(door, claim_id, "answers", VERIFIER, MISMATCH, status=409)

    assert "challenge it if it is verified" in problem["detail"]
    await step(door, claim_id, "challenge", VERIFIER, WHY)


async def test_a_programme_loaded_before_kinds_had_an_origin_judges_as_it_did(door: FrontDoor) -> None:
    await door.put("/v1/programmes/kbop", OPERATOR, PART | {"answered_kinds": []})
    [claim_id] = await raised(door, earned("hmrc-check"))

    assert await standing(door, claim_id) == (True, [])
