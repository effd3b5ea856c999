"""What reporting hears: everything said about a participant. It announces nothing."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from common.contracts import EVERY_EVENT, Event, ParticipantEvent, cases, claims, referrals
from common.contracts.audits import Checkpointed
from common.contracts.claims import ClaimEvent
from common.contracts.redactions import EventRedacted
from common.messaging.hearing import Projection, Reaction
from common.transaction import Transaction
from reporting.operations.read_models.join_records import join_records, part_records
from reporting.operations.read_models.keep_allocation import (
    keep_allocated,
    keep_decline_corrected,
    keep_handed_back,
    keep_taken_back,
)
from reporting.operations.read_models.keep_case import (
    keep_closed,
    keep_plan_corrected,
    keep_planned,
    keep_start_withdrawn,
    keep_started,
)
from reporting.operations.read_models.keep_case import keep_reopened as keep_case_reopened
from reporting.operations.read_models.keep_claim import keep_adjusted, keep_claim
from reporting.operations.read_models.keep_drop_in import keep_drop_in, keep_drop_in_withdrawn
from reporting.operations.read_models.keep_outcome import keep_evidenced, keep_outcome_withdrawn, keep_recorded
from reporting.operations.read_models.keep_referral import (
    keep_age_corrected,
    keep_corrected,
    keep_duplicate_ended,
    keep_received,
    keep_referral_declined,
    keep_reopened,
    keep_restored,
    keep_supported,
    keep_triage_corrected,
    keep_triaged,
)
from reporting.operations.read_models.move_tally import write_tally
from reporting.operations.read_models.note_events import note_events
from reporting.storage.tables.timelines import HeardEventRow

MOVES_A_CLAIM = [
    event for event in EVERY_EVENT.values() if issubclass(event, ClaimEvent) and event.state_after is not None
]
PROJECTIONS: Mapping[type[ParticipantEvent], Callable[[Transaction, Any], Awaitable[None]]] = {
    referrals.ReferralReceived: keep_received,
    referrals.ReferralTriaged: keep_triaged,
    referrals.ReferralDeclined: keep_referral_declined,
    referrals.TriageSupportProvided: keep_supported,
    referrals.ParticipantAllocated: keep_allocated,
    referrals.AllocationDeclined: keep_handed_back,
    referrals.AllocationWithdrawn: keep_taken_back,
    referrals.DeclineCorrected: keep_decline_corrected,
    referrals.ReferralCorrected: keep_corrected,
    referrals.TriageCorrected: keep_triage_corrected,
    referrals.ReferralReopened: keep_reopened,
    referrals.AgeAtReferralCorrected: keep_age_corrected,
    referrals.DuplicateReferralEnded: keep_duplicate_ended,
    referrals.ReferralRestored: keep_restored,
    referrals.DropInRecorded: keep_drop_in,
    referrals.DropInCorrected: keep_drop_in,
    referrals.DropInWithdrawn: keep_drop_in_withdrawn,
    referrals.ParticipantsMerged: join_records,
    referrals.ParticipantsUnmerged: part_records,
    cases.CaseStarted: keep_started,
    cases.CaseStartCorrected: keep_started,
    cases.CaseStartWithdrawn: keep_start_withdrawn,
    cases.SupportPlanAgreed: keep_planned,
    cases.SupportPlanCorrected: keep_plan_corrected,
    cases.SupportPlanWithdrawn: keep_plan_corrected,
    cases.CaseClosed: keep_closed,
    cases.CaseClosureCorrected: keep_closed,
    cases.CaseReopened: keep_case_reopened,
    cases.OutcomeRecorded: keep_recorded,
    cases.OutcomeEvidenced: keep_evidenced,
    cases.OutcomeWithdrawn: keep_outcome_withdrawn,
    **dict.fromkeys(MOVES_A_CLAIM, keep_claim),
    claims.ClaimAdjusted: keep_adjusted,
}
"""What fills a read model, in its stream's order; besides, every event is noted on its participant's timeline."""

REACTIONS = (
    *(Reaction(contract, keep) for contract, keep in PROJECTIONS.items()),
    Projection(ParticipantEvent, note_events, noted_in=HeardEventRow.__tablename__),
    Projection(ParticipantEvent, write_tally),
)

NOT_HEARD: tuple[type[Event], ...] = (
    Checkpointed,
    EventRedacted,
    referrals.ParticipantRestricted,
    referrals.ProviderRegistered,
    referrals.ReferralJoined,
    cases.AccessRestricted,
    cases.AssessmentCorrected,
    cases.AssessmentRecorded,
    cases.AssessmentWithdrawn,
    cases.CaseClosureRequestCorrected,
    cases.CaseClosureRequestWithdrawn,
    cases.CaseClosureRequested,
    cases.CasePhaseChanged,
    cases.CasePhaseCorrected,
    cases.FundRequestCorrected,
    cases.FundRequestDecided,
    cases.FundRequestWithdrawn,
    cases.InnovationDecided,
    cases.InnovationWithdrawn,
    cases.JointWorkAgreed,
    cases.JointWorkCorrected,
    cases.JointWorkEnded,
    cases.JointWorkWithdrawn,
    claims.CapThresholdReached,
    claims.ClaimBasisChanged,
    claims.ClaimBasisDecided,
    claims.ClaimChallenged,
    claims.EquivalentRuled,
    claims.EquivalentRulingWithdrawn,
    claims.RateCardPublished,
    claims.StatementIssued,
)
"""No read model is filled from these, which are noted on timelines at most; every other kind fills one."""
