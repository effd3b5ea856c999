"""What happened to somebody, in order."""

from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict


class Happening(BaseModel):
    """One event: what, when, at which provider, and its codes, counts and dates."""

    model_config = ConfigDict(from_attributes=True)

    event_id: UUID
    occurred_at: AwareDatetime
    topic: str
    type: str
    provider_id: str | None
    facts: dict[str, Any]
