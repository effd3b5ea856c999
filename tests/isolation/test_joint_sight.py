"""A joint provider sees what the lead claims while the work is joint, and not a moment or a record longer."""

from datetime import date
from typing import Any

import pytest

from common.contracts import Event
from common.contracts.cases import (
    AccessRestricted,
    CaseClosed,
    JointWorkCorrected,
    JointWorkEnded,
    JointWorkWithdrawn,
)
from common.ids import new_id
from tests.isolation.claims_world import a_joint_claim, heard, share
from tests.isolation.worlds import OWN, PARTNER, World, bearer

ENDS: list[tuple[type[Event], dict[str, Any]]] = [
    (JointWorkEnded, {"joint_provider_id": PARTNER, "ended_on": date(2021, 6, 1)}),
    (
        JointWorkCorrected,
        {"joint_provider_id": PARTNER, "agreed_on": date(2021, 5, 1), "ended_on": date(2021, 6, 1)}
        | {"joint_work_id": new_id(), "shareable_only": False, "sees_it": False, "corrected_on": date(2021, 6, 1)},
    ),
    (
        JointWorkCorrected,
        {"joint_provider_id": "connect", "agreed_on": date(2021, 5, 1), "ended_on": None, "instead_of": PARTNER}
        | {"joint_work_id": new_id(), "shareable_only": False, "sees_it": True, "corrected_on": date(2021, 6, 1)},
    ),
    (
        JointWorkWithdrawn,
        {"joint_provider_id": PARTNER, "joint_work_id": new_id(), "sees_it": False, "withdrawn_on": date(2021, 6, 1)},
    ),
    (CaseClosed, {"reason": "disengaged", "closed_on": date(2021, 6, 1)}),
    (AccessRestricted, {"reason": "domestic-abuse", "restricted_on": date(2021, 6, 1)}),
]


@pytest.mark.xdist_group("isolation-claims")
@pytest.mark.parametrize("world", ["claims"], indirect=True)
@pytest.mark.parametrize(("event", "said"), ENDS)
async def test_a_joint_providers_sight_of_a_claim_ends(world: World, event: type[Event], said: dict[str, Any]) -> None:
    claim_id = await a_joint_claim(world)
    [row] = await world.door.rows("select participant_id, case_id from claim where claim_id::text = :id", id=claim_id)

    async def seen_by(provider: str) -> int:
        who = bearer("caseworker", provider)
        return (await world.door.get(f"/v1/claims/{claim_id}", who, at=world.at)).status_code

    assert (await seen_by(OWN), await seen_by(PARTNER)) == (200, 200)

    await heard(world, event, **said | dict(row) | {"provider_id": OWN})

    assert (await seen_by(OWN), await seen_by(PARTNER)) == (200, 404)
    if event is not AccessRestricted:
        await share(world, claim_id)
        assert await seen_by(PARTNER) == 200
