"""Who else may see a participant while providers work together (BR-D8, BR-D12)."""

from datetime import date

from common.contracts.cases import (
    AccessRestricted,
    CaseClosed,
    JointWorkAgreed,
    JointWorkCorrected,
    JointWorkEnded,
    JointWorkWithdrawn,
)
from common.transaction import Transaction
from referral_hub.storage.participants import (
    end_access,
    end_joint_access,
    give_joint,
    participant_to_change,
    restrict_access,
)

from .restrict_participant import restrict_participant


async def share_participant(tx: Transaction, event: JointWorkAgreed | JointWorkCorrected) -> None:
    """Let the second provider of a joint case see who the participant is."""
    participant = await participant_to_change(tx.session, event.participant_id)
    if participant is not None:
        await give_joint(tx.session, participant, event)
        tx.touched(event.subject)


async def unshare_participant(tx: Transaction, event: JointWorkEnded) -> None:
    """Joint work ended, and with it the second provider's sight."""
    await _unshare(tx, event, event.joint_provider_id, event.ended_on)


async def share_as_corrected(tx: Transaction, event: JointWorkCorrected) -> None:
    """All as it stands: who was named before sees nothing any more, and the other what is agreed."""
    tx.touched(event.subject)
    if event.instead_of is not None:
        await _unshare(tx, event, event.instead_of, event.corrected_on)
    if event.ended_on is None:
        await share_participant(tx, event)
    elif not event.sees_it:
        await _unshare(tx, event, event.joint_provider_id, event.ended_on)


async def unshare_withdrawn(tx: Transaction, event: JointWorkWithdrawn) -> None:
    """It was never agreed."""
    tx.touched(event.subject)
    if not event.sees_it:
        await _unshare(tx, event, event.joint_provider_id, event.withdrawn_on)


async def restrict_case(tx: Transaction, event: AccessRestricted) -> None:
    """Domestic abuse was disclosed to a case: its participant is need-to-know, and what joint providers see of it."""
    await restrict_participant(tx, event.participant_id)
    await restrict_access(tx.session, event.case_id)
    tx.touched(event.subject)


async def unshare_closed(tx: Transaction, event: CaseClosed) -> None:
    """The case closed, and with it every joint provider's sight; its lead's stays, for what it still claims."""
    await end_joint_access(tx.session, event.case_id, event.closed_on)
    tx.touched(event.subject)


async def _unshare(
    tx: Transaction,
    event: JointWorkEnded | JointWorkCorrected | JointWorkWithdrawn,
    organisation_id: str,
    until_on: date,
) -> None:
    await end_access(tx.session, organisation_id, "joint", event.case_id, until_on)
    tx.touched(event.subject)
