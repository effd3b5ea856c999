"""Plans, assessments and notes."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from case_management.domain.assessment import STAGES
from case_management.storage.tables.cases import CaseRow
from case_management.storage.tables.support import AssessmentRow, NoteRow, PlanRow

from .evidence import within_told

PLANS = select(PlanRow).where(PlanRow.case_id == bindparam("case_id")).order_by(PlanRow.agreed_on, PlanRow.version)
STANDING_PLANS = PLANS.where(PlanRow.withdrawn_on.is_(None))
ASSESSMENTS = (
    select(AssessmentRow)
    .where(AssessmentRow.case_id == bindparam("case_id"))
    .order_by(AssessmentRow.assessed_on, AssessmentRow.id)
)
STANDING_ASSESSMENTS = ASSESSMENTS.where(AssessmentRow.withdrawn_on.is_(None))


async def plans_of(session: AsyncSession, case_id: UUID) -> list[PlanRow]:
    """In the order they were agreed."""
    return list(await session.scalars(PLANS, {"case_id": case_id}))


async def standing_plans(session: AsyncSession, case_id: UUID) -> list[PlanRow]:
    """Those nobody took back."""
    return [row for row in await plans_of(session, case_id) if row.withdrawn_on is None]


async def keep_planned(session: AsyncSession, case: CaseRow) -> None:
    """Since when the case has the plan that stands, if it has one."""
    case.planned_on = max((each.agreed_on for each in await standing_plans(session, case.id)), default=None)


async def latest_plan_version(session: AsyncSession, case_id: UUID) -> int:
    """0 when there is none."""
    return await session.scalar(select(func.max(PlanRow.version)).where(PlanRow.case_id == case_id)) or 0


async def assessments_of(session: AsyncSession, case_id: UUID) -> list[AssessmentRow]:
    return list(await session.scalars(ASSESSMENTS, {"case_id": case_id}))


async def standing_assessments(
    session: AsyncSession, case_id: UUID, instrument: str | None = None
) -> list[AssessmentRow]:
    """Those nobody took back, in the order they were taken; of one day, in the order of their stages."""
    rows = [row for row in await assessments_of(session, case_id) if row.withdrawn_on is None]
    return in_stage_order(row for row in rows if instrument in (None, row.instrument))


def in_stage_order(rows: Iterable[AssessmentRow]) -> list[AssessmentRow]:
    """In the order they were taken; of one day, in the order of their stages."""
    return sorted(rows, key=lambda row: (row.assessed_on, STAGES.index(row.stage)))


NOTES = (
    select(NoteRow)
    .where(NoteRow.case_id == bindparam("case_id"), within_told("sight_of_notes", NoteRow))
    .order_by(NoteRow.noted_on, NoteRow.id)
)
"""Of a case, within sight, in the order of what happened."""


async def find_note(session: AsyncSession, note_id: UUID | None) -> NoteRow | None:
    return await session.get(NoteRow, note_id) if note_id else None


async def attempts_of(session: AsyncSession, case_id: UUID) -> list[NoteRow]:
    """Notes of attempts to engage the participant."""
    return list(await session.scalars(select(NoteRow).where(NoteRow.case_id == case_id, NoteRow.attempt)))
