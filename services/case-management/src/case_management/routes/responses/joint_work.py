"""Who else works on a case."""

from datetime import date
from uuid import UUID

from case_management.storage.tables.participants import AccessRow
from common.transaction import Answer
from common.web.fields import AnswerBody


class JointWorkOut(AnswerBody):
    id: UUID
    joint_provider_id: str
    shareable_only: bool
    from_on: date
    ended_on: date | None
    withdrawn_on: date | None


def show_joint_work(row: AccessRow) -> JointWorkOut:
    return JointWorkOut(
        id=row.id,
        joint_provider_id=row.organisation_id,
        shareable_only=row.shareable_only,
        from_on=row.from_on,
        ended_on=row.until_on,
        withdrawn_on=row.withdrawn_on,
    )


class JointWorkReceipt(Answer):
    """Joint work as it stands."""

    id: UUID
    joint_provider_id: str
    shareable_only: bool
    from_on: date
    ended_on: date | None
    withdrawn_on: date | None
