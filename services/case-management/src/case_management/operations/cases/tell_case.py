"""Tell a case whole, in order: the golden thread from allocation to closure (S-31)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from case_management.domain.visibility import sight_of_documents, sight_of_notes
from case_management.operations.loading import case_to_read, fund_is_told
from case_management.storage.cases import JOINT_WORK, KNOWN_AS, PHASES
from case_management.storage.closures import CLOSURE_REQUESTS
from case_management.storage.corrections import CORRECTIONS
from case_management.storage.evidence import DOCUMENTS
from case_management.storage.outcomes import (
    CITATIONS_OF_CASE,
    OUTCOMES_OF_CASE,
    REVISIONS_OF_CASE,
    OutcomeHistory,
    chained,
)
from case_management.storage.support import ASSESSMENTS, NOTES, PLANS
from case_management.storage.tables.cases import CaseRow, CorrectionRow, PhaseRow
from case_management.storage.tables.closure import ClosureRequestRow
from case_management.storage.tables.documents import DocumentRow
from case_management.storage.tables.outcomes import CitationRow, OutcomeRow, RevisionRow
from case_management.storage.tables.participants import AccessRow
from case_management.storage.tables.support import AssessmentRow, NoteRow, PlanRow
from common.database.lookup import Lookup, every, first
from common.transaction import Transaction

OfOutcome = TypeVar("OfOutcome", RevisionRow, CitationRow)


class ThreadLookup(Lookup):
    """All of a case, within the sight of whoever asks."""

    known_as: UUID | None = first(KNOWN_AS)
    phases: list[PhaseRow] = every(PHASES)
    plans: list[PlanRow] = every(PLANS)
    assessments: list[AssessmentRow] = every(ASSESSMENTS)
    notes: list[NoteRow] = every(NOTES)
    documents: list[DocumentRow] = every(DOCUMENTS)
    outcomes: list[OutcomeRow] = every(OUTCOMES_OF_CASE)
    revisions: list[RevisionRow] = every(REVISIONS_OF_CASE)
    citations: list[CitationRow] = every(CITATIONS_OF_CASE)
    joint_work: list[AccessRow] = every(JOINT_WORK)
    closure_requests: list[ClosureRequestRow] = every(CLOSURE_REQUESTS)
    corrections: list[CorrectionRow] = every(CORRECTIONS)


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
    is_restricted, participant_id = at_hand.case.restricted, at_hand.row.participant_id
    notes, documents = (sight(at_hand.viewer, is_restricted) for sight in (sight_of_notes, sight_of_documents))
    sight: dict[str, Any] = {"sight_of_notes": notes, "sight_of_documents": documents}
    sight["of_fund"] = fund_is_told(tx, at_hand)
    lookup = await ThreadLookup.read(tx.session, case_id=case_id, participant_id=participant_id, **sight)
    known_as = lookup.known_as or participant_id
    tx.touched(f"participant/{known_as}")
    return GoldenThread(
        case=at_hand.row,
        known_as=known_as,
        phases=lookup.phases,
        plans=lookup.plans,
        assessments=lookup.assessments,
        notes=lookup.notes,
        documents=lookup.documents,
        outcomes=chained(lookup.outcomes, _by_outcome(lookup.revisions), _by_outcome(lookup.citations)),
        joint_work=lookup.joint_work,
        closure_requests=lookup.closure_requests,
        corrections=lookup.corrections,
        whole=documents == "everything",
        all_notes=notes == "everything",
    )


def _by_outcome(rows: Iterable[OfOutcome]) -> dict[UUID, list[OfOutcome]]:
    of_outcomes = defaultdict[UUID, list[OfOutcome]](list)
    for row in rows:
        of_outcomes[row.outcome_id].append(row)
    return of_outcomes
