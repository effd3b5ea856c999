"""Credit the outcomes of a case by the joint work that stands now (BR-D10)."""

from collections.abc import Sequence

from case_management.domain.joint_work import JointWork, contributed
from case_management.storage.cases import standing_joint_work
from case_management.storage.tables import CaseRow
from common.transaction import Transaction

from .announce_again import announce_again


async def credit_again(tx: Transaction, case: CaseRow, before: Sequence[JointWork]) -> None:
    """Announce again each outcome to which others have contributed than was said, given the joint work of before."""
    await tx.session.flush()
    after = await standing_joint_work(tx.session, case.id)
    await announce_again(
        tx, case, "joint-work", contributors=lambda named, day: sorted(contributed(named, day, before, after))
    )
