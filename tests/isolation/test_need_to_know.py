"""A merged person is seen under either id by those who saw one of them; need-to-know is so under every id."""

from typing import Any
from uuid import UUID

import pytest

from common.contracts.cases import AccessRestricted, JointWorkAgreed
from common.ids import new_id
from referral_hub.events.heard import REACTIONS
from tests.isolation.hub_world import HUB, a_placed, a_received
from tests.isolation.worlds import OWN, PARTNER, PROGRAMME, STRANGER, World, bearer
from tests.parts.api import records_of
from tests.referral_hub.town import a_person

ADDRESS = "12 Made-Up Terrace"


async def one_person_under_two_ids(world: World, case_id: UUID) -> tuple[str, str]:
    """The record that survives, and the alias under which `OWN` leads the case and `PARTNER` works on it."""
    alias = await a_placed(world, OWN, person=a_person(address=ADDRESS))
    survivor = await a_received(world, OWN, person=a_person(address=ADDRESS))
    await world.post(f"/v1/referrals/{survivor['id']}/triage-support", HUB, {})
    joint = {"joint_provider_id": PARTNER, "agreed_on": world.at.date(), "shareable_only": False}
    agreed = JointWorkAgreed.model_validate(of_case(world, alias["participant_id"], case_id) | joint)
    ids = survivor["participant_id"], alias["participant_id"]
    await world.post(f"/v1/participants/{ids[0]}/merge", HUB, {"alias_id": ids[1], "reason": "One person."})
    restricted = {"reason": "domestic-abuse", "restricted_on": world.at.date()}
    restriction = AccessRestricted.model_validate(of_case(world, ids[1], case_id) | restricted)
    world.kept["told"] = records_of([agreed, restriction])
    return ids


def of_case(world: World, participant_id: str, case_id: UUID) -> dict[str, Any]:
    envelope = {"event_id": new_id(), "programme_id": PROGRAMME, "occurred_at": world.at}
    return envelope | {"participant_id": participant_id, "case_id": case_id, "provider_id": OWN}


async def addresses_seen(world: World, provider: str, ids: tuple[str, str]) -> list[Any]:
    """What a provider reads under each id: the address, none, or the status of a refusal."""
    answers = [
        await world.door.get(f"/v1/participants/{each}", bearer("caseworker", provider), at=world.at) for each in ids
    ]
    return [answer.json()["address"] if answer.is_success else answer.status_code for answer in answers]


@pytest.mark.xdist_group("isolation-referral-hub")
@pytest.mark.parametrize("world", ["referral-hub"], indirect=True)
async def test_of_a_merged_person_a_restriction_holds_under_either_id(world: World) -> None:
    ids = await one_person_under_two_ids(world, new_id())
    joint, restricted = world.kept.pop("told")

    assert await addresses_seen(world, OWN, ids) == [ADDRESS, ADDRESS]
    assert await addresses_seen(world, PARTNER, ids) == [404, 404]

    await world.door.hear(REACTIONS, [joint])

    assert await addresses_seen(world, PARTNER, ids) == [ADDRESS, ADDRESS]

    await world.door.hear(REACTIONS, [restricted])

    assert await addresses_seen(world, OWN, ids) == [ADDRESS, ADDRESS]
    assert await addresses_seen(world, PARTNER, ids) == [None, None]
    assert await addresses_seen(world, STRANGER, ids) == [404, 404]
