"""Joint work of two providers on a case."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from case_management.operations.agree_joint_work import agree_joint_work as agree
from case_management.operations.end_joint_work import end_joint_work as end
from case_management.operations.restrict_access import restrict_access as restrict
from case_management.storage.tables import AccessRow
from common.transaction import Answer, Transaction
from common.web.access import writing
from common.web.fields import Asked, BusinessDay, ShortCode

from .asking import CaseMoved, Minted

router = APIRouter(prefix="/v1", tags=["joint work"])


class JointWorkIn(Minted):
    """Who joins, and from when; of a restricted case they see what you mark shareable, whatever is said here."""

    joint_provider_id: ShortCode
    from_on: BusinessDay | None = None
    shareable_only: bool = False


class EndIn(Asked):
    """The last day of the joint work."""

    ended_on: BusinessDay | None = None


class RestrictIn(Asked):
    """Why the record is need-to-know."""

    reason: ShortCode = "domestic-abuse"


class JointWorkKept(Answer):
    """Joint work as it stands."""

    id: UUID
    joint_provider_id: str
    shareable_only: bool
    from_on: date
    ended_on: date | None


@router.post("/cases/{case_id}/joint-work", status_code=201)
async def agree_joint_work(
    case_id: UUID, body: JointWorkIn, tx: Annotated[Transaction, writing("provider-manager")]
) -> JointWorkKept:
    """Agree joint work on your case; the joint provider sees it while the work lasts (BR-D8)."""
    row = await agree(tx, case_id, tx.minted(body.id), body.joint_provider_id, body.from_on, body.shareable_only)
    return tx.answered(_kept(row))


@router.post("/joint-work/{joint_work_id}/end")
async def end_joint_work(
    joint_work_id: UUID, body: EndIn, tx: Annotated[Transaction, writing("provider-manager")]
) -> JointWorkKept:
    """End joint work on your case; the joint provider's sight of it ends at once."""
    return tx.answered(_kept(await end(tx, joint_work_id, body.ended_on)))


@router.post("/cases/{case_id}/restriction")
async def restrict_access(
    case_id: UUID, body: RestrictIn, tx: Annotated[Transaction, writing("provider-manager")]
) -> CaseMoved:
    """Make your case need-to-know, for good: joint providers see what you mark shareable, and of claims nothing."""
    row = await restrict(tx, case_id, body.reason)
    return tx.answered(CaseMoved(id=row.id, state=row.state, version=row.version))


def _kept(row: AccessRow) -> JointWorkKept:
    return JointWorkKept(
        id=row.id,
        joint_provider_id=row.organisation_id,
        shareable_only=row.shareable_only,
        from_on=row.from_on,
        ended_on=row.until_on,
    )
