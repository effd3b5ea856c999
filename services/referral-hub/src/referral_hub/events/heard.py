"""What the hub hears back from the cases: two arrows against the river (ADR-0002)."""

from typing import Any

from common.contracts import Event, cases
from common.contracts.audits import Checkpointed
from common.contracts.cases import (
    AccessRestricted,
    CaseClosed,
    CaseClosureCorrected,
    CaseReopened,
    CaseStartCorrected,
    CaseStarted,
    CaseStartWithdrawn,
    JointWorkAgreed,
    JointWorkCorrected,
    JointWorkEnded,
    JointWorkWithdrawn,
)
from common.contracts.redactions import EventRedacted
from common.messaging.reactions import Reaction
from referral_hub.operations.allocation.follow_case import (
    follow_closure,
    follow_closure_correction,
    follow_reopening,
    follow_start,
    follow_start_correction,
    follow_start_withdrawal,
)
from referral_hub.operations.participants.share_participant import (
    restrict_case,
    share_as_corrected,
    share_participant,
    unshare_participant,
    unshare_withdrawn,
)

REACTIONS: tuple[Reaction[Any], ...] = (
    Reaction(CaseStarted, follow_start),
    Reaction(CaseStartCorrected, follow_start_correction),
    Reaction(CaseStartWithdrawn, follow_start_withdrawal),
    Reaction(CaseClosed, follow_closure),
    Reaction(CaseClosureCorrected, follow_closure_correction),
    Reaction(CaseReopened, follow_reopening),
    Reaction(JointWorkAgreed, share_participant),
    Reaction(JointWorkEnded, unshare_participant),
    Reaction(JointWorkCorrected, share_as_corrected),
    Reaction(JointWorkWithdrawn, unshare_withdrawn),
    Reaction(AccessRestricted, restrict_case),
)

NOT_HEARD: tuple[type[Event], ...] = (
    Checkpointed,
    EventRedacted,
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
    cases.OutcomeEvidenced,
    cases.OutcomeRecorded,
    cases.OutcomeWithdrawn,
    cases.SupportPlanAgreed,
    cases.SupportPlanCorrected,
    cases.SupportPlanWithdrawn,
)
"""Nothing here follows from these: each kind of event on a topic that is heard is either reacted to or named."""
