"""What reporting hears: everything said about a participant. It announces nothing."""

from typing import Any

from common.contracts import EVERY_EVENT, Event, ParticipantEvent, cases, claims, referrals
from common.contracts.audits import Checkpointed
from common.contracts.claims import ClaimEvent
from common.contracts.redactions import EventRedacted
from common.messaging.reactions import Projection, Reaction
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
from reporting.operations.read_models.note_events import note_events
from reporting.operations.read_models.write_read_models import write_read_models
from reporting.storage.tables.timelines import HeardEventRow

MOVES_A_CLAIM = [
    event for event in EVERY_EVENT.values() if issubclass(event, ClaimEvent) and event.state_after is not None
]
REACTIONS: tuple[Reaction[Any] | Projection[Any], ...] = (
    Reaction(referrals.ReferralReceived, keep_received),
    Reaction(referrals.ReferralTriaged, keep_triaged),
    Reaction(referrals.ReferralDeclined, keep_referral_declined),
    Reaction(referrals.TriageSupportProvided, keep_supported),
    Reaction(referrals.ParticipantAllocated, keep_allocated),
    Reaction(referrals.AllocationDeclined, keep_handed_back),
    Reaction(referrals.AllocationWithdrawn, keep_taken_back),
    Reaction(referrals.DeclineCorrected, keep_decline_corrected),
    Reaction(referrals.ReferralCorrected, keep_corrected),
    Reaction(referrals.TriageCorrected, keep_triage_corrected),
    Reaction(referrals.ReferralReopened, keep_reopened),
    Reaction(referrals.AgeAtReferralCorrected, keep_age_corrected),
    Reaction(referrals.DuplicateReferralEnded, keep_duplicate_ended),
    Reaction(referrals.ReferralRestored, keep_restored),
    Reaction(referrals.DropInRecorded, keep_drop_in),
    Reaction(referrals.DropInCorrected, keep_drop_in),
    Reaction(referrals.DropInWithdrawn, keep_drop_in_withdrawn),
    Reaction(referrals.ParticipantsMerged, join_records),
    Reaction(referrals.ParticipantsUnmerged, part_records),
    Reaction(cases.CaseStarted, keep_started),
    Reaction(cases.CaseStartCorrected, keep_started),
    Reaction(cases.CaseStartWithdrawn, keep_start_withdrawn),
    Reaction(cases.SupportPlanAgreed, keep_planned),
    Reaction(cases.SupportPlanCorrected, keep_plan_corrected),
    Reaction(cases.SupportPlanWithdrawn, keep_plan_corrected),
    Reaction(cases.CaseClosed, keep_closed),
    Reaction(cases.CaseClosureCorrected, keep_closed),
    Reaction(cases.CaseReopened, keep_case_reopened),
    Reaction(cases.OutcomeRecorded, keep_recorded),
    Reaction(cases.OutcomeEvidenced, keep_evidenced),
    Reaction(cases.OutcomeWithdrawn, keep_outcome_withdrawn),
    *(Reaction(event, keep_claim) for event in MOVES_A_CLAIM),
    Reaction(claims.ClaimAdjusted, keep_adjusted),
    Projection(ParticipantEvent, note_events, noted_in=HeardEventRow.__tablename__),
    Projection(ParticipantEvent, write_read_models),
)
"""What fills a read model, in its stream's order; besides, every event is noted on its participant's timeline."""

NOT_HEARD: tuple[type[Event], ...] = (
    Checkpointed,
    EventRedacted,
    referrals.ParticipantRestricted,
    referrals.ProviderRegistered,
    referrals.ReferralJoined,
    referrals.ReferralStandingChanged,
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
