"""End a second provider's work on a case, and with it their sight of it."""

from datetime import date
from uuid import UUID

from case_management.domain.joint_work import refusals_of_ending
from case_management.storage.cases import joint_work, standing_joint_work
from case_management.storage.tables.participants import AccessRow
from common.contracts.cases import JointWorkEnded
from common.transaction import Transaction
from common.web.refused import refuse_if_any

from .correct_joint_work import joint_work_to_change
from .credit_again import credit_again


async def end_joint_work(tx: Transaction, joint_work_id: UUID, ended_on: date | None) -> AccessRow:
    """End it on a day, by default today; only the case's lead does.

    Raises:
        NoSuchPart, NotAllowed, StaleVersion: see `joint_work_to_change`.
        Refused: it has ended or was taken back, or could not end on that day.
    """
    access, at_hand = await joint_work_to_change(tx, joint_work_id)
    ended_on = ended_on or tx.today
    refuse_if_any(refusals_of_ending(joint_work(access), ended_on, tx.today))
    works = await standing_joint_work(tx.session, access.case_id)
    access.until_on = ended_on
    await credit_again(tx, at_hand.row, works)
    tx.announce(
        JointWorkEnded(
            **tx.envelope(),
            participant_id=access.participant_id,
            case_id=access.case_id,
            provider_id=access.lead_id,
            joint_work_id=access.id,
            joint_provider_id=access.organisation_id,
            ended_on=ended_on,
        )
    )
    return access
