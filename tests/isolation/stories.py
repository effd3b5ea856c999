"""Every reaction of a service's table in one story, so told that each of them has something to do."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import pytest

from case_management.events.heard import REACTIONS as CASES_REACTIONS
from claims.events.heard import REACTIONS as CLAIMS_REACTIONS
from common.contracts import Event
from common.contracts.cases import CaseClosed, JointWorkAgreed, JointWorkCorrected, JointWorkWithdrawn
from common.contracts.referrals import (
    AllocationDeclined,
    AllocationWithdrawn,
    DuplicateReferralEnded,
    ParticipantRestricted,
    ParticipantsMerged,
    ParticipantsUnmerged,
)
from common.ids import new_id
from common.messaging.reactions import Reaction, Reactions
from referral_hub.events.heard import REACTIONS as HUB_REACTIONS
from tests.case_management.api.world import an_allocation
from tests.claims.parts import evidenced, withdrawn
from tests.isolation.hub_world import a_placed
from tests.isolation.worlds import OWN, PARTNER, PROGRAMME, World
from tests.parts.shared import ROOT

EXAMPLES = ROOT / "libs/common/src/common/contracts/examples"


def told(contract: type[Event], ids: Mapping[str, Any]) -> Event:
    """The contract's example, of the people and things named."""
    released = json.loads((EXAMPLES / f"{contract.__name__}.v{contract.schema_version}.json").read_text())
    ours = {name: value for name, value in ids.items() if name in contract.model_fields}
    return contract.model_validate(released | ours | {"event_id": new_id()})


def all_of(reactions: Reactions, ids: Mapping[str, Any], *instead: Event) -> list[Event]:
    """One event for each line of the table, in its order."""
    given = {type(event): event for event in instead}
    return [given.get(each.event) or told(each.event, ids) for each in reactions if isinstance(each, Reaction)]


def someones(**but: Any) -> dict[str, Any]:
    things = ("participant_id", "case_id", "referral_id", "allocation_id", "alias_id", "outcome_id")
    usual = dict.fromkeys(things) | {"programme_id": PROGRAMME, "provider_id": OWN, "joint_provider_id": PARTNER}
    return {name: value or new_id() for name, value in usual.items()} | but


def joint_work(ids: Mapping[str, Any]) -> list[Event]:
    """Put right and going on, and then never agreed after all."""
    agreed = told(JointWorkAgreed, ids)
    put_right = told(JointWorkCorrected, {**ids, "instead_of": None, "ended_on": None})
    never = told(JointWorkWithdrawn, {**ids, "sees_it": False})
    return [agreed, put_right, never]


def merges() -> list[Event]:
    """Of three records of one person, of whom the third was somebody else after all."""
    first, second, third = new_id(), new_id(), new_id()
    return [
        told(ParticipantsMerged, someones(participant_id=second, alias_id=first)),
        told(ParticipantsMerged, someones(participant_id=third, alias_id=second)),
        told(ParticipantsUnmerged, someones(participant_id=third, alias_id=second, others=(first,))),
    ]


async def of_the_hub(world: World) -> tuple[Reactions, list[Event]]:
    placed = await a_placed(world, OWN)
    ids = someones(participant_id=placed["participant_id"], referral_id=placed["referral_id"])
    return HUB_REACTIONS, [*joint_work(ids), *all_of(HUB_REACTIONS, ids)]


async def of_cases(_: World) -> tuple[Reactions, list[Event]]:
    """Of each way in which an allocation may end, one."""
    ends = (AllocationDeclined, AllocationWithdrawn, DuplicateReferralEnded)
    who = new_id()
    allocated = [an_allocation(provider_id=OWN, participant_id=who) for _ in ends]
    ids = [someones(participant_id=who, allocation_id=each.allocation_id) for each in allocated]
    ended = [told(end, each) for end, each in zip(ends, ids, strict=True)]
    another = an_allocation(provider_id=OWN)
    restricted = told(ParticipantRestricted, someones(participant_id=another.participant_id))
    beside = [another, restricted, *merges(), *allocated[1:]]
    return CASES_REACTIONS, [*beside, *all_of(CASES_REACTIONS, ids[0], allocated[0], *ended)]


async def of_claims(_: World) -> tuple[Reactions, list[Event]]:
    outcome = evidenced()
    ids = someones(participant_id=outcome.participant_id, case_id=outcome.case_id)
    taken_back = an_allocation(provider_id=OWN)
    ended = told(AllocationWithdrawn, taken_back.model_dump(include=set(ids)))
    another_case = ids | {"case_id": new_id()}
    joint = [*joint_work(ids), told(JointWorkAgreed, another_case), told(CaseClosed, another_case)]
    beside = [*joint, *merges(), taken_back]
    return CLAIMS_REACTIONS, [*beside, *all_of(CLAIMS_REACTIONS, ids, outcome, withdrawn(outcome), ended)]


STORIES: Mapping[str, Callable[[World], Awaitable[tuple[Reactions, list[Event]]]]] = {
    "referral-hub": of_the_hub,
    "case-management": of_cases,
    "claims": of_claims,
}
EVERY_STORY = [pytest.param(name, marks=pytest.mark.xdist_group(f"isolation-{name}"), id=name) for name in STORIES]
REACTIONS_OF: Mapping[str, Sequence[type[Event]]] = {
    "referral-hub": [reaction.event for reaction in HUB_REACTIONS],
    "case-management": [reaction.event for reaction in CASES_REACTIONS],
    "claims": [reaction.event for reaction in CLAIMS_REACTIONS],
}
"""What each service that decides reacts to."""
