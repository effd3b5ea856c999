"""Who may see what is claimed for a participant."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from claims.storage.tables.participants import ParticipantAccessRow

SOURCE = "uq_participant_access_source"


async def give_lead(
    session: AsyncSession, programme_id: str, participant_id: UUID, lead_id: str, source_id: UUID, from_on: date
) -> None:
    """A provider sees what it claims itself; giving it again changes nothing."""
    row = _row(programme_id, participant_id, lead_id, lead_id, "lead", source_id, from_on)
    await session.execute(insert(ParticipantAccessRow).values(row).on_conflict_do_nothing(constraint=SOURCE))


async def give_joint(
    session: AsyncSession,
    programme_id: str,
    participant_id: UUID,
    organisation_id: str,
    lead_id: str,
    case_id: UUID,
    from_on: date,
    *,
    shareable_only: bool,
) -> None:
    """A joint provider sees what the lead claims; giving it again opens it again."""
    row = _row(programme_id, participant_id, organisation_id, lead_id, "joint", case_id, from_on, shareable_only)
    again = {"until_on": None, "from_on": from_on, "shareable_only": shareable_only}
    await session.execute(insert(ParticipantAccessRow).values(row).on_conflict_do_update(constraint=SOURCE, set_=again))


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


def _row(
    programme_id: str,
    participant_id: UUID,
    organisation_id: str,
    lead_id: str,
    scope: str,
    source_id: UUID,
    from_on: date,
    shareable_only: bool = False,
) -> dict[str, Any]:
    return {
        "programme_id": programme_id,
        "participant_id": participant_id,
        "organisation_id": organisation_id,
        "lead_id": lead_id,
        "scope": scope,
        "source_id": source_id,
        "shareable_only": shareable_only,
        "from_on": from_on,
    }
