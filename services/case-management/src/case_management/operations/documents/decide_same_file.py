"""Say of the same file under two participants whether both are right, or which document is in the wrong case."""

from uuid import UUID

from case_management.domain.same_file import Judgement, wrong_one_is_named
from case_management.operations.outcomes.announce_again import announce_again
from case_management.operations.problems import NoSuchSameFile
from case_management.storage.cases import find_case
from case_management.storage.same_files import SameFile, find_same_file, misplaced, said_wrong
from case_management.storage.tables.documents import MisplacedRow, SameFileDecisionRow
from common.ids import new_id
from common.transaction import Transaction
from common.web.refused import refuse_if_any


async def decide_same_file(tx: Transaction, second_id: UUID, judgement: Judgement, reason: str) -> SameFileDecisionRow:
    """The decision, kept beside any before it. A document in the wrong case evidences nothing any more: each outcome
    that rests on it is announced again without it.

    Raises:
        NoSuchSameFile: there is no such pair.
        Refused: it is not said which of the two is wrong.
    """
    pair = await find_same_file(tx.session, second_id)
    if pair is None:
        raise NoSuchSameFile
    refusal = wrong_one_is_named(judgement, (pair.first.id, pair.second.id))
    refuse_if_any([refusal] if refusal else [])
    row = SameFileDecisionRow(
        id=new_id(),
        programme_id=tx.programme_id,
        first_id=pair.first.id,
        second_id=pair.second.id,
        decision=judgement.decision,
        wrong_id=judgement.wrong_id,
        reason=reason,
        decided_by=tx.actor.id,
        decided_at=tx.now,
    )
    tx.session.add(row)
    for document, case in ((pair.first, pair.first_case), (pair.second, pair.second_case)):
        tx.touched(f"document/{document.id}", f"case/{case.id}", f"participant/{case.participant_id}")
    await tx.session.flush()
    await _mark(tx, pair)
    return row


async def _mark(tx: Transaction, pair: SameFile) -> None:
    """Say of each of the two whether it is in the wrong case, where that is new."""
    ids = (pair.first.id, pair.second.id)
    wrong, before = await said_wrong(tx.session, ids), await misplaced(tx.session, ids)
    for document_id in sorted(wrong ^ before):
        is_wrong = document_id in wrong
        tx.session.add(
            MisplacedRow(id=new_id(), programme_id=tx.programme_id, document_id=document_id, misplaced=is_wrong)
        )
    for document in (pair.first, pair.second):
        if document.id in wrong and (case := await find_case(tx.session, document.case_id, to_change=True)):
            await announce_again(tx, case, "document", instead={document.id: None})
