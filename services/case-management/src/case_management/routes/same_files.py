"""The same file under two participants."""

from typing import Annotated
from uuid import UUID

from case_management.domain.same_file import Judgement
from case_management.operations.documents.decide_same_file import decide_same_file as decide
from case_management.operations.requests import SameFileDecisionIn
from case_management.storage.same_files import SameFile
from case_management.storage.same_files import same_files as find
from case_management.storage.tables.cases import CaseRow
from case_management.storage.tables.documents import DocumentRow
from common.transaction import Transaction
from common.web.access import reading, writing
from common.web.pages import Cursor, Limit, Page, key_of, page_of
from common.web.routing import Routes

from .responses.same_files import SameFileOut, SameFileReceipt, SameFileSide

router = Routes(prefix="/v1/same-files", tags=["documents"])


@router.get("")
async def list_same_files(
    tx: Annotated[Transaction, reading("prime-manager", "hub")],
    decided: bool | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[SameFileOut]:
    """List documents that have the same bytes as another participant's, by the id of the later one.

    The hub is told of a restricted case only what may be shared.
    """
    everything = tx.actor.has("prime-manager")
    after = key_of(cursor, UUID)
    rows = await find(tx.session, everything=everything, with_decision=decided, after=after, most=limit + 1)
    for row in rows[:limit]:
        tx.touched(f"participant/{row.first_case.participant_id}", f"participant/{row.second_case.participant_id}")
    return page_of(rows, limit, lambda row: (row.second.id,), _shown)


@router.post("/{document_id}/decision")
async def decide_same_file(
    document_id: UUID, body: SameFileDecisionIn, tx: Annotated[Transaction, writing("prime-manager", versionless=True)]
) -> SameFileReceipt:
    """Say what is so of a pair, by the id of its later document, having read both; said again, the last stands.

    A document that is wrong where it is can be cited no more, and each outcome that rests on it is announced again
    without it.
    """
    row = await decide(tx, document_id, Judgement(body.decision, body.wrong_id), body.reason)
    values = {name: getattr(row, name) for name in SameFileReceipt.model_fields}
    return tx.answered(SameFileReceipt.model_validate(values))


def _shown(row: SameFile) -> SameFileOut:
    decision = row.decided
    return SameFileOut.model_validate(
        {"first": _side(row.first, row.first_case, row), "second": _side(row.second, row.second_case, row)}
        | {
            name: getattr(decision, name, None)
            for name in ("decision", "wrong_id", "reason", "decided_by", "decided_at")
        }
    )


def _side(document: DocumentRow, case: CaseRow, row: SameFile) -> SameFileSide:
    return SameFileSide(
        document_id=document.id,
        case_id=case.id,
        participant_id=case.participant_id,
        provider_id=case.provider_id,
        kind=document.kind,
        dated_on=document.dated_on,
        organisation_id=document.organisation_id,
        added_at=document.added_at,
        cited=document.id in row.cited,
    )
