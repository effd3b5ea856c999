"""What was put right."""

from typing import Annotated

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from referral_hub.domain.correction import CorrectionKind

from .base import Base, Code, Id, Instant, Json, Reference, Words


class CorrectionRow(Base):
    """What somebody put right, and why: what stood before stays readable."""

    __tablename__ = "correction"
    __table_args__ = (
        Index("ix_correction_of_id", "of_id", "id"),
        Index("ix_correction_participant_id", "participant_id"),
    )

    id: Mapped[Id]
    programme_id: Mapped[Code]
    participant_id: Mapped[Reference]
    kind: Mapped[Annotated[CorrectionKind, mapped_column(Text)]]
    of_id: Mapped[Reference]
    """The referral, drop-in, decline or question that was corrected."""
    reason: Mapped[Words]
    before: Mapped[Json]
    after: Mapped[Json]
    made_by: Mapped[Code]
    """The actor's id: never a name."""
    made_at: Mapped[Instant]
