"""What was put right of a case, and what stood before."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, bindparam, or_, select

from case_management.domain.correction import OF_FUND
from case_management.storage.tables.cases import CorrectionRow


def of_case(case_id: UUID, *, of_fund: bool) -> Sequence[ColumnElement[bool]]:
    """What was put right of the case and its parts. `of_fund`: of its fund requests with them."""
    case = CorrectionRow.case_id == case_id
    return (case,) if of_fund else (case, CorrectionRow.kind.not_in(OF_FUND))


CORRECTIONS = (
    select(CorrectionRow)
    .where(
        CorrectionRow.case_id == bindparam("case_id"),
        or_(bindparam("of_fund", type_=Boolean), CorrectionRow.kind.not_in(OF_FUND)),
    )
    .order_by(CorrectionRow.id)
)
"""The same, the first one first."""
