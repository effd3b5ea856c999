"""A provider's system asks for made-up participants (ADR 0036)."""

from common.ids import new_id
from common.transaction import Transaction
from common.web.problems import ProgrammeNotLoaded
from common.web.refused import refuse_if_any
from programme.referrals import HubPart
from referral_hub.domain.made_up import RULES, GroupWish
from referral_hub.operations.loading import speak_for_the_hub
from referral_hub.operations.requests import GroupIn
from referral_hub.storage.sandbox import standing_of
from referral_hub.storage.tables.programme import ProgrammeRow, ProviderRow
from referral_hub.storage.tables.sandbox import SandboxGroupRow, SandboxMemberRow
from rulebook.refusal import every_refusal


async def ask_for_group(tx: Transaction, body: GroupIn) -> SandboxGroupRow:
    """Keep that so many are to be placed with the asker, each referred for what the asker supports.

    Whoever plays the hub refers, assesses and places them as it would anybody (`settle_member`).

    Raises:
        Refused: the asker is no provider of the programme at its time, or has enough people.
        ProgrammeNotLoaded
    """
    await speak_for_the_hub(tx)
    provider_id = tx.actor.organisation
    programme = await tx.session.get(ProgrammeRow, tx.programme_id)
    if programme is None:
        raise ProgrammeNotLoaded
    provider = await tx.session.get(ProviderRow, (tx.programme_id, provider_id), with_for_update=True)
    wish = GroupWish(
        body.participants,
        await standing_of(tx.session, tx.programme_id, provider_id),
        provider.joined_on if provider else None,
        provider.left_on if provider else None,
        tx.today,
    )
    refuse_if_any(every_refusal(RULES, wish))
    assert provider is not None, "the rules have seen to it"  # noqa: S101
    group = SandboxGroupRow(
        id=tx.minted(body.id),
        programme_id=tx.programme_id,
        provider_id=provider_id,
        participants=body.participants,
        answer=body.answer,
        asked_on=tx.today,
    )
    tx.session.add(group)
    await tx.session.flush()
    way = way_in(HubPart.model_validate(programme.part | {"providers": ()}), provider.specialisms)
    tx.session.add_all(_member(group, way) for _ in range(body.participants))
    tx.touched(f"sandbox-group/{group.id}")
    return group


def way_in(part: HubPart, specialisms: list[str]) -> dict[str, str]:
    """Somebody who comes by themselves, with a need that a provider of these specialisms supports."""
    need = next(each for each in part.needs if each.specialism in specialisms)
    source = next((each for each in part.sources if not each.has_agency), part.sources[0])
    return {"source": source.source, "need": need.need, "specialism": need.specialism}


def _member(group: SandboxGroupRow, way: dict[str, str]) -> SandboxMemberRow:
    return SandboxMemberRow(
        id=new_id(),
        programme_id=group.programme_id,
        group_id=group.id,
        provider_id=group.provider_id,
        answer=group.answer,
        state="waiting",
        **way,
    )
