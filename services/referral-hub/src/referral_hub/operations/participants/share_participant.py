"""Who else may see a participant while providers work together (BR-D8, BR-D12)."""

from datetime import date
from uuid import UUID

from common.transaction import Transaction
from referral_hub.storage.participants import (
    end_access,
    end_joint_access,
    give_access,
    participant_to_change,
    restrict_access,
)

from .restrict_participant import restrict_participant


async def share_participant(
    tx: Transaction, participant_id: UUID, organisation_id: str, case_id: UUID, on: date, *, shareable_only: bool
) -> None:
    """Let the second provider of a joint case see who the participant is."""
    participant = await participant_to_change(tx.session, participant_id)
    if participant is not None:
        await give_access(tx.session, participant, organisation_id, "joint", case_id, on, shareable_only=shareable_only)
        tx.touched(f"participant/{participant_id}")


async def unshare_participant(
    tx: Transaction, participant_id: UUID, organisation_id: str, case_id: UUID, on: date
) -> None:
    """Joint work ended, and with it the second provider's sight."""
    await end_access(tx.session, organisation_id, "joint", case_id, on)
    tx.touched(f"participant/{participant_id}")


async def restrict_case(tx: Transaction, participant_id: UUID, case_id: UUID) -> None:
    """Domestic abuse was disclosed to a case: its participant is need-to-know, and what joint providers see of it."""
    await restrict_participant(tx, participant_id)
    await restrict_access(tx.session, case_id)
    tx.touched(f"participant/{participant_id}")


async def unshare_closed(tx: Transaction, participant_id: UUID, case_id: UUID, on: date) -> None:
    """The case closed, and with it every joint provider's sight; its lead's stays, for what it still claims."""
    await end_joint_access(tx.session, case_id, on)
    tx.touched(f"participant/{participant_id}")
