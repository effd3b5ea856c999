"""Every reaction of a service's table is in the audit: of whom it changed anything, its own transaction names them.

Reporting's read models are made of events alone and are not audited event by event (ADR 0016).
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from case_management.events.heard import REACTIONS as CASES_REACTIONS
from claims.events.heard import REACTIONS as CLAIMS_REACTIONS
from common.contracts import Event
from common.contracts.referrals import AllocationDeclined, AllocationWithdrawn, DuplicateReferralEnded
from common.ids import new_id
from common.messaging.hearing import Reaction, Reactions
from referral_hub.events.heard import REACTIONS as HUB_REACTIONS
from tests.case_management.api.world import an_allocation
from tests.claims.parts import evidenced, withdrawn
from tests.isolation.hub_world import a_placed
from tests.isolation.worlds import OWN, PARTNER, PROGRAMME, World
from tests.parts.api import records_of
from tests.parts.audited import unaudited
from tests.parts.shared import ROOT

EXAMPLES = ROOT / "libs/common/src/common/contracts/examples"
SINCE = "select action, subjects from audit where position > $1"


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


async def of_the_hub(world: World) -> tuple[Reactions, list[Event]]:
    placed = await a_placed(world, OWN)
    ids = someones(participant_id=placed["participant_id"], referral_id=placed["referral_id"])
    return HUB_REACTIONS, all_of(HUB_REACTIONS, ids)


async def of_cases(_: World) -> tuple[Reactions, list[Event]]:
    """Of each way in which an allocation may end, one."""
    ends = (AllocationDeclined, AllocationWithdrawn, DuplicateReferralEnded)
    who = new_id()
    allocated = [an_allocation(provider_id=OWN, participant_id=who) for _ in ends]
    ids = [someones(participant_id=who, allocation_id=each.allocation_id) for each in allocated]
    ended = [told(end, each) for end, each in zip(ends, ids, strict=True)]
    return CASES_REACTIONS, [*allocated[1:], *all_of(CASES_REACTIONS, ids[0], allocated[0], *ended)]


async def of_claims(_: World) -> tuple[Reactions, list[Event]]:
    outcome = evidenced()
    ids = someones(participant_id=outcome.participant_id, case_id=outcome.case_id)
    return CLAIMS_REACTIONS, all_of(CLAIMS_REACTIONS, ids, outcome, withdrawn(outcome))


STORIES: Mapping[str, Callable[[World], Awaitable[tuple[Reactions, list[Event]]]]] = {
    "referral-hub": of_the_hub,
    "case-management": of_cases,
    "claims": of_claims,
}
EVERY_STORY = [pytest.param(name, marks=pytest.mark.xdist_group(f"isolation-{name}"), id=name) for name in STORIES]


@pytest.mark.parametrize("world", EVERY_STORY, indirect=True)
async def test_every_reaction_names_in_the_audit_whom_it_is_about(world: World) -> None:
    reactions, story = await STORIES[world.name](world)
    position = await world.admin.fetchval("select coalesce(max(position), 0) from audit")
    laid_out = await unaudited(world.admin)  # by the examples that share this world, in plain SQL

    await world.door.hear(reactions, records_of(story))

    said: dict[str, list[str]] = dict(await world.admin.fetch(SINCE, position))
    unsaid = [event.type for event in story if event.subject not in said.get(f"heard {event.type}", [])]
    assert unsaid == []
    assert await unaudited(world.admin) == laid_out
