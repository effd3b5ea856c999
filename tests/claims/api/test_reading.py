"""Who sees which claims, page by page, and what a pre-check says."""

from datetime import date
from typing import Any

import httpx

from common.ids import new_id
from tests.claims.parts import (
    AT,
    CASEWORKER,
    FINANCE,
    FOREIGN_MANAGER,
    MANAGER,
    OPERATOR,
    PRIME,
    evidenced,
    raised,
    shown,
)
from tests.parts.api import FrontDoor, someone


async def test_a_provider_sees_its_own_claims_and_no_other(door: FrontDoor) -> None:
    own, foreign = await raised(door, evidenced(), evidenced(provider_id="horton"))

    listed = (await door.get("/v1/claims", MANAGER)).json()["items"]

    assert [claim["id"] for claim in listed] == [own]
    assert (await door.get(f"/v1/claims/{foreign}", MANAGER)).status_code == 404
    assert (await door.get(f"/v1/claims/{foreign}/history", MANAGER)).status_code == 404
    assert (await door.get(f"/v1/claims/{foreign}", FOREIGN_MANAGER)).status_code == 200


async def test_another_programme_sees_nothing(door: FrontDoor) -> None:
    [claim_id] = await raised(door, evidenced())
    elsewhere = someone("prime-manager", programme="elsewhere")

    listed = (await door.get("/v1/claims", elsewhere)).json()["items"]

    assert listed == []
    assert (await door.get(f"/v1/claims/{claim_id}", elsewhere)).status_code == 404


async def test_claims_are_listed_newest_first_page_by_page_without_money(door: FrontDoor) -> None:
    days = [date(2022, 7, day) for day in (3, 1, 2)]
    await raised(door, *(evidenced(achieved_on=day) for day in days))

    first = (await door.get("/v1/claims", PRIME, limit=2)).json()
    second = (await door.get("/v1/claims", PRIME, limit=2, cursor=first["next"])).json()

    listed = first["items"] + second["items"]
    assert [claim["achieved_on"] for claim in listed] == ["2022-07-03", "2022-07-02", "2022-07-01"]
    assert second["next"] is None
    assert not [name for claim in listed for name in claim if name.endswith("_pence")]


async def test_claims_are_found_by_state_provider_outcome_and_participant(door: FrontDoor) -> None:
    event = evidenced("ACC_3M")
    wanted, _ = await raised(door, event, evidenced(provider_id="horton"))

    found: list[httpx.Response] = [
        await door.get("/v1/claims", PRIME, outcome="ACC_3M"),
        await door.get("/v1/claims", PRIME, provider="fusion-housing"),
        await door.get("/v1/claims", PRIME, participant_id=str(event.participant_id)),
        await door.get("/v1/claims", PRIME, state="raised", outcome="ACC_3M"),
    ]

    assert [[claim["id"] for claim in answer.json()["items"]] for answer in found] == [[wanted]] * 4


async def test_a_claim_says_what_the_asker_may_do_and_shows_no_money(door: FrontDoor) -> None:
    [claim_id] = await raised(door, evidenced())

    assert (await shown(door, claim_id, PRIME))["allowed"] == ["return", "approve", "withdraw"]
    claim = await shown(door, claim_id, MANAGER)
    assert claim["allowed"] == []
    assert "_pence" not in str(claim)


async def test_reading_a_claim_is_kept_in_the_audit(door: FrontDoor) -> None:
    event = evidenced()
    [claim_id] = await raised(door, event)

    await shown(door, claim_id, MANAGER)

    [kept] = await door.rows("select actor, subjects from audit where action = 'show_claim'")
    assert kept["actor"] == "provider-manager.fusion-housing"
    assert f"participant/{event.participant_id}" in kept["subjects"]


async def test_an_operator_reads_no_claims(door: FrontDoor) -> None:
    assert (await door.get("/v1/claims", OPERATOR)).status_code == 403


def an_outcome_said(**but: Any) -> dict[str, Any]:
    return {
        "outcome": "ACC_PREV",
        "achieved_on": "2022-09-01",
        "referred_on": "2021-02-01",
        "service_started_on": "2021-02-03",
        "evidence": [{"kind": "tenancy-agreement"}],
        "facts": {"ground": "homeless"},
        "participant_id": str(new_id()),
        **but,
    }


async def pre_checked(door: FrontDoor, who: str = CASEWORKER, **but: Any) -> dict[str, Any]:
    answer = await door.post("/v1/claims/pre-check", who, an_outcome_said(**but), at=AT)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_pre_check_passes_what_would_be_ready_and_keeps_nothing(door: FrontDoor) -> None:
    said = await pre_checked(door)

    assert (said["ready"], said["rate_card_version"]) == (True, "2020-07")
    assert await door.rows("select 1 from claim") == []
    assert await door.announced("ClaimRaised") == []


async def test_a_pre_check_says_what_fails_what_cannot_be_told_and_what_would_help(door: FrontDoor) -> None:
    said = await pre_checked(door, evidence=[], facts={})

    verdicts = {check["code"]: check["verdict"] for check in said["checks"] if check["verdict"] != "pass"}
    assert verdicts == {"evidence_missing": "fail", "fact_missing": "cannot-tell"}
    assert all(check["remedy"] for check in said["checks"] if check["verdict"] != "pass")


async def test_a_pre_check_knows_what_was_claimed_before(door: FrontDoor) -> None:
    event = evidenced()
    await raised(door, event)

    said = await pre_checked(door, participant_id=str(event.participant_id))

    assert [check["code"] for check in said["checks"] if check["verdict"] == "fail"] == ["already_claimed"]


async def test_a_pre_check_without_a_participant_cannot_tell_what_was_claimed(door: FrontDoor) -> None:
    said = await pre_checked(door, participant_id=None)

    unsure = {check["rule"] for check in said["checks"] if check["verdict"] == "cannot-tell"}
    assert (unsure, said["ready"]) == ({"outcome_is_claimed_once", "limit_is_not_reached"}, False)


async def test_a_pre_check_is_for_the_provider_s_own_outcomes(door: FrontDoor) -> None:
    answer = await door.post("/v1/claims/pre-check", CASEWORKER, an_outcome_said(provider_id="horton"))
    unnamed = await door.post("/v1/claims/pre-check", PRIME, an_outcome_said())

    assert (answer.status_code, unnamed.status_code) == (422, 422)
    assert (await pre_checked(door, PRIME, provider_id="horton"))["ready"]


async def test_a_fact_with_a_date_past_the_calendar_is_no_fact(door: FrontDoor) -> None:
    said = await pre_checked(
        door, outcome="MH_SUST", evidence=[{"kind": "third-party-letter"}], facts={"engaged_from_on": "9999-12-31"}
    )

    assert "fact_missing" in {check["code"] for check in said["checks"]}


async def test_finance_may_read_what_a_claim_is_but_not_decide(door: FrontDoor) -> None:
    [claim_id] = await raised(door, evidenced())

    assert (await shown(door, claim_id, FINANCE))["state"] == "raised"
    assert (await door.post(f"/v1/claims/{claim_id}/approval", FINANCE, {})).status_code == 403
