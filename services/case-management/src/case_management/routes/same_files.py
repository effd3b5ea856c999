"""The same file under two participants."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel

from case_management.domain.same_file import Judgement, SameFileDecision
from case_management.operations.documents.decide_same_file import decide_same_file as decide
from case_management.storage.same_files import SameFile
from case_management.storage.same_files import same_files as find
from case_management.storage.tables import CaseRow, DocumentRow
from common.transaction import Answer, Transaction
from common.web.access import reading, writing
from common.web.fields import Prose, RequestBody
from common.web.pages import Cursor, Limit, Page, key_of, page_of

router = APIRouter(prefix="/v1/same-files", tags=["documents"])


class SameFileSide(BaseModel):
    """One of the two documents, and whose it is said to be."""

    document_id: UUID
    case_id: UUID
    participant_id: UUID
    provider_id: str
    """Who leads the case."""
    kind: str
    dated_on: date | None
    organisation_id: str
    """Who added it."""
    added_at: AwareDatetime
    cited: bool
    """It evidences an outcome."""


class SameFileShown(BaseModel):
    """A document and the first of the same bytes, which is another participant's; and what was said of them last."""

    first: SameFileSide
    second: SameFileSide
    decision: SameFileDecision | None
    wrong_id: UUID | None
    reason: str | None
    decided_by: str | None
    decided_at: AwareDatetime | None


class SameFileDecisionIn(RequestBody):
    """`coincidence` where both belong where they are, such as a letter about two people; `wrong` where one does not."""

    decision: SameFileDecision
    wrong_id: UUID | None = None
    reason: Prose


class SameFileDecided(Answer):
    """What was said of the pair."""

    first_id: UUID
    second_id: UUID
    decision: SameFileDecision
    wrong_id: UUID | None


@router.get("")
async def list_same_files(
    tx: Annotated[Transaction, reading("prime-manager", "hub")],
    decided: bool | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[SameFileShown]:
    """List documents that have the same bytes as another participant's, by the id of the later one.

    The hub is told of a restricted case only what may be shared.
    """
    everything = tx.actor.has("prime-manager")
    after = key_of(cursor, UUID)
    rows = await find(tx.session, everything=everything, decided=decided, after=after, most=limit + 1)
    for row in rows[:limit]:
        tx.touched(f"participant/{row.first_case.participant_id}", f"participant/{row.second_case.participant_id}")
    return page_of(rows, limit, lambda row: (row.second.id,), _shown)


@router.post("/{document_id}/decision")
async def decide_same_file(
    document_id: UUID, body: SameFileDecisionIn, tx: Annotated[Transaction, writing("prime-manager")]
) -> SameFileDecided:
    """Say what is so of a pair, by the id of its later document, having read both; said again, the last stands.

    A document that is wrong where it is can be cited no more, and each outcome that rests on it is announced again
    without it.
    """
    row = await decide(tx, document_id, Judgement(body.decision, body.wrong_id), body.reason)
    answered = {name: getattr(row, name) for name in SameFileDecided.model_fields}
    return tx.answered(SameFileDecided.model_validate(answered))


def _shown(row: SameFile) -> SameFileShown:
    said = row.decided
    return SameFileShown.model_validate(
        {"first": _side(row.first, row.first_case, row), "second": _side(row.second, row.second_case, row)}
        | {name: getattr(said, name, None) for name in ("decision", "wrong_id", "reason", "decided_by", "decided_at")}
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
