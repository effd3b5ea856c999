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
from common.messaging.hearing import Reaction
from common.transaction import Transaction
from referral_hub.operations.allocation.follow_case import (
    follow_closure,
    follow_closure_correction,
    follow_reopening,
    follow_start,
    follow_start_correction,
)
from referral_hub.operations.participants.share_participant import (
    restrict_case,
    share_participant,
    unshare_closed,
    unshare_participant,
)
from rulebook.codes import CLOSED_AS_DUPLICATE


async def case_started(tx: Transaction, event: CaseStarted) -> None:
    await follow_start(tx, event.referral_id, event.provider_id, event.case_id, event.started_on)


async def case_start_corrected(tx: Transaction, event: CaseStartCorrected) -> None:
    await follow_start_correction(tx, event.case_id, event.started_on)


async def case_start_withdrawn(tx: Transaction, event: CaseStartWithdrawn) -> None:
    await follow_start_correction(tx, event.case_id, None)


async def case_closed(tx: Transaction, event: CaseClosed) -> None:
    if event.reason != CLOSED_AS_DUPLICATE:  # the hub has ended that placement itself
        await follow_closure(tx, event.participant_id, event.provider_id, event.case_id, event.closed_on)
    await unshare_closed(tx, event.participant_id, event.case_id, event.closed_on)


async def case_closure_corrected(tx: Transaction, event: CaseClosureCorrected) -> None:
    await follow_closure_correction(tx, event.case_id, event.closed_on)


async def case_reopened(tx: Transaction, event: CaseReopened) -> None:
    await follow_reopening(tx, event.participant_id, event.case_id, started=event.started_on is not None)


async def joint_work_agreed(tx: Transaction, event: JointWorkAgreed) -> None:
    await share_participant(
        tx,
        event.participant_id,
        event.joint_provider_id,
        event.case_id,
        event.agreed_on,
        shareable_only=event.shareable_only,
    )


async def joint_work_ended(tx: Transaction, event: JointWorkEnded) -> None:
    await unshare_participant(tx, event.participant_id, event.joint_provider_id, event.case_id, event.ended_on)


async def joint_work_corrected(tx: Transaction, event: JointWorkCorrected) -> None:
    """All as it stands: who was named before sees nothing any more, and the other what is agreed."""
    who, case_id = event.participant_id, event.case_id
    tx.touched(event.subject)
    if event.instead_of is not None:
        await unshare_participant(tx, who, event.instead_of, case_id, event.corrected_on)
    if event.ended_on is None:
        only = event.shareable_only
        await share_participant(tx, who, event.joint_provider_id, case_id, event.agreed_on, shareable_only=only)
    elif not event.sees_it:
        await unshare_participant(tx, who, event.joint_provider_id, case_id, event.ended_on)


async def joint_work_withdrawn(tx: Transaction, event: JointWorkWithdrawn) -> None:
    tx.touched(event.subject)
    if not event.sees_it:
        await unshare_participant(tx, event.participant_id, event.joint_provider_id, event.case_id, event.withdrawn_on)


async def access_restricted(tx: Transaction, event: AccessRestricted) -> None:
    await restrict_case(tx, event.participant_id, event.case_id)


REACTIONS: tuple[Reaction[Any], ...] = (
    Reaction(CaseStarted, case_started),
    Reaction(CaseStartCorrected, case_start_corrected),
    Reaction(CaseStartWithdrawn, case_start_withdrawn),
    Reaction(CaseClosed, case_closed),
    Reaction(CaseClosureCorrected, case_closure_corrected),
    Reaction(CaseReopened, case_reopened),
    Reaction(JointWorkAgreed, joint_work_agreed),
    Reaction(JointWorkEnded, joint_work_ended),
    Reaction(JointWorkCorrected, joint_work_corrected),
    Reaction(JointWorkWithdrawn, joint_work_withdrawn),
    Reaction(AccessRestricted, access_restricted),
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
