"""A referral after a step."""

from uuid import UUID

from common.transaction import Answer
from referral_hub.domain.referral import ReferralState, ShownToAgency


class ReferralMoveReceipt(Answer):
    """Where a referral is now."""

    id: UUID
    participant_id: UUID
    state: ReferralState
    priority: bool
    complex: bool
    version: int


class AnswerReceipt(Answer):
    """How the referral stands once its agency has answered, as the agency is told (X-2)."""

    id: UUID
    state: ShownToAgency
