"""The same file under two participants."""

from typing import Annotated
from uuid import UUID

from case_management.domain.same_file import Judgement
from case_management.operations.documents.decide_same_file import decide_same_file as decide
from case_management.operations.requests import SameFileDecisionIn
from case_management.storage.lists import SAME_FILES
from case_management.storage.same_files import SameFile, is_same_file, same_files
from case_management.storage.tables.cases import CaseRow
from case_management.storage.tables.documents import DocumentRow
from common.transaction import Transaction
from common.web.access import reading, writing
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.routing import Routes

from .responses.same_files import SameFileOut, SameFileReceipt, SameFileSide

router = Routes(prefix="/v1/same-files", tags=["documents"])


@router.get("")
async def list_same_files(
    tx: Annotated[Transaction, reading("prime-manager", "hub")], query: Annotated[Asked, asking(SAME_FILES)]
) -> Page[SameFileOut]:
    """List documents that have the same bytes as another participant's, in the order in which the later one came.

    `kind`, `provider` and `case_id` are the later one's; `decided=false` is the queue.

    The hub is told of a restricted case only what may be shared.
    """
    results = await query.found(tx, is_same_file(everything=tx.actor.has("prime-manager")))
    pairs = await same_files(tx.session, [row.id for row in results.rows])
    for pair in pairs.values():
        tx.touched(f"participant/{pair.first_case.participant_id}", f"participant/{pair.second_case.participant_id}")
    return results.page(lambda row: _shown(pairs[row.id]))


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
