"""Keep what is told of somebody's support: it says what may be claimed before anything has been."""

from typing import Any

from claims.storage.support import keep_told
from claims.storage.tables.participants import SupportToldRow
from common.contracts.cases import (
    AssessmentCorrected,
    AssessmentRecorded,
    AssessmentWithdrawn,
    CaseStartCorrected,
    CaseStarted,
    CaseStartWithdrawn,
    SupportPlanAgreed,
    SupportPlanCorrected,
    SupportPlanWithdrawn,
)
from common.contracts.referrals import ParticipantAllocated, ReferralCorrected
from common.transaction import Transaction

Told = (
    ParticipantAllocated
    | ReferralCorrected
    | CaseStarted
    | CaseStartCorrected
    | CaseStartWithdrawn
    | SupportPlanAgreed
    | SupportPlanCorrected
    | SupportPlanWithdrawn
    | AssessmentRecorded
    | AssessmentCorrected
    | AssessmentWithdrawn
)
STARTED = {"referral_id", "referred_on", "started_on"}
PLAN = {"plan_id", "kind", "agreed_on"}
ASSESSMENT = {"assessment_id", "instrument", "stage", "score", "assessed_on"}
ASKED_FOR: dict[type[Told], set[str]] = {
    ParticipantAllocated: {"referral_id", "referred_on", "housed_at_referral"},
    ReferralCorrected: {"referral_id", "referred_on", "housed_at_referral"},
    CaseStarted: STARTED,
    CaseStartCorrected: STARTED,
    CaseStartWithdrawn: {"referral_id", "referred_on"},
    SupportPlanAgreed: PLAN,
    SupportPlanCorrected: PLAN,
    SupportPlanWithdrawn: {"plan_id"},
    AssessmentRecorded: ASSESSMENT,
    AssessmentCorrected: ASSESSMENT,
    AssessmentWithdrawn: {"assessment_id"},
}
"""What a rule may ask for of each; nothing else is kept."""


async def keep_support(tx: Transaction, event: Told) -> None:
    """Of a referral put right before anybody was placed nothing is kept: the allocation says what stands then."""
    if (support := _told(event)) is not None:
        await keep_told(tx.session, support)
    tx.touched(event.subject)


def add_support(tx: Transaction, event: Told, _: None) -> bool:
    """The same about one of several."""
    if (support := _told(event)) is not None:
        tx.session.add(SupportToldRow(**support))
    tx.touched(event.subject)
    return True


def _told(event: Told) -> dict[str, Any] | None:
    if event.provider_id is None:
        return None
    return {
        "event_id": event.event_id,
        "programme_id": event.programme_id,
        "participant_id": event.participant_id,
        "provider_id": event.provider_id,
        "case_id": None if isinstance(event, ParticipantAllocated | ReferralCorrected) else event.case_id,
        "kind": type(event).__name__,
        "told": event.model_dump(mode="json", include=ASKED_FOR[type(event)]),
        "told_at": event.occurred_at,
    }
