"""Who may see what is claimed for a participant."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from claims.storage.tables.participants import ParticipantAccessRow
from common.contracts.cases import JointWorkAgreed, JointWorkCorrected, OutcomeEvidenced
from common.contracts.referrals import ParticipantAllocated

SOURCE = "uq_participant_access_source"


async def give_lead(session: AsyncSession, event: ParticipantAllocated | OutcomeEvidenced) -> None:
    """A provider sees what it claims itself; giving it again changes nothing."""
    row = lead_of(event)
    await session.execute(insert(ParticipantAccessRow).values(row).on_conflict_do_nothing(constraint=SOURCE))


def lead_of(event: ParticipantAllocated | OutcomeEvidenced) -> dict[str, Any]:
    """A lead's access, as its row says it."""
    if isinstance(event, ParticipantAllocated):
        under = {"source_id": event.allocation_id, "from_on": event.allocated_on}
    else:
        under = {"source_id": event.case_id, "from_on": event.achieved_on}
    return _told(event) | under | {"organisation_id": event.provider_id, "scope": "lead", "shareable_only": False}


async def give_joint(session: AsyncSession, event: JointWorkAgreed | JointWorkCorrected) -> None:
    """A joint provider sees what the lead claims; giving it again opens it again."""
    terms = {"from_on": event.agreed_on, "shareable_only": event.shareable_only}
    row = (
        _told(event)
        | terms
        | {"organisation_id": event.joint_provider_id, "scope": "joint", "source_id": event.case_id}
    )
    again = terms | {"until_on": None}
    await session.execute(insert(ParticipantAccessRow).values(row).on_conflict_do_update(constraint=SOURCE, set_=again))


def _told(event: ParticipantAllocated | OutcomeEvidenced | JointWorkAgreed | JointWorkCorrected) -> dict[str, Any]:
    return {
        "programme_id": event.programme_id,
        "participant_id": event.participant_id,
        "lead_id": event.provider_id,
    }


async def end_access(
    session: AsyncSession, source_id: UUID, until_on: date, organisation_id: str | None = None
) -> None:
    """End an organisation's access under an allocation or case, or everybody's; a lead's under its case stays."""
    ending = update(ParticipantAccessRow).where(
        ParticipantAccessRow.source_id == source_id, ParticipantAccessRow.until_on.is_(None)
    )
    if organisation_id is None:
        ending = ending.where(ParticipantAccessRow.scope == "joint")
    else:
        ending = ending.where(ParticipantAccessRow.organisation_id == organisation_id)
    await session.execute(ending.values(until_on=until_on))


async def restrict_access(session: AsyncSession, case_id: UUID) -> None:
    """Joint providers on a case see only what its lead shares from now on: of claims, nothing."""
    await session.execute(
        update(ParticipantAccessRow)
        .where(ParticipantAccessRow.source_id == case_id, ParticipantAccessRow.scope == "joint")
        .values(shareable_only=True)
    )
