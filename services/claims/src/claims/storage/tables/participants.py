"""Who claims are about, who may see them, and what is told of their support."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class ParticipantAliasRow(Base):
    """Two records were one person; the survivor is always an id that is no alias itself."""

    __tablename__ = "participant_alias"
    __table_args__ = (Index("ix_participant_alias_survivor_id", "programme_id", "survivor_id"),)

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    alias_id: Mapped[UUID] = mapped_column(primary_key=True)
    survivor_id: Mapped[UUID]
    merged_on: Mapped[date]


class ParticipantAccessRow(Base):
    """Until when an organisation sees what a lead claims for a participant: its own lead, or one it works with."""

    __tablename__ = "participant_access"
    __table_args__ = (
        UniqueConstraint(
            *("programme_id", "participant_id", "organisation_id", "scope", "source_id"),
            name="uq_participant_access_source",
        ),
        Index("ix_participant_access_organisation", "organisation_id", "participant_id"),
        Index(
            "ix_participant_access_lead",
            *("programme_id", "organisation_id", "lead_id"),
            postgresql_where=text("until_on is null"),
        ),
    )

    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    programme_id: Mapped[str]
    participant_id: Mapped[UUID]
    organisation_id: Mapped[str]
    lead_id: Mapped[str]
    scope: Mapped[str]
    """`lead` or `joint`."""
    source_id: Mapped[UUID]
    """The allocation of a lead, or its case; the case that is joint."""
    shareable_only: Mapped[bool]
    """Of a restricted record nothing is claimed in sight of the joint provider."""
    from_on: Mapped[date]
    until_on: Mapped[date | None]


class SupportToldRow(Base):
    """An allocation, a case, a plan or an assessment as it was heard: what is known before anything is claimed."""

    __tablename__ = "support_told"
    __table_args__ = (Index("ix_support_told_participant_id", "programme_id", "participant_id"),)

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    participant_id: Mapped[UUID]
    provider_id: Mapped[str]
    case_id: Mapped[UUID | None]
    kind: Mapped[str]
    told: Mapped[dict[str, Any]]
    """Only what a rule may ask for."""
    told_at: Mapped[datetime]
