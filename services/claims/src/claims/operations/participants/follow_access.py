"""Follow who works with a participant, and so may see what is claimed for them (BR-D8, BR-D12, §2.M)."""

from claims.operations.advice.keep_support import keep_support
from claims.storage.access import end_access, give_joint, give_lead, restrict_access
from common.contracts.cases import (
    AccessRestricted,
    CaseClosed,
    JointWorkAgreed,
    JointWorkCorrected,
    JointWorkEnded,
    JointWorkWithdrawn,
)
from common.contracts.referrals import AllocationDeclined, AllocationWithdrawn, ParticipantAllocated
from common.transaction import Transaction


async def follow_allocation(tx: Transaction, event: ParticipantAllocated) -> None:
    """The provider a participant was placed with leads; from then on there is something to claim for."""
    await give_lead(tx.session, event)
    await keep_support(tx, event)


async def follow_decline(tx: Transaction, event: AllocationDeclined) -> None:
    """Handed back: the provider leads no longer."""
    await end_access(tx.session, event.allocation_id, event.declined_on, event.provider_id)
    tx.touched(event.subject)


async def follow_withdrawal(tx: Transaction, event: AllocationWithdrawn) -> None:
    """The hub took its placement back: the provider leads no longer."""
    await end_access(tx.session, event.allocation_id, event.withdrawn_on, event.provider_id)
    tx.touched(event.subject)


async def follow_joint_work(tx: Transaction, event: JointWorkAgreed | JointWorkCorrected) -> None:
    """While joint, the second provider sees what the lead claims; of a restricted record, nothing."""
    await give_joint(tx.session, event)
    tx.touched(event.subject)


async def follow_end(tx: Transaction, event: JointWorkEnded) -> None:
    await end_access(tx.session, event.case_id, event.ended_on, event.joint_provider_id)
    tx.touched(event.subject)


async def follow_correction(tx: Transaction, event: JointWorkCorrected) -> None:
    """All as it stands: who was named before sees nothing any more, and the other what is agreed."""
    if event.instead_of is not None:
        await end_access(tx.session, event.case_id, event.corrected_on, event.instead_of)
    if event.ended_on is None:
        await follow_joint_work(tx, event)
    elif not event.sees_it:
        await end_access(tx.session, event.case_id, event.ended_on, event.joint_provider_id)
    tx.touched(event.subject)


async def follow_joint_withdrawal(tx: Transaction, event: JointWorkWithdrawn) -> None:
    """It was never agreed."""
    if not event.sees_it:
        await end_access(tx.session, event.case_id, event.withdrawn_on, event.joint_provider_id)
    tx.touched(event.subject)


async def follow_restriction(tx: Transaction, event: AccessRestricted) -> None:
    await restrict_access(tx.session, event.case_id)
    tx.touched(event.subject)


async def follow_closure(tx: Transaction, event: CaseClosed) -> None:
    """Joint sight ends with the case; its lead goes on claiming what it achieved, and answers for it."""
    await end_access(tx.session, event.case_id, event.closed_on)
    tx.touched(event.subject)
