"""What was put right of a referral, and what follows."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from common.transaction import Answer
from common.web.fields import AnswerBody, one_of
from referral_hub.domain.correction import CorrectionKind

from .allocations import RefusalOut
from .triage import ReferralMoveReceipt


class CorrectionOut(AnswerBody):
    """What was put right: only what is different, before and after."""

    id: UUID
    kind: Annotated[str, one_of(CorrectionKind)]
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]
    made_by: str
    """The id of who made it, as in the audit."""
    made_at: datetime


class PlacementReceipt(Answer):
    """A placement looked at again after its triage was put right. It stands until somebody takes it back."""

    allocation_id: UUID
    provider_id: str
    fits: bool
    reasons: list[RefusalOut]
    """Why that provider does not fit what is needed."""
    recommended: str | None
    """Who would be recommended now."""
    would_differ: bool
    """To place again, withdraw the allocation while its case has not begun."""


class TriageReceipt(ReferralMoveReceipt):
    placement: PlacementReceipt | None
    """None while nobody is placed."""
