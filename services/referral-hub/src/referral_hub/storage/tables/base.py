"""What the hub remembers. The statements that make these tables, with who may see a row, are migration 0002."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    Date,
    DateTime,
    Index,
    Integer,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from common.database import base_for_service

Base = base_for_service()

Id = Annotated[UUID, mapped_column(Uuid, primary_key=True)]
Reference = Annotated[UUID, mapped_column(Uuid)]
Code = Annotated[str, mapped_column(Text)]
Codes = Annotated[list[str], mapped_column(ARRAY(Text))]
Words = Annotated[str, mapped_column(Text)]
Flag = Annotated[bool, mapped_column(Boolean)]
Day = Annotated[date, mapped_column(Date)]
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Whole = Annotated[int, mapped_column(Integer)]
Json = Annotated[dict[str, Any], mapped_column(JSONB)]


class ParticipantSound(Base):
    """How a word of a name sounds, that somebody is or was recorded with: its first letter, and its other consonants by
    the groups of Soundex. The database keeps it, by a trigger.
    """

    __tablename__ = "participant_sound"
    __table_args__ = (Index("ix_participant_sound_participant_id", "participant_id"),)

    programme_id: Mapped[Annotated[str, mapped_column(Text, primary_key=True)]]
    sound: Mapped[Annotated[str, mapped_column(Text, primary_key=True)]]
    participant_id: Mapped[Annotated[UUID, mapped_column(Uuid, primary_key=True)]]
