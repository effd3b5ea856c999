"""Who waits, and since when."""

from datetime import date, datetime
from uuid import UUID

from common.web.fields import AnswerBody
from referral_hub.domain.allocation import Intensity
from referral_hub.domain.referral import ReferralState


class Waiting(AnswerBody):
    """Someone waiting, with how long and by when they should be placed (BR-B1, BR-B2, BR-B6)."""

    referral_id: UUID
    participant_id: UUID
    name: str | None
    """The participant's name, for the hub and the prime alone."""
    state: ReferralState
    source: str
    pathway: str | None
    referred_on: date
    received_at: datetime
    """When it was entered here."""
    waits_since: datetime
    """When the wait began: when the referral was entered, or at the start of the day on which it was made, if that was
    earlier."""
    days_waiting: int
    """Whole days of 24 hours since the wait began."""
    days_awaiting_information: int
    """How many of those days were spent waiting for an answer of the referrer."""
    due_at: datetime
    on_time: bool
    priority: bool
    complex: bool
    specialism: str | None
    intensity: Intensity | None
    version: int
