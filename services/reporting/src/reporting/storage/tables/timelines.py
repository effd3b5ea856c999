"""What was heard of each participant, and which records are one person's."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class HeardEventRow(Base):
    """One event about a participant, in codes, counts and dates."""

    __tablename__ = "heard_event"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID]
    topic: Mapped[str]
    type: Mapped[str]
    provider_id: Mapped[str | None]
    occurred_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]


class ParticipantAliasRow(Base):
    """Two records were one person: the alias points to the survivor; to nobody when they were two after all."""

    __tablename__ = "participant_alias"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    alias_id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID | None]
