"""Declines of referrals and placements."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from common.transaction import Answer

from .corrections import CorrectionOut


class DeclineOut(BaseModel):
    """A decline by a provider, or by the hub when no provider is named (BR-A8)."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    referral_id: UUID
    participant_id: UUID
    allocation_id: UUID | None
    provider_id: str | None
    reason: str
    account: str
    final: bool
    """False: not accepted; the hub owes the provider a joint risk plan (S-13)."""
    complex: bool
    source: str
    declined_on: date
    capacity: int | None
    """In units, what the provider had at that moment; none where the hub itself declined."""
    load: int | None
    """Of these, taken by others."""
    needed: int | None
    """Units this participant takes."""
    had_room: bool | None
    """Whether the provider could have taken the participant, whatever reason it gave."""
    withdrawn_on: date | None
    """When it was taken back as a mistake, and the referral opened again."""
    version: int
    corrections: list[CorrectionOut] = []
    """What its reason or account said before."""


class DeclineReceipt(Answer):
    id: UUID
    reason: str
    version: int
