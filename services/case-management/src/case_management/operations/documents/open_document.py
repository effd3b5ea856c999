"""Look at a document, or open it."""

from uuid import UUID

from case_management.domain.visibility import sight_of_documents
from case_management.operations.loading import case_to_read
from case_management.operations.problems import NoSuchCase, NoSuchDocument, NotGranted
from case_management.storage.evidence import find_document, is_within
from case_management.storage.tables.documents import DocumentRow
from common.transaction import Transaction


async def open_document(tx: Transaction, document_id: UUID) -> DocumentRow:
    """The document's facts, named in the audit.

    Raises:
        NoSuchDocument: there is none within sight: another provider's, not shared, or not cited by any outcome.
    """
    row = await find_document(tx.session, document_id)
    try:
        at_hand = await case_to_read(tx, row.case_id) if row else None
    except NoSuchCase:
        at_hand = None
    if row is None or at_hand is None:
        raise NoSuchDocument
    if not await is_within(tx.session, row, sight_of_documents(at_hand.viewer, at_hand.case.restricted)):
        raise NoSuchDocument("You may open documents that evidence an outcome, or that are shared with you.")
    tx.touched(f"document/{document_id}")
    return row


async def open_as_granted(tx: Transaction, document_id: UUID, grants: frozenset[UUID]) -> DocumentRow:
    """The document's facts, for an auditor who was granted it (S-83); named in the audit.

    Raises:
        NotGranted: what the asker was granted does not name it, or is not good any more.
        NoSuchDocument: there is none, or it evidences no outcome any more.
    """
    if document_id not in grants:
        raise NotGranted
    return await open_document(tx, document_id)
