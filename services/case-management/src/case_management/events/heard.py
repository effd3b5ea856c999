"""What case management hears of the hub, and does about it."""

from typing import Any

from case_management.domain.closure import ALLOCATION_DECLINED, ALLOCATION_WITHDRAWN
from case_management.operations.cases.end_duplicate import end_duplicate
from case_management.operations.cases.follow_correction import follow_referral, follow_triage
from case_management.operations.cases.merge_participants import merge_participants
from case_management.operations.cases.open_case import open_case
from case_management.operations.cases.restrict_access import restrict_cases
from case_management.operations.cases.unmerge_participants import unmerge_participants
from case_management.operations.cases.withdraw_case import withdraw_case
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
from common.messaging.hearing import Reaction
from common.transaction import Transaction


async def case_for_allocation(tx: Transaction, event: ParticipantAllocated) -> None:
    await open_case(tx, event)


async def case_handed_back(tx: Transaction, event: AllocationDeclined) -> None:
    await withdraw_case(tx, event.allocation_id, event.declined_on, ALLOCATION_DECLINED)


async def case_taken_back(tx: Transaction, event: AllocationWithdrawn) -> None:
    await withdraw_case(tx, event.allocation_id, event.withdrawn_on, ALLOCATION_WITHDRAWN)


async def records_of_one_person(tx: Transaction, event: ParticipantsMerged) -> None:
    await merge_participants(tx, event.participant_id, event.alias_id)


async def case_of_a_duplicate(tx: Transaction, event: DuplicateReferralEnded) -> None:
    tx.touched(event.subject)
    if event.allocation_id is not None:
        await end_duplicate(tx, event.allocation_id, event.ended_on)


async def access_restricted(tx: Transaction, event: ParticipantRestricted) -> None:
    await restrict_cases(tx, event.participant_id)


REACTIONS: tuple[Reaction[Any], ...] = (
    Reaction(ParticipantAllocated, case_for_allocation),
    Reaction(AllocationDeclined, case_handed_back),
    Reaction(AllocationWithdrawn, case_taken_back),
    Reaction(ReferralCorrected, follow_referral),
    Reaction(TriageCorrected, follow_triage),
    Reaction(ParticipantsMerged, records_of_one_person),
    Reaction(ParticipantsUnmerged, unmerge_participants),
    Reaction(DuplicateReferralEnded, case_of_a_duplicate),
    Reaction(ParticipantRestricted, access_restricted),
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
    referrals.ReferralTriaged,
    referrals.TriageSupportProvided,
)
"""Nothing here follows from these: each kind of event on a topic that is heard is either reacted to or named."""
