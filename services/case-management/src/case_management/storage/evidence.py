"""Documents' facts, and which items evidence an outcome."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    column,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from case_management.domain.visibility import Sight
from case_management.storage.tables.cases import CaseRow
from case_management.storage.tables.documents import CopyRow, DocumentRow
from case_management.storage.tables.outcomes import CitationRow, OutcomeRow
from case_management.storage.tables.support import NoteRow

CASE_NOTE = "case-note"

HOLD_KEY = text("select cast(pg_advisory_xact_lock(hashtextextended(:key, 0)) as text) as nothing").columns(
    column("nothing", Text)
)
"""Says that a document is on its way to this key, until the transaction has ended."""
AT_REST = text("""
select key from unnest(cast(:keys as text[])) key where pg_try_advisory_xact_lock(hashtextextended(key, 0))
""")


def within(sight: Sight, row: type[DocumentRow] | type[NoteRow]) -> ColumnElement[bool]:
    """The condition under which a document or note lies within sight."""
    if sight == "everything":
        return true()
    if sight == "shareable":
        return row.shareable.is_(True)
    return is_cited(row)


def within_told(name: str, row: type[DocumentRow] | type[NoteRow]) -> ColumnElement[bool]:
    """The same condition, under the sight that the parameter of this name is."""
    sight = bindparam(name, type_=Text)
    wide: Sight = "everything"
    narrow: Sight = "shareable"
    least: Sight = "cited"
    return or_(sight == wide, and_(sight == narrow, row.shareable.is_(True)), and_(sight == least, is_cited(row)))


def is_cited(row: type[DocumentRow] | type[NoteRow]) -> ColumnElement[bool]:
    """Whether a document or note evidences an outcome that stands."""
    query = select(CitationRow).join(OutcomeRow, OutcomeRow.id == CitationRow.outcome_id)
    return exists(query.where(CitationRow.item_id == row.id, OutcomeRow.state != "withdrawn"))


def within_both(of_restricted: Sight, of_others: Sight) -> ColumnElement[bool]:
    """The condition under which a document of any case lies within sight, of a restricted one and of the others."""
    if of_restricted == of_others:
        return within(of_others, DocumentRow)
    restriction = select(CaseRow.id).where(CaseRow.id == DocumentRow.case_id, CaseRow.restricted).exists()
    return or_(within(of_restricted, DocumentRow), and_(~restriction, within(of_others, DocumentRow)))


async def find_document(session: AsyncSession, document_id: UUID) -> DocumentRow | None:
    return await session.get(DocumentRow, document_id)


async def is_within(session: AsyncSession, document: DocumentRow, sight: Sight) -> bool:
    query = select(DocumentRow.id).where(DocumentRow.id == document.id, within(sight, DocumentRow))
    return await session.scalar(query) is not None


DOCUMENTS = (
    select(DocumentRow)
    .where(DocumentRow.case_id == bindparam("case_id"), within_told("sight_of_documents", DocumentRow))
    .order_by(DocumentRow.added_at, DocumentRow.id)
)
"""Of a case, within sight, in the order they came."""
ITEMS = bindparam("items", type_=ARRAY(Uuid))
ITEMS_OF_CASE = union_all(
    select(DocumentRow.id, DocumentRow.kind, DocumentRow.sha256, DocumentRow.dated_on).where(
        DocumentRow.case_id == bindparam("case_id"), DocumentRow.id == any_(ITEMS)
    ),
    select(NoteRow.id, literal(CASE_NOTE), null(), NoteRow.noted_on).where(
        NoteRow.case_id == bindparam("case_id"), NoteRow.id == any_(ITEMS)
    ),
)
"""Those of the ids that are documents or notes of the case, as an item of evidence has them."""


async def hold_key(session: AsyncSession, key: str) -> None:
    """Say that a document is on its way to this key, until the transaction has ended."""
    await session.execute(HOLD_KEY, {"key": key})


async def keys_at_rest(session: AsyncSession, keys: Sequence[str]) -> list[str]:
    """Those no upload holds; none can take one up again, for keys are never used twice."""
    return list((await session.execute(AT_REST, {"keys": list(keys)})).scalars())


async def keys_referred_to(session: AsyncSession, keys: Sequence[str]) -> frozenset[str]:
    """Those that the row of a document, or of a copy, refers to."""
    query = union_all(*(select(row.store_key).where(row.store_key.in_(keys)) for row in (DocumentRow, CopyRow)))
    return frozenset((await session.execute(query)).scalars())


async def count_stored(session: AsyncSession) -> int:
    """How many documents and copies there are, of every programme."""
    counts = [select(func.count()).select_from(row).scalar_subquery() for row in (DocumentRow, CopyRow)]
    return await session.scalar(select(counts[0] + counts[1])) or 0


async def copies_of(session: AsyncSession, document_ids: Sequence[UUID]) -> dict[UUID, CopyRow]:
    """The copy for reading by document: the last that was made."""
    query = select(CopyRow).where(CopyRow.document_id.in_(document_ids)).order_by(CopyRow.edition)
    return {row.document_id: row for row in await session.scalars(query)}
