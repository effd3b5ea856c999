"""What an integrator may ask of a sandbox here: made-up participants, and the time."""

from collections.abc import Mapping
from typing import Annotated, get_args
from uuid import UUID

from common.transaction import Transaction
from common.web.access import reading_sandbox, writing_sandbox
from common.web.http.lists import Asked, asking
from common.web.http.sandbox_routes import Integrator, sandbox_routes
from common.web.pages import Page
from common.web.routing import Routes
from referral_hub.domain.made_up import MemberState
from referral_hub.operations.problems import NoSuchGroup
from referral_hub.operations.requests import GroupIn, PlacementIn
from referral_hub.operations.sandbox.ask_for_group import ask_for_group as ask
from referral_hub.operations.sandbox.end_members import end_members
from referral_hub.operations.sandbox.settle_member import settle_member as settle
from referral_hub.storage.lists import SANDBOX_GROUPS, SANDBOX_MEMBERS
from referral_hub.storage.sandbox import group_of, states_in
from referral_hub.storage.tables.sandbox import SandboxGroupRow

from .responses.sandbox import GroupOut, GroupReceipt, MemberOut, MemberReceipt

router = Routes(prefix="/v1/sandbox", tags=["sandbox"])

Reader = Annotated[Transaction, reading_sandbox("provider-system", "hub")]


@router.post("/groups", status_code=201)
async def ask_for_group(body: GroupIn, tx: Integrator) -> GroupReceipt:
    """Ask for made-up participants: within seconds they are referred, assessed and placed with you, as anybody is.

    `answer` is what the council does with your claims for them: `verify`, `query` once, `refuse`, be `slow`, or verify
    and `take-back`. 422 `refused`: you are no provider on the day your clock shows. 409: you have enough people.
    """
    group = await ask(tx, body)
    return tx.answered(GroupReceipt(id=group.id, participants=group.participants, answer=group.answer))


@router.get("/groups")
async def list_groups(tx: Reader, query: Annotated[Asked, asking(SANDBOX_GROUPS)]) -> Page[GroupOut]:
    """The groups you asked for, the latest first, each with how many are placed by now."""
    results = await query.found(tx)
    counts = await states_in(tx.session, [one.id for one in results.rows])
    tx.touched(*(f"sandbox-group/{one.id}" for one in results.rows))
    return results.page(lambda group: _shown(group, counts[group.id]))


@router.get("/groups/{group_id}")
async def read_group(group_id: UUID, tx: Reader) -> GroupOut:
    """One group, and how many of it are placed by now."""
    group = await group_of(tx.session, group_id)
    if group is None:
        raise NoSuchGroup
    tx.touched(f"sandbox-group/{group_id}")
    return _shown(group, (await states_in(tx.session, [group_id]))[group_id])


@router.get("/members")
async def list_members(tx: Reader, query: Annotated[Asked, asking(SANDBOX_MEMBERS)]) -> Page[MemberOut]:
    """Made-up participants, in the order they were asked for; of `group_id`, say, once they are placed."""
    results = await query.found(tx)
    tx.touched(*(f"participant/{one.participant_id}" for one in results.rows if one.participant_id))
    return results.page(MemberOut.model_validate)


@router.post("/members/{member_id}/placement")
async def settle_member(
    member_id: UUID, body: PlacementIn, tx: Annotated[Transaction, writing_sandbox("hub")]
) -> MemberReceipt:
    """Say by which referral a made-up participant came, once it is allocated to the provider that asked.

    For whoever plays the hub. 409: it is not allocated to that provider.
    """
    member = await settle(tx, member_id, body.referral_id)
    return tx.answered(MemberReceipt(id=member.id, state=member.state))


def _shown(group: SandboxGroupRow, counts: Mapping[MemberState, int]) -> GroupOut:
    return GroupOut(
        id=group.id,
        provider_id=group.provider_id,
        participants=group.participants,
        answer=group.answer,
        asked_on=group.asked_on,
        **{state: counts.get(state, 0) for state in get_args(MemberState)},
    )


router.routes.extend(sandbox_routes(end_members).routes)
