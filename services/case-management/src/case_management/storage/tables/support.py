"""Plans, assessments and notes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from common.lists import crossed
from rulebook.outcome import AssessmentStage, PlanKind

from .base import Base


class PlanRow(Base):
    """A plan as agreed; a later agreement is another row."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("case_id", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    kind: Mapped[PlanKind] = mapped_column(Text)
    version: Mapped[int]
    agreed_on: Mapped[date]
    goals: Mapped[list[dict[str, Any]]]
    recorded_by: Mapped[str]
    withdrawn_on: Mapped[date | None]
    """It was never agreed: recorded by mistake, and in force on no day."""


class AssessmentRow(Base):
    """A scored assessment."""

    __tablename__ = "assessment"
    __table_args__ = (
        Index("ix_assessment_case_id", "case_id"),
        *crossed("assessment", ("assessed_on", "id"), "provider_id", "instrument", "stage"),
        *crossed("assessment", ("changed_in", "id")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    instrument: Mapped[str]
    stage: Mapped[AssessmentStage] = mapped_column(Text)
    score: Mapped[int]
    assessed_on: Mapped[date]
    recorded_by: Mapped[str]
    withdrawn_on: Mapped[date | None]
    """It was never taken, or is recorded twice: it counts for no stage and for no outcome."""
    provider_id: Mapped[str | None]
    """The case's lead."""
    changed_in: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """The transaction that last wrote it (`common.migrating.stamp_changes`)."""


class NoteRow(Base):
    """A case note, never changed."""

    __tablename__ = "note"
    __table_args__ = (Index("ix_note_case_id", "case_id", "noted_on", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    words: Mapped[str]
    channel: Mapped[str | None]
    attempt: Mapped[bool]
    tailored_how: Mapped[str]
    noted_on: Mapped[date]
    written_at: Mapped[datetime]
    author: Mapped[str]
    organisation_id: Mapped[str]
    shareable: Mapped[bool]
    corrects: Mapped[UUID | None] = mapped_column(ForeignKey("note.id"))
