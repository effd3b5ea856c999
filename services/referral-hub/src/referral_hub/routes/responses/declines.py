"""Declines of referrals and placements."""

from datetime import date
from uuid import UUID

from pydantic import Field

from common.transaction import Answer
from common.web.fields import AnswerBody

from .corrections import CorrectionOut


class DeclineOut(AnswerBody):
    """A decline by a provider, or by the hub when no provider is named (BR-A8)."""

    id: UUID
    referral_id: UUID
    participant_id: UUID
    allocation_id: UUID | None
    provider_id: str | None
    reason: str
    account: str
    final: bool
    """Whether the decline was accepted. If not, the hub owes the provider a joint risk plan (S-13)."""
    complex: bool
    source: str
    declined_on: date
    capacity: int | None
    """How many units the provider could support at that moment; null where the hub itself declined."""
    load: int | None
    """How many of those units other participants took."""
    needed: int | None
    """How many units this participant takes."""
    had_room: bool | None
    """Whether the provider could have taken the participant, whatever reason it gave."""
    withdrawn_on: date | None
    """The day on which it was taken back as a mistake, and the referral opened again."""
    version: int
    corrections: list[CorrectionOut] = Field(default=[])
    """What was put right, with what the reason or the account said before."""


class DeclineReceipt(Answer):
    id: UUID
    reason: str
    version: int
