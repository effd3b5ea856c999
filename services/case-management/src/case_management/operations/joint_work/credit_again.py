"""Credit the outcomes of a case by the joint work that stands now (BR-D10)."""

from collections.abc import Sequence
from dataclasses import replace

from case_management.domain.joint_work import JointWork, contributed
from case_management.operations.outcomes.announce_again import Contributors, announce_again
from case_management.operations.outcomes.record_outcome import add_revision, revision_row
from case_management.storage.cases import standing_joint_work
from case_management.storage.outcomes import histories, recorded_outcomes
from case_management.storage.tables.cases import CaseRow
from common.transaction import Transaction

JOINT_WORK = "joint-work"


async def credit_again(tx: Transaction, case: CaseRow, before: Sequence[JointWork]) -> None:
    """Give each outcome to which others have contributed than was said its next revision; `before`: what was joint.

    One with evidence is announced anew; of one without, whoever evidences it says who contributed.
    """
    await tx.session.flush()
    after = await standing_joint_work(tx.session, case.id)
    contributors: Contributors = lambda names, day: sorted(contributed(names, day, before, after))  # noqa: E731
    await announce_again(tx, case, JOINT_WORK, contributors=contributors)
    for one in await histories(tx.session, await recorded_outcomes(tx.session, case.id)):
        row, latest = one.row, one.outcome.latest
        names = tuple(contributors(latest.contributors, latest.achieved_on))
        if names != latest.contributors:
            row.revision += 1
            achievement = replace(latest, contributors=names)
            add_revision(tx.session, row, achievement, revision_row(tx, row, row.revision, achievement, JOINT_WORK))
            tx.touched(f"outcome/{row.id}")
