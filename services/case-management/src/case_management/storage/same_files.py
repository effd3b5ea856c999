"""The same file under two participants, and what was decided about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, any_, bindparam, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from case_management.storage.tables.cases import CaseRow
from case_management.storage.tables.documents import DocumentRow, MisplacedRow, SameFileDecisionRow
from case_management.storage.tables.outcomes import CitationRow, OutcomeRow
from case_management.storage.tables.participants import AliasRow

from .evidence import ITEMS


@dataclass(frozen=True, slots=True)
class SameFile:
    """A document, and the first one of the same bytes, which is another participant's."""

    first: DocumentRow
    first_case: CaseRow
    second: DocumentRow
    second_case: CaseRow
    cited: frozenset[UUID]
    """Which of the two evidence an outcome."""
    decided: SameFileDecisionRow | None


FIRST, SECOND = aliased(DocumentRow), aliased(DocumentRow)
FIRST_CASE, SECOND_CASE = aliased(CaseRow), aliased(CaseRow)


def _person(case: type[CaseRow]) -> Any:
    """The id that the case's participant is known by now."""
    survivor = select(AliasRow.survivor_id).where(AliasRow.alias_id == case.participant_id).scalar_subquery()
    return func.coalesce(survivor, case.participant_id)


def _pairs(everything: bool) -> Select[DocumentRow, CaseRow, DocumentRow, CaseRow]:
    """Each document beside the first of the same bytes, where they are of two people; of restricted cases, to who does
    not see everything, only what is shareable."""
    earliest = aliased(DocumentRow)
    first_id = (
        select(earliest.id)
        .where(earliest.programme_id == SECOND.programme_id, earliest.sha256 == SECOND.sha256)
        .order_by(earliest.id)
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(FIRST, FIRST_CASE, SECOND, SECOND_CASE)
        .join_from(SECOND, FIRST, FIRST.id == first_id)
        .join(FIRST_CASE, FIRST_CASE.id == FIRST.case_id)
        .join(SECOND_CASE, SECOND_CASE.id == SECOND.case_id)
        .where(FIRST.id != SECOND.id, _person(FIRST_CASE) != _person(SECOND_CASE))
    )
    if not everything:
        for case, document in ((FIRST_CASE, FIRST), (SECOND_CASE, SECOND)):
            query = query.where(or_(case.restricted.is_(False), document.shareable.is_(True)))
    return query


def same_file_decided(said: bool) -> ColumnElement[bool]:
    """Whether something was said of the pair of which the document is the later one."""
    decision = exists().where(SameFileDecisionRow.second_id == DocumentRow.id)
    return decision if said else ~decision


def is_same_file(*, everything: bool) -> ColumnElement[bool]:
    """Whether the document is the later one of a pair."""
    pair = _pairs(everything).with_only_columns(SECOND.id, maintain_column_froms=True)
    return pair.where(SECOND.id == DocumentRow.id).correlate(DocumentRow).exists()


async def same_files(session: AsyncSession, second_ids: Sequence[UUID]) -> dict[UUID, SameFile]:
    """The pairs, by the ids of their later documents."""
    rows = (await session.execute(_pairs(everything=True).where(SECOND.id.in_(second_ids)))).all()
    return {pair.second.id: pair for pair in await _with_decisions(session, rows)}


async def find_same_file(session: AsyncSession, second_id: UUID) -> SameFile | None:
    return (await same_files(session, [second_id])).get(second_id)


async def _with_decisions(session: AsyncSession, rows: Sequence[Any]) -> list[SameFile]:
    ids = {document.id for first, _, second, _ in rows for document in (first, second)}
    citations = select(CitationRow.item_id).join(OutcomeRow, OutcomeRow.id == CitationRow.outcome_id)
    citations = citations.where(CitationRow.item_id.in_(ids), OutcomeRow.state != "withdrawn")
    citing = frozenset(await session.scalars(citations.where(CitationRow.revision == OutcomeRow.revision)))
    decisions = (
        select(SameFileDecisionRow).where(SameFileDecisionRow.second_id.in_(ids)).order_by(SameFileDecisionRow.id)
    )
    last = {row.second_id: row for row in await session.scalars(decisions)}
    return [
        SameFile(first, first_case, second, second_case, citing & {first.id, second.id}, last.get(second.id))
        for first, first_case, second, second_case in rows
    ]


OWN_CASE = aliased(CaseRow)
SAME_BYTES = (
    select(DocumentRow.id)
    .join(CaseRow, CaseRow.id == DocumentRow.case_id)
    .join(OWN_CASE, OWN_CASE.id == bindparam("case_id"))
    .where(
        DocumentRow.programme_id == bindparam("programme"),
        DocumentRow.sha256 == bindparam("sha256"),
        _person(CaseRow) != _person(OWN_CASE),
    )
    .order_by(DocumentRow.id)
    .limit(10)
)
"""Documents of the same bytes, of other participants than a case's, that the asker may see."""


async def said_wrong(session: AsyncSession, document_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those that some pair's last decision calls wrong."""
    later = aliased(SameFileDecisionRow)
    successor = exists().where(later.second_id == SameFileDecisionRow.second_id, later.id > SameFileDecisionRow.id)
    query = select(SameFileDecisionRow.wrong_id).where(SameFileDecisionRow.wrong_id.in_(document_ids), ~successor)
    return frozenset(one for one in await session.scalars(query) if one is not None)


MISPLACED = (
    select(MisplacedRow.document_id, MisplacedRow.misplaced)
    .where(MisplacedRow.document_id == any_(ITEMS))
    .order_by(MisplacedRow.id)
)


async def misplaced(session: AsyncSession, document_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those that are in the wrong case, as everybody who sees them may know."""
    return wrong_now(await session.execute(MISPLACED, {"items": list(document_ids)}))


def wrong_now(rows: Iterable[tuple[UUID, bool]]) -> frozenset[UUID]:
    """What was said of documents in the order it was said: the last of each stands."""
    last = {document_id: wrong for document_id, wrong in rows}
    return frozenset(document_id for document_id, wrong in last.items() if wrong)
