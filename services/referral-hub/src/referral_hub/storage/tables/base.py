"""What the hub remembers. The statements that make these tables, with who may see a row, are migration 0002."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    Date,
    DateTime,
    Integer,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import mapped_column

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
