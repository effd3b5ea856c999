"""Joint work of two providers on a case."""

from typing import Annotated
from uuid import UUID

from case_management.operations.cases.restrict_access import restrict_access as restrict
from case_management.operations.joint_work.agree_joint_work import agree_joint_work as agree
from case_management.operations.joint_work.correct_joint_work import correct_joint_work as correct
from case_management.operations.joint_work.correct_joint_work import withdraw_joint_work as withdraw
from case_management.operations.joint_work.end_joint_work import end_joint_work as end
from case_management.operations.requests import EndIn, JointWorkCorrectionIn, JointWorkIn, ReasonIn, RestrictIn
from case_management.storage.tables.participants import AccessRow
from common.transaction import Transaction
from common.web.access import writing
from common.web.routing import Routes

from .responses.base import CaseReceipt
from .responses.joint_work import JointWorkReceipt, show_joint_work

router = Routes(prefix="/v1", tags=["joint work"])


@router.post("/cases/{case_id}/joint-work", status_code=201)
async def agree_joint_work(
    case_id: UUID, body: JointWorkIn, tx: Annotated[Transaction, writing("provider-manager")]
) -> JointWorkReceipt:
    """Agree joint work on your case; the joint provider sees it while the work lasts (BR-D8)."""
    row = await agree(tx, case_id, tx.minted(body.id), body)
    return tx.answered(_kept(row))


@router.post("/joint-work/{joint_work_id}/end")
async def end_joint_work(
    joint_work_id: UUID, body: EndIn, tx: Annotated[Transaction, writing("provider-manager")]
) -> JointWorkReceipt:
    """End joint work on your case; the joint provider's sight of it ends at once."""
    return tx.answered(_kept(await end(tx, joint_work_id, body.ended_on)))


@router.post("/joint-work/{joint_work_id}/corrections")
async def correct_joint_work(
    joint_work_id: UUID, body: JointWorkCorrectionIn, tx: Annotated[Transaction, writing("provider-manager")]
) -> JointWorkReceipt:
    """Put joint work on your case right; sight of it, and credit for its outcomes, follow.

    `If-Match` is the version of the case. 409: it was taken back. 422: it cannot have been so.
    """
    return tx.answered(_kept(await correct(tx, joint_work_id, body.right, body.reason)))


@router.post("/joint-work/{joint_work_id}/withdrawal")
async def withdraw_joint_work(
    joint_work_id: UUID, body: ReasonIn, tx: Annotated[Transaction, writing("provider-manager")]
) -> JointWorkReceipt:
    """Take joint work back that was never agreed: the other provider sees and contributed to nothing by it."""
    return tx.answered(_kept(await withdraw(tx, joint_work_id, body.reason)))


@router.post("/cases/{case_id}/restriction")
async def restrict_access(
    case_id: UUID, body: RestrictIn, tx: Annotated[Transaction, writing("provider-manager")]
) -> CaseReceipt:
    """Make your case need-to-know, for good: joint providers see what you mark shareable, and of claims nothing."""
    row = await restrict(tx, case_id, body.reason)
    return tx.answered(CaseReceipt(id=row.id, state=row.state, version=row.version))


def _kept(row: AccessRow) -> JointWorkReceipt:
    return JointWorkReceipt(**show_joint_work(row).model_dump())
