"""Drop-ins at the hub."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from common.transaction import Answer


class DropInReceipt(Answer):
    id: UUID
    participant_id: UUID
    dropped_in_on: date
    version: int


class DropInOut(BaseModel):
    """Light-touch support after completion."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    participant_id: UUID
    provider_id: str | None
    """None where they came to the hub."""
    dropped_in_on: date
    withdrawn_on: date | None
    """It never happened: recorded by mistake, and counted nowhere."""
    version: int
