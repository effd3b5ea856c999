"""A case: in a list, and told whole."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from case_management.domain.case import CaseState, Phase
from case_management.operations.cases.tell_case import GoldenThread
from case_management.storage.tables.cases import CaseRow, PhaseRow
from common.contracts.referrals import Intensity
from common.web.fields import one_of

from .base import RowOut
from .closures import ClosureRequestOut
from .corrections import CorrectionOut, show_correction
from .documents import DocumentOut
from .joint_work import JointWorkOut, show_joint_work
from .outcomes import OutcomeOut, show_outcome
from .support import AssessmentOut, NoteOut, PlanOut


class CaseOut(RowOut):
    """A case in a list: ids, states and dates; the hub alone knows the name."""

    id: UUID
    participant_id: UUID
    referral_id: UUID
    allocation_id: UUID
    provider_id: str
    """The lead provider, by its code."""
    state: Annotated[str, one_of(CaseState)]
    phase: Annotated[str, one_of(Phase)]
    worker: str | None
    restricted: bool
    specialism: str
    intensity: Annotated[str, one_of(Intensity)]
    complex: bool
    priority: bool
    returning: bool
    funding_stream: str
    referred_on: date
    allocated_on: date
    started_on: date | None
    closed_on: date | None
    closure_reason: str | None
    last_contact_on: date | None = None
    version: int


class PhaseOut(RowOut):
    id: UUID
    phase: Annotated[str, one_of(Phase)]
    changed_on: date
    worker: str | None
    withdrawn_on: date | None
    """The day on which it was taken back as a mistake."""


class CaseDetailOut(CaseOut):
    """The golden thread: everything of a case in order (S-31)."""

    known_as: UUID
    """The participant's id by now; another than `participant_id` after two records were found to be one person."""
    phases: list[PhaseOut]
    plans: list[PlanOut]
    assessments: list[AssessmentOut]
    notes: list[NoteOut]
    documents: list[DocumentOut]
    outcomes: list[OutcomeOut]
    joint_work: list[JointWorkOut]
    closure_requests: list[ClosureRequestOut]
    corrections: list[CorrectionOut]
    """What was put right in the case and its parts, the oldest first, with what stood before; each part is shown as it
    stands now."""


def show_line(row: CaseRow, *, contact: bool) -> CaseOut:
    """A case in a list; when it was last in contact is for those alone who may ask by it."""
    line = CaseOut.model_validate(row)
    return line if contact else line.model_copy(update={"last_contact_on": None})


def show_phases(rows: Sequence[PhaseRow]) -> list[PhaseOut]:
    """Each with whoever had the case from then on."""
    phases, worker = [PhaseOut.model_validate(row) for row in rows], None
    for one in phases:
        if one.withdrawn_on is None:
            worker = one.worker = one.worker or worker
    return phases


def show_case(thread: GoldenThread) -> CaseDetailOut:
    return CaseDetailOut(
        **show_line(thread.case, contact=thread.all_notes).model_dump(),
        known_as=thread.known_as,
        phases=show_phases(thread.phases),
        plans=[PlanOut.model_validate(one) for one in thread.plans],
        assessments=[AssessmentOut.model_validate(one) for one in thread.assessments],
        notes=[NoteOut.model_validate(one) for one in thread.notes],
        documents=[DocumentOut.model_validate(one) for one in thread.documents],
        outcomes=[show_outcome(one) for one in thread.outcomes],
        joint_work=[show_joint_work(one) for one in thread.joint_work],
        closure_requests=[ClosureRequestOut.model_validate(one) for one in thread.closure_requests],
        corrections=[show_correction(one, whole=thread.whole) for one in thread.corrections],
    )
