"""What case management hears of the hub, and does about it."""

from typing import Any

from case_management.operations.cases.end_duplicate import end_duplicate
from case_management.operations.cases.follow_correction import follow_referral, follow_triage
from case_management.operations.cases.merge_participants import merge_participants
from case_management.operations.cases.open_case import add_case, open_case
from case_management.operations.cases.restrict_access import follow_restriction
from case_management.operations.cases.unmerge_participants import unmerge_participants
from case_management.operations.cases.withdraw_case import follow_decline, follow_withdrawal
from common.contracts import Event, referrals
from common.contracts.audits import Checkpointed
from common.contracts.redactions import EventRedacted
from common.contracts.referrals import (
    AllocationDeclined,
    AllocationWithdrawn,
    DuplicateReferralEnded,
    ParticipantAllocated,
    ParticipantRestricted,
    ParticipantsMerged,
    ParticipantsUnmerged,
    ReferralCorrected,
    TriageCorrected,
)
from common.messaging.reactions import AtOnce, Reaction

REACTIONS: tuple[Reaction[Any], ...] = (
    Reaction(ParticipantAllocated, open_case, AtOnce(add_case)),
    Reaction(AllocationDeclined, follow_decline),
    Reaction(AllocationWithdrawn, follow_withdrawal),
    Reaction(ReferralCorrected, follow_referral),
    Reaction(TriageCorrected, follow_triage),
    Reaction(ParticipantsMerged, merge_participants),
    Reaction(ParticipantsUnmerged, unmerge_participants),
    Reaction(DuplicateReferralEnded, end_duplicate),
    Reaction(ParticipantRestricted, follow_restriction),
)

NOT_HEARD: tuple[type[Event], ...] = (
    Checkpointed,
    EventRedacted,
    referrals.AgeAtReferralCorrected,
    referrals.DeclineCorrected,
    referrals.DropInCorrected,
    referrals.DropInRecorded,
    referrals.DropInWithdrawn,
    referrals.ProviderRegistered,
    referrals.ReferralDeclined,
    referrals.ReferralJoined,
    referrals.ReferralReceived,
    referrals.ReferralReopened,
    referrals.ReferralRestored,
    referrals.ReferralStandingChanged,
    referrals.ReferralTriaged,
    referrals.TriageSupportProvided,
)
"""Nothing here follows from these: each kind of event on a topic that is heard is either reacted to or named."""
