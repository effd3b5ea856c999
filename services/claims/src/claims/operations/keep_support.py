"""Keep what is told of somebody's support: it says what may be claimed before anything has been."""

from claims.storage.support import keep_told
from common.contracts.cases import AssessmentRecorded, CaseStarted, SupportPlanAgreed
from common.contracts.referrals import ParticipantAllocated
from common.transaction import Transaction

Told = ParticipantAllocated | CaseStarted | SupportPlanAgreed | AssessmentRecorded
ASKED_FOR: dict[type[Told], set[str]] = {
    ParticipantAllocated: {"referral_id", "referred_on", "housed_at_referral"},
    CaseStarted: {"referral_id", "referred_on", "started_on"},
    SupportPlanAgreed: {"plan_id", "kind", "agreed_on"},
    AssessmentRecorded: {"assessment_id", "instrument", "stage", "score", "assessed_on"},
}
"""What a rule may ask for of each; nothing else is kept."""


async def keep_support(tx: Transaction, event: Told) -> None:
    case_id = None if isinstance(event, ParticipantAllocated) else event.case_id
    told = event.model_dump(mode="json", include=ASKED_FOR[type(event)])
    await keep_told(tx.session, event, event.provider_id, case_id, told)
    tx.touched(event.subject)
