"""End a second provider's work on a case, and with it their sight of it."""

from datetime import date
from uuid import UUID

from case_management.domain.joint_work import refusals_of_ending
from case_management.storage.cases import find_joint_work, joint_work
from case_management.storage.tables import AccessRow
from common.contracts.cases import JointWorkEnded
from common.transaction import Transaction
from common.web.problems import NotFound

from .case_at_hand import case_to_change
from .refused import refuse_if_any


class NoSuchJointWork(NotFound):
    """Absent, or on another provider's case."""


async def end_joint_work(tx: Transaction, joint_work_id: UUID, ended_on: date | None) -> AccessRow:
    """End it on a day, by default today; only the case's lead does.

    Raises:
        NoSuchJointWork: there is none on a case of the asker's provider.
        Refused: it has ended, or could not on that day.
    """
    access = await find_joint_work(tx.session, joint_work_id)
    if access is None:
        raise NoSuchJointWork("Check the id, and that your organisation works on the case.")
    found = await case_to_change(tx, access.case_id)
    ended_on = ended_on or tx.today
    refuse_if_any(refusals_of_ending(joint_work(access), ended_on, tx.today))
    tx.expect_version(found.row.version)
    access.until_on = ended_on
    found.row.version += 1
    tx.touched(f"joint-work/{joint_work_id}")
    tx.announce(
        JointWorkEnded(
            **tx.envelope(),
            participant_id=access.participant_id,
            case_id=access.case_id,
            provider_id=access.lead_id,
            joint_provider_id=access.organisation_id,
            ended_on=ended_on,
        )
    )
    return access
