"""Tell a case whole, in order: the golden thread from allocation to closure (S-31)."""

from dataclasses import dataclass
from uuid import UUID

from case_management.domain.visibility import sight_of_documents, sight_of_notes
from case_management.operations.loading import case_to_read, fund_is_told
from case_management.storage.cases import joint_work_of, phases_of, survivor_of
from case_management.storage.closures import closure_requests_of
from case_management.storage.corrections import corrections_of
from case_management.storage.evidence import documents_of
from case_management.storage.outcomes import OutcomeHistory, histories, outcomes_of
from case_management.storage.support import assessments_of, notes_of, plans_of
from case_management.storage.tables.cases import CaseRow, CorrectionRow, PhaseRow
from case_management.storage.tables.closure import ClosureRequestRow
from case_management.storage.tables.documents import DocumentRow
from case_management.storage.tables.participants import AccessRow
from case_management.storage.tables.support import AssessmentRow, NoteRow, PlanRow
from common.transaction import Transaction


@dataclass(frozen=True, slots=True)
class GoldenThread:
    """Everything of a case within the asker's sight, each kind in the order it happened."""

    case: CaseRow
    known_as: UUID
    """The participant's id by now, after merges."""
    phases: list[PhaseRow]
    plans: list[PlanRow]
    assessments: list[AssessmentRow]
    notes: list[NoteRow]
    documents: list[DocumentRow]
    outcomes: list[OutcomeHistory]
    joint_work: list[AccessRow]
    closure_requests: list[ClosureRequestRow]
    corrections: list[CorrectionRow]
    whole: bool
    """The asker reads all of the case, and why something was put right with it."""
    all_notes: bool
    """And all of its notes, and so when there was contact."""


async def tell_case(tx: Transaction, case_id: UUID) -> GoldenThread:
    """The case as the asker may see it.

    Raises:
        NoSuchCase: there is none within the asker's sight.
    """
    at_hand = await case_to_read(tx, case_id)
    session, is_restricted = tx.session, at_hand.case.restricted
    known_as = await survivor_of(session, at_hand.row.participant_id)
    notes = sight_of_notes(at_hand.viewer, is_restricted)
    tx.touched(f"participant/{known_as}")
    return GoldenThread(
        case=at_hand.row,
        known_as=known_as,
        phases=await phases_of(session, case_id),
        plans=await plans_of(session, case_id),
        assessments=await assessments_of(session, case_id),
        notes=await notes_of(session, case_id, notes),
        documents=await documents_of(session, case_id, sight_of_documents(at_hand.viewer, is_restricted)),
        outcomes=await histories(session, await outcomes_of(session, case_id)),
        joint_work=await joint_work_of(session, case_id),
        closure_requests=await closure_requests_of(session, case_id),
        corrections=await corrections_of(session, case_id, of_fund=fund_is_told(tx, at_hand)),
        whole=sight_of_documents(at_hand.viewer, is_restricted) == "everything",
        all_notes=notes == "everything",
    )
