"""Where a card pays for so many and no more, an explanation says how many came before and what was left."""

from pathlib import Path
from typing import Any

from claims.main import create_app_for
from common.contracts.cases import EvidenceItem, OutcomeEvidenced
from common.ids import new_id
from programme import load_folder
from tests.claims.parts import AT, evidenced, raised, step
from tests.parts.api import FrontDoor, front_door, someone
from tests.parts.cards import accept_cards
from tests.parts.postgres import Databases

CARE = load_folder(Path(__file__).parents[3] / "programmes" / "dementia-care")
OPERATOR, PRIME = (someone(role, programme="dementia-care") for role in ("operator", "prime-manager"))
VERIFIER = someone("council-verifier", organisation="payer", kind="council", programme="dementia-care")


def part_that_pays_for(units: int) -> dict[str, Any]:
    part = CARE.claims_part().model_dump(mode="json", by_alias=True)
    [card] = part["rate_cards"]
    [rate] = card["rates"]
    return part | {"rate_cards": [card | {"rates": [rate | {"paid_units": units}]}]}


def a_care_plan() -> OutcomeEvidenced:
    signed = EvidenceItem(item_id=new_id(), kind="care-plan-signed", sha256="0" * 64)
    return evidenced(
        programme_id="dementia-care",
        provider_id=CARE.provider_list[0].provider_id,
        outcome="CARE_PLAN",
        unit="care-plan",
        evidence=(signed,),
        facts={"care_plan_complete": True},
    )


async def explained(door: FrontDoor, claim_id: str) -> dict[str, dict[str, Any]]:
    answer = await door.get(f"/v1/claims/{claim_id}/explain", PRIME, at=AT)
    assert answer.status_code == 200, answer.text
    return {each["step"]: each for each in answer.json()["steps"]}


async def test_an_explanation_says_which_units_are_paid(databases: Databases) -> None:
    async with front_door(databases, "claims", create_app_for) as door:
        loaded = await door.put("/v1/programmes/dementia-care", OPERATOR, part_that_pays_for(1), at=AT)
        assert loaded.status_code == 200, loaded.text
        await accept_cards(door, "dementia-care", at=AT)
        ids = await raised(door, a_care_plan(), a_care_plan())
        for claim_id in ids:
            await step(door, claim_id, "approval", PRIME, {})
            await step(door, claim_id, "verification", VERIFIER)
        first, second = [await explained(door, claim_id) for claim_id in ids]

    assert first["units"]["detail"] == {"paid_units": 1, "units_before": 0, "quantity": 1, "unpaid_units": 0}
    assert first["cap"]["detail"]["payable_pence"] == 90_000
    assert second["units"]["detail"] == {"paid_units": 1, "units_before": 1, "quantity": 1, "unpaid_units": 1}
    assert second["units"]["says"].endswith("1 were verified before it: 0 of its 1 can be paid.")
    assert second["units"]["event_id"] == second["cap"]["event_id"]
    assert second["cap"]["detail"]["payable_pence"] == 0
