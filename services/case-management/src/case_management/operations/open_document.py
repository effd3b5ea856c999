"""Look at a document, or open it."""

from uuid import UUID

from case_management.domain.visibility import sight_of_documents
from case_management.storage.evidence import find_document, is_within
from case_management.storage.tables import DocumentRow
from common.transaction import Transaction
from common.web.problems import NotFound

from .case_at_hand import NoSuchCase, case_to_read


class NoSuchDocument(NotFound):
    """Absent, or not within the asker's sight."""


async def open_document(tx: Transaction, document_id: UUID) -> DocumentRow:
    """The document's facts, named in the audit.

    Raises:
        NoSuchDocument: there is none within sight: another provider's, not shared, or not cited by any outcome.
    """
    row = await find_document(tx.session, document_id)
    try:
        found = await case_to_read(tx, row.case_id) if row else None
    except NoSuchCase:
        found = None
    if row is None or found is None:
        raise NoSuchDocument("Check the id, and that your organisation works on the case.")
    if not await is_within(tx.session, row, sight_of_documents(found.viewer, found.case.restricted)):
        raise NoSuchDocument("You may open documents that evidence an outcome, or that are shared with you.")
    tx.touched(f"document/{document_id}")
    return row
