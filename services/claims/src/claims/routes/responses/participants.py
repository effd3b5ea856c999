"""What may be claimed for somebody next."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from claims.domain.support import Source

from .claims import CheckOut


class ProspectOut(BaseModel):
    """An outcome that has not been claimed, without its price."""

    outcome: str
    title: str
    slot: str
    from_on: date | None
    """The latest day that a rule asks to wait for; none where no date claims knows of holds it back."""
    missing: list[CheckOut]
    """What stands against it today, with what would satisfy; facts and evidence are yet to be recorded."""


class Prospects(BaseModel):
    """What may be claimed next under the provider's card in force today."""

    participant_id: UUID
    provider_id: str
    rate_card: str
    rate_card_version: str
    told_by: list[Source]
    """What it is counted from; what is not named here has not been told to claims, or not to the asker."""
    items: list[ProspectOut]
