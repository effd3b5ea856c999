"""Add a document to a case as evidence."""

from dataclasses import dataclass
from datetime import date
from typing import BinaryIO
from uuid import UUID

import structlog

from case_management.domain.catalogue import unknown
from case_management.domain.evidence import Document, DocumentPolicy, nobody_uploads, refusals_of_document
from case_management.operations.loading import SightLookup, case_to_add_to_with
from case_management.storage.document_store import DocumentStore
from case_management.storage.evidence import HOLD_KEY
from case_management.storage.programmes import NO_POLICY, CasesPolicy, CasesPolicyLookup
from case_management.storage.same_files import SAME_BYTES
from case_management.storage.tables.documents import DocumentRow
from common.database.lookup import every, first
from common.transaction import Transaction
from common.web.refused import refuse_if_any
from rulebook.refusal import Refusal

from .copy_document import keep_copy
from .inspect_document import Inspection

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class DocumentUpload:
    """A document as it is sent."""

    file: BinaryIO
    file_name: str
    """Judged, and never used: a document is kept under a random key."""
    declared: str
    """The media type it is sent as."""
    kind: str
    inspected: Inspection
    dated_on: date | None = None
    shareable: bool = False


class DocumentLookup(SightLookup, CasesPolicyLookup):
    """What a document is judged by, its case's other than the participant's included; and its key is held."""

    same: list[UUID] = every(SAME_BYTES)
    hold: str | None = first(HOLD_KEY)


async def add_document(
    tx: Transaction, store: DocumentStore, case_id: UUID, document_id: UUID, upload: DocumentUpload
) -> tuple[DocumentRow, list[UUID]]:
    """Judge the document, keep its bytes, then its row: never a row without its bytes.

    The key is held meanwhile, so that bytes on their way to a row are not taken for an orphan's. With the row come
    other participants' documents of the same bytes, of those the asker may see: it may be in the wrong case.

    Raises:
        Refused: the programme knows no such kind of document, or the document is not accepted.
        StoreUnavailable: the store did not keep it; nothing is kept.
    """
    it, key = upload.inspected, store.new_key(tx.programme_id)
    at_hand, lookup = await case_to_add_to_with(tx, case_id, DocumentLookup, sha256=it.sha256, key=key)
    document = Document(upload.declared, it.size_bytes, it.found, upload.dated_on, upload.file_name, it.malware)
    if it.malware:
        log.warning("documents.malware", code=it.malware, subject=f"case/{case_id}")
    policy = refusals_of_document(document, DocumentPolicy(), tx.today)
    refuse_if_any((*policy, *refusals_of_kind(lookup.policy or NO_POLICY, upload.kind)))
    await store.keep(key, upload.file)
    row = DocumentRow(
        id=document_id,
        programme_id=tx.programme_id,
        case_id=case_id,
        kind=upload.kind,
        dated_on=upload.dated_on,
        shareable=upload.shareable or at_hand.viewer.shareable_only,
        media_type=document.media_type,
        bytes=document.size_bytes,
        sha256=it.sha256,
        store_key=key,
        added_by=tx.actor.id,
        organisation_id=tx.actor.organisation,
        added_at=tx.now,
    )
    tx.session.add(row)
    tx.touched(f"document/{document_id}")
    if it.copy:
        await keep_copy(tx, store, row, it.copy)
    return row, lookup.same


def refusals_of_kind(policy: CasesPolicy, kind: str) -> list[Refusal]:
    """Why no document can be of this kind: it is none of the programme's, or what a source answers."""
    origins = policy.origins
    if origins.get(kind) == "uploaded":
        return []
    if origins.get(kind) == "answered":
        return [nobody_uploads(kind)]
    kinds = [each for each, origin in origins.items() if origin == "uploaded"]
    return [unknown("unknown_evidence_kind", "kind of document", kind, kinds)]
