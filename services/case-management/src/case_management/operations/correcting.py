"""What every correction does: keep what stood, what stands now, why, and who said so."""

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from case_management.domain.correction import CorrectionKind, it_still_stands
from case_management.storage.tables.cases import CaseRow, CorrectionRow, PhaseRow
from case_management.storage.tables.closure import ClosureRequestRow
from case_management.storage.tables.documents import DocumentRow
from case_management.storage.tables.fund import FundRequestRow
from case_management.storage.tables.participants import AccessRow
from case_management.storage.tables.support import AssessmentRow, NoteRow, PlanRow
from common.transaction import Transaction
from common.web.correcting import correction_of
from common.web.refused import refuse_if_any
from rulebook.refusal import every_refusal

from .loading import CaseAtHand, case_to_change
from .problems import NoSuchCase, NoSuchPart

Part = TypeVar("Part", PhaseRow, PlanRow, AssessmentRow, ClosureRequestRow, AccessRow, FundRequestRow)
Held = TypeVar(
    "Held", PhaseRow, PlanRow, AssessmentRow, ClosureRequestRow, AccessRow, FundRequestRow, DocumentRow, NoteRow
)


def put_right(
    tx: Transaction,
    kind: CorrectionKind,
    of_id: UUID,
    case: CaseRow,
    reason: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> CorrectionRow:
    """Keep a correction; of what is the same before and after, nothing.

    Raises:
        Refused: everything is the same before and after.
    """
    correction = CorrectionRow(case_id=case.id, kind=kind, **correction_of(tx, of_id, reason, before, after))
    tx.session.add(correction)
    return correction


def take_back(
    tx: Transaction,
    kind: CorrectionKind,
    row: PhaseRow | PlanRow | AssessmentRow | AccessRow,
    case: CaseRow,
    reason: str,
) -> None:
    """Keep that a part of a case which `part_to_correct` held never was: it stays readable, and counts for nothing."""
    row.withdrawn_on = tx.today
    put_right(tx, kind, row.id, case, reason, {"withdrawn_on": None}, {"withdrawn_on": row.withdrawn_on})


async def part_to_correct(tx: Transaction, kind: type[Part], part_id: UUID) -> tuple[Part, CaseAtHand]:
    """A part of a case that still stands, with its case held for its lead; the case is at its next version.

    Raises:
        NoSuchPart, NotAllowed, StaleVersion: see `part_held`.
        Refused: it was taken back.
    """
    row, at_hand = await part_held(tx, kind, part_id)
    refuse_if_any(every_refusal([it_still_stands], row.withdrawn_on))
    return row, at_hand


async def part_held(tx: Transaction, kind: type[Held], part_id: UUID) -> tuple[Held, CaseAtHand]:
    """A part of a case, with its case held for its lead; the case is at its next version.

    Raises:
        NoSuchPart: there is none on a case that the asker has sight of.
        NotAllowed: the asker works on the case jointly.
        StaleVersion: the case changed since the asker read it.
    """
    row = await tx.session.get(kind, part_id)
    if row is None:
        raise NoSuchPart
    try:
        at_hand = await case_to_change(tx, row.case_id)
    except NoSuchCase:
        raise NoSuchPart from None
    tx.expect_version(at_hand.row.version)
    await tx.session.refresh(row)
    at_hand.row.version += 1
    tx.version_after = at_hand.row.version
    return row, at_hand
