"""Visits without a referral."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from common.lists import crossed

from .base import Base, Code, Day, Id, Reference, Whole


class DropInRow(Base):
    """Light-touch support after completion (S-15)."""

    __tablename__ = "drop_in"
    __table_args__ = (
        Index("ix_drop_in_participant_id", "participant_id"),
        *crossed("drop_in", ("dropped_in_on", "id"), "provider_id"),
    )

    id: Mapped[Id]
    programme_id: Mapped[Code]
    participant_id: Mapped[Reference]
    provider_id: Mapped[Code | None]
    dropped_in_on: Mapped[Day]
    withdrawn_on: Mapped[Day | None]
    """It never happened: recorded by mistake."""
    version: Mapped[Whole]
