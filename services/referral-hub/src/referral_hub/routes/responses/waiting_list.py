"""Who waits, and since when."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from referral_hub.domain.allocation import Intensity
from referral_hub.domain.referral import ReferralState


class Waiting(BaseModel):
    """Someone waiting, with how long and by when they should be placed (BR-B1, BR-B2, BR-B6)."""

    referral_id: UUID
    participant_id: UUID
    name: str | None
    """For the hub and the prime alone."""
    state: ReferralState
    source: str
    pathway: str | None
    referred_on: date
    received_at: datetime
    """When it was entered here."""
    waits_since: datetime
    """When the wait began: at entry, or as the earlier day began on which the referral was made."""
    days_waiting: int
    """Whole days of 24 hours since then."""
    days_awaiting_information: int
    """Of these, spent waiting for the referrer."""
    due_at: datetime
    on_time: bool
    priority: bool
    complex: bool
    specialism: str | None
    intensity: Intensity | None
    version: int
