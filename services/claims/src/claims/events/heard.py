"""What claims hears, and what it does about it."""

from typing import Any

from claims.operations.advice.keep_support import add_support, keep_support
from claims.operations.assessment.receive_outcome import raise_plainly, receive_outcome
from claims.operations.decisions.withdraw_claim import withdraw_outcome
from claims.operations.participants.follow_access import (
    follow_allocation,
    follow_closure,
    follow_correction,
    follow_decline,
    follow_end,
    follow_joint_withdrawal,
    follow_joint_work,
    follow_restriction,
    follow_withdrawal,
)
from claims.operations.participants.merge_participants import merge_participants
from claims.operations.participants.unmerge_participants import unmerge_participants
from claims.storage.claims import hold_participants
from claims.storage.new_outcomes import what_is_known
from common.contracts import Event, cases, referrals
from common.contracts.audits import Checkpointed
from common.contracts.cases import (
    AccessRestricted,
    AssessmentCorrected,
    AssessmentRecorded,
    AssessmentWithdrawn,
    CaseClosed,
    CaseStartCorrected,
    CaseStarted,
    CaseStartWithdrawn,
    JointWorkAgreed,
    JointWorkCorrected,
    JointWorkEnded,
    JointWorkWithdrawn,
    OutcomeEvidenced,
    OutcomeWithdrawn,
    SupportPlanAgreed,
    SupportPlanCorrected,
    SupportPlanWithdrawn,
)
from common.contracts.redactions import EventRedacted
from common.contracts.referrals import (
    AllocationDeclined,
    AllocationWithdrawn,
    ParticipantAllocated,
    ParticipantsMerged,
    ParticipantsUnmerged,
    ReferralCorrected,
)
from common.messaging.reactions import AtOnce, Reaction

REACTIONS: tuple[Reaction[Any], ...] = (
    Reaction(OutcomeEvidenced, receive_outcome, AtOnce(raise_plainly, what_is_known), hold_participants),
    Reaction(OutcomeWithdrawn, withdraw_outcome, hold=hold_participants),
    Reaction(ParticipantsMerged, merge_participants, hold=hold_participants),
    Reaction(ParticipantsUnmerged, unmerge_participants, hold=hold_participants),
    Reaction(ParticipantAllocated, follow_allocation),
    Reaction(AllocationDeclined, follow_decline),
    Reaction(AllocationWithdrawn, follow_withdrawal),
    Reaction(JointWorkAgreed, follow_joint_work),
    Reaction(JointWorkEnded, follow_end),
    Reaction(JointWorkCorrected, follow_correction),
    Reaction(JointWorkWithdrawn, follow_joint_withdrawal),
    Reaction(AccessRestricted, follow_restriction),
    Reaction(CaseClosed, follow_closure),
    Reaction(ReferralCorrected, keep_support, AtOnce(add_support)),
    Reaction(CaseStarted, keep_support, AtOnce(add_support)),
    Reaction(CaseStartCorrected, keep_support, AtOnce(add_support)),
    Reaction(CaseStartWithdrawn, keep_support, AtOnce(add_support)),
    Reaction(SupportPlanAgreed, keep_support, AtOnce(add_support)),
    Reaction(SupportPlanCorrected, keep_support, AtOnce(add_support)),
    Reaction(SupportPlanWithdrawn, keep_support, AtOnce(add_support)),
    Reaction(AssessmentRecorded, keep_support, AtOnce(add_support)),
    Reaction(AssessmentCorrected, keep_support, AtOnce(add_support)),
    Reaction(AssessmentWithdrawn, keep_support, AtOnce(add_support)),
)

NOT_HEARD: tuple[type[Event], ...] = (
    Checkpointed,
    EventRedacted,
    referrals.AgeAtReferralCorrected,
    referrals.DeclineCorrected,
    referrals.DropInCorrected,
    referrals.DropInRecorded,
    referrals.DropInWithdrawn,
    referrals.DuplicateReferralEnded,
    referrals.ParticipantRestricted,
    referrals.ProviderRegistered,
    referrals.ReferralDeclined,
    referrals.ReferralJoined,
    referrals.ReferralReceived,
    referrals.ReferralReopened,
    referrals.ReferralRestored,
    referrals.ReferralStandingChanged,
    referrals.ReferralTriaged,
    referrals.TriageCorrected,
    referrals.TriageSupportProvided,
    cases.CaseClosureCorrected,
    cases.CaseClosureRequestCorrected,
    cases.CaseClosureRequestWithdrawn,
    cases.CaseClosureRequested,
    cases.CasePhaseChanged,
    cases.CasePhaseCorrected,
    cases.CaseReopened,
    cases.FundRequestCorrected,
    cases.FundRequestDecided,
    cases.FundRequestWithdrawn,
    cases.InnovationDecided,
    cases.InnovationWithdrawn,
    cases.OutcomeRecorded,
)
"""Nothing here follows from these: each kind of event on a topic that is heard is either reacted to or named."""
