"""Who sees a participant's cases, and which records are one person's."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class AccessRow(Base):
    """A provider's sight of a case: the lead's, or a joint provider's while the work is joint."""

    __tablename__ = "case_access"
    __table_args__ = (
        Index(
            "uq_case_access_open", "case_id", "organisation_id", unique=True, postgresql_where=text("until_on is null")
        ),
        Index("ix_case_access_organisation_id", "organisation_id", "case_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    participant_id: Mapped[UUID]
    organisation_id: Mapped[str]
    lead_id: Mapped[str]
    scope: Mapped[str]
    shareable_only: Mapped[bool]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    """They never worked on it: agreed by mistake."""


class AliasRow(Base):
    """A participant id that turned out to be another's; cases keep the id they began with."""

    __tablename__ = "participant_alias"

    alias_id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    survivor_id: Mapped[UUID]
