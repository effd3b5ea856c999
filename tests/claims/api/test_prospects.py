"""What may be claimed next: from what claims knows of somebody, with what is missing, and never with a price."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import pytest

from common.contracts.cases import OutcomeEvidenced
from common.ids import new_id
from tests.claims.parts import (
    CASEWORKER,
    FOREIGN_MANAGER,
    PRIME,
    VERIFIER,
    evidenced,
    hear,
    merged,
    raised,
    step,
)
from tests.parts.api import FrontDoor

NOVEMBER = datetime(2022, 11, 2, 9, tzinfo=UTC)


def three_months_at_home(**but: Any) -> OutcomeEvidenced:
    """Referred on 1 August, housed then, sustained on 1 November."""
    usual: dict[str, Any] = {
        "achieved_on": date(2022, 11, 1),
        "referred_on": date(2022, 8, 1),
        "service_started_on": date(2022, 8, 3),
        "assessments": (),
    }
    return evidenced("ACC_3M", at=NOVEMBER, **usual | but)


async def ahead(
    door: FrontDoor, participant_id: UUID, who: str = CASEWORKER, *, at: datetime = NOVEMBER
) -> dict[tuple[str, str], dict[str, Any]]:
    answer = await door.get(f"/v1/participants/{participant_id}/prospects", who, at=at)
    assert answer.status_code == 200, answer.text
    assert "price" not in answer.text
    return {(each["outcome"], each["slot"]): each for each in answer.json()["items"]}


@pytest.mark.parametrize("who", [CASEWORKER, PRIME, VERIFIER])
async def test_the_next_rungs_are_counted_from_what_was_claimed(door: FrontDoor, who: str) -> None:
    event = three_months_at_home()
    await raised(door, event)

    found = await ahead(door, event.participant_id, who)

    assert ("ACC_3M", "only") not in found
    rungs = {code: found[code, "only"]["from_on"] for code in ("ACC_6M", "ACC_12M", "ACC_18M")}
    assert rungs == {"ACC_6M": "2023-02-01", "ACC_12M": "2023-08-01", "ACC_18M": "2024-02-01"}
    missing = {check["rule"]: check for check in found["ACC_6M", "only"]["missing"]}
    assert missing["every_move_was_planned"]["fact"] == "every_move_planned"
    assert missing["one_accepted_item_is_there"]["remedy"].startswith("Attach any one of: ")


async def test_on_the_day_it_names_nothing_asks_to_wait_longer(door: FrontDoor) -> None:
    event = three_months_at_home()
    await raised(door, event)
    found = await ahead(door, event.participant_id)
    waiting = {place: each["from_on"] for place, each in found.items() if each["from_on"]}

    assert waiting
    for place, day in waiting.items():
        at = datetime.combine(date.fromisoformat(day), time(9), UTC)
        then = (await ahead(door, event.participant_id, at=at))[place]
        assert then["from_on"] in (None, day), place


async def test_what_follows_another_outcome_says_so_until_that_is_claimed(door: FrontDoor) -> None:
    event = three_months_at_home()
    [_] = await raised(door, event)
    before = {check["code"] for check in (await ahead(door, event.participant_id))["WB_2", "only"]["missing"]}
    first = evidenced("WB_INITIAL", at=NOVEMBER, participant_id=event.participant_id, referral_id=event.referral_id)
    await hear(door, event, first)

    found = await ahead(door, event.participant_id)

    assert "prerequisite_missing" in before
    assert "prerequisite_missing" not in {check["code"] for check in found["WB_2", "only"]["missing"]}
    assert ("WB_INITIAL", "only") not in found


async def test_a_claim_that_ended_unpaid_is_a_prospect_again(door: FrontDoor) -> None:
    kept = three_months_at_home()
    gone = evidenced("ACC_PREV", at=NOVEMBER, participant_id=kept.participant_id, referral_id=kept.referral_id)
    await hear(door, kept, gone)
    [row] = await door.rows("select claim_id from claim where outcome = 'ACC_PREV'")
    assert ("ACC_PREV", "only") not in await ahead(door, kept.participant_id)

    await step(door, str(row["claim_id"]), "withdrawal", PRIME, {"reason": "prime-withdrew"}, at=NOVEMBER)

    assert ("ACC_PREV", "only") in await ahead(door, kept.participant_id)


async def test_dates_of_an_earlier_referral_do_not_count(door: FrontDoor) -> None:
    earlier = three_months_at_home(
        achieved_on=date(2021, 11, 1), referred_on=date(2021, 8, 1), service_started_on=date(2021, 8, 3)
    )
    again = evidenced(
        "ACC_PREV",
        at=NOVEMBER,
        participant_id=earlier.participant_id,
        referred_on=date(2022, 8, 1),
        service_started_on=date(2022, 8, 1),
    )
    await hear(door, earlier, again)

    found = await ahead(door, earlier.participant_id)

    assert found["ACC_6M", "only"]["from_on"] is None
    assert "fact_missing" in {check["code"] for check in found["ACC_6M", "only"]["missing"]}


async def test_whoever_was_merged_is_found_by_either_id(door: FrontDoor) -> None:
    event, alias = three_months_at_home(), new_id()
    await raised(door, event)
    await hear(door, merged(event.participant_id, alias, NOVEMBER))

    assert await ahead(door, alias) == await ahead(door, event.participant_id)


@pytest.mark.parametrize("who", [FOREIGN_MANAGER, PRIME])
async def test_nobody_is_told_of_someone_out_of_sight(door: FrontDoor, who: str) -> None:
    event = three_months_at_home()
    await raised(door, event)
    asked = event.participant_id if who == FOREIGN_MANAGER else new_id()

    answer = await door.get(f"/v1/participants/{asked}/prospects", who, at=NOVEMBER)

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/nothing-known")
