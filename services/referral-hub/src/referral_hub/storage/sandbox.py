"""Made-up participants."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from referral_hub.domain.made_up import MemberState
from referral_hub.storage.tables.sandbox import SandboxGroupRow, SandboxMemberRow

NOT_ENDED = SandboxMemberRow.state != "ended"


async def group_of(session: AsyncSession, group_id: UUID) -> SandboxGroupRow | None:
    return await session.get(SandboxGroupRow, group_id)


async def member_to_change(session: AsyncSession, member_id: UUID) -> SandboxMemberRow | None:
    return await session.get(SandboxMemberRow, member_id, with_for_update=True, populate_existing=True)


async def standing_of(session: AsyncSession, programme_id: str, provider_id: str) -> int:
    """How many a provider has that a reset has not ended."""
    own = SandboxMemberRow.programme_id == programme_id, SandboxMemberRow.provider_id == provider_id
    return await session.scalar(select(func.count()).select_from(SandboxMemberRow).where(*own, NOT_ENDED)) or 0


async def states_in(session: AsyncSession, group_ids: Collection[UUID]) -> Mapping[UUID, Mapping[MemberState, int]]:
    """How many of each group are in which state."""
    counts: dict[UUID, dict[MemberState, int]] = {group_id: {} for group_id in group_ids}
    rows = await session.execute(
        select(SandboxMemberRow.group_id, SandboxMemberRow.state, func.count())
        .where(SandboxMemberRow.group_id.in_(group_ids))
        .group_by(SandboxMemberRow.group_id, SandboxMemberRow.state)
    )
    for group_id, state, count in rows:
        counts[group_id][state] = count
    return counts


async def end_members_of(session: AsyncSession, programme_id: str, provider_id: str) -> Sequence[UUID | None]:
    """End all that a provider has; which participant each is, if they are one by now."""
    own = SandboxMemberRow.programme_id == programme_id, SandboxMemberRow.provider_id == provider_id
    statement = update(SandboxMemberRow).where(*own, NOT_ENDED).values(state="ended")
    return (await session.scalars(statement.returning(SandboxMemberRow.participant_id))).all()
