"""Make the copy for reading of a document anew, where there is none, or none that is as it was kept."""

import hashlib
import io
from uuid import UUID

from case_management.domain.evidence import AGAINST, PDF
from case_management.operations.problems import NoReadingCopy
from case_management.storage.document_store import Altered, DocumentStore, KeptDocument, Missing
from case_management.storage.evidence import copies_of, hold_key
from case_management.storage.tables.documents import CopyRow, DocumentRow
from common.transaction import Transaction
from common.web.refused import refuse_if_any, refused
from rulebook.refusal import Refusal

from .inspect_document import what_a_copy_says
from .open_document import open_document
from .read_document import Reader


def kept(row: DocumentRow | CopyRow) -> KeptDocument:
    return KeptDocument(row.store_key, row.sha256, row.bytes)


async def find_copy(tx: Transaction, document_id: UUID) -> DocumentRow | CopyRow:
    """What is read in the place of a document: its copy, and of a PDF the document itself.

    Raises:
        NoSuchDocument: there is none within sight.
        NoReadingCopy: it is no PDF, and none was made.
    """
    document = await open_document(tx, document_id)
    if document.media_type == PDF:
        return document
    if (copy := (await copies_of(tx.session, [document_id])).get(document_id)) is None:
        raise NoReadingCopy(f"Have it made: POST /v1/documents/{document_id}/reading-copy.")
    return copy


async def is_whole(store: DocumentStore, row: DocumentRow | CopyRow) -> bool:
    try:
        await store.check(kept(row))
    except (Altered, Missing):
        return False
    return True


async def read_again(reader: Reader, whose: str, store: DocumentStore, document: DocumentRow) -> bytes:
    """The copy of a document that is kept already, by how documents are read today.

    Raises:
        StoreUnavailable, Altered, ReaderUnavailable: the document is not to be had, or nobody reads.
        Refused: something stands against it that nobody looked for when it was taken.
    """
    file = io.BytesIO(b"".join([chunk async for chunk in await store.read(kept(document))]))
    about = what_a_copy_says(document.media_type, document.sha256)
    reading = await reader.read(whose, document.media_type, file, document.bytes, about)
    refuse_if_any([AGAINST[one] for one in sorted(reading.found)])
    return reading.copy


async def keep_next_copy(tx: Transaction, store: DocumentStore, document: DocumentRow, content: bytes) -> CopyRow:
    """Keep a copy as the next edition.

    Raises:
        StoreUnavailable: the store did not keep it.
    """
    before = (await copies_of(tx.session, [document.id])).get(document.id)
    return await keep_copy(tx, store, document, content, before.edition + 1 if before else 1)


async def keep_copy(
    tx: Transaction, store: DocumentStore, document: DocumentRow, content: bytes, edition: int = 1
) -> CopyRow:
    """Keep a copy; its bytes first, then its row, which the database takes of a document alone that is there.

    Raises:
        StoreUnavailable: the store did not keep it.
    """
    await tx.session.flush()
    key = store.new_key(tx.programme_id)
    await hold_key(tx.session, key)
    await store.keep(key, io.BytesIO(content))
    row = CopyRow(
        document_id=document.id,
        edition=edition,
        programme_id=tx.programme_id,
        case_id=document.case_id,
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        store_key=key,
        made_by=tx.actor.id,
        made_at=tx.now,
    )
    tx.session.add(row)
    tx.touched(f"document/{document.id}")
    return row


def is_its_own(document: DocumentRow) -> None:
    """Go on when the document needs a copy.

    Raises:
        Refused: it is a PDF, which is read as it is.
    """
    if document.media_type == PDF:
        remedy = f"Read it at /v1/documents/{document.id}/reading-copy."
        raise refused(
            Refusal("document_is_its_own_copy", "The document is a PDF, and read as it is.", remedy, kind="state")
        )
