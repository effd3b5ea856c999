"""Evidence documents: sent, looked at, opened."""

import base64
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import StreamingResponse

from case_management.domain.evidence import EXTENSIONS
from case_management.operations.add_document import DocumentSent
from case_management.operations.add_document import add_document as add
from case_management.operations.open_document import open_document
from case_management.operations.scan_document import ScannerUnavailable, scan_document
from case_management.storage.document_store import DocumentStore, StoreUnavailable
from case_management.storage.tables import DocumentRow
from common.settings import ServiceSettings
from common.transaction import Answer, Transaction
from common.web.access import SignedIn, reading, writing
from common.web.fields import BusinessDay, ShortCode
from common.web.problems import Problem

from .asking import RECORDERS
from .showing import DocumentShown

router = APIRouter(prefix="/v1", tags=["documents"])

OPENERS = (*RECORDERS, "prime-manager", "council-verifier")


class DocumentUnavailable(Problem):
    """The store does not take the document, does not hold it, or does not answer."""

    status, type, title = 503, "document-unavailable", "The document store is not available now"


class DocumentUnscanned(Problem):
    """The scanner does not say whether the document is clean."""

    status, type, title = 503, "document-unscanned", "Documents cannot be searched for malware now"


class DocumentKept(Answer):
    """A document's id, and what identifies its bytes."""

    id: UUID
    sha256: str
    bytes: int
    kind: str


async def scanned(request: Request, file: UploadFile, _: SignedIn) -> str | None:
    """What malware is in the file. Asked before the transaction: whoever waits for the scanner holds no connection."""
    settings: ServiceSettings = request.app.state.settings
    if not settings.scanner:
        return None
    try:
        return await scan_document(settings.scanner, file.file, settings.scan_seconds)
    except ScannerUnavailable as error:
        said = "Nothing was kept. Try again; if it stays so, tell the operator."
        raise DocumentUnscanned(said, headers={"Retry-After": "30"}) from error


@router.post("/cases/{case_id}/documents", status_code=201)
async def add_document(
    case_id: UUID,
    request: Request,
    file: UploadFile,
    kind: Annotated[ShortCode, Form()],
    malware: Annotated[str | None, Depends(scanned)],
    tx: Annotated[Transaction, writing(*RECORDERS)],
    dated_on: Annotated[BusinessDay | None, Form()] = None,
    shareable: Annotated[bool, Form()] = False,
    id: Annotated[UUID | None, Form()] = None,
) -> DocumentKept:
    """Add a document: PDF, PNG, JPEG, Word or plain text, at most 10 MiB, of one of the programme's kinds.

    It must be what it says, nothing that runs and free of malware: 413 too large, 415 of another type, 422 otherwise
    not acceptable; 503 while it cannot be scanned.
    """
    store: DocumentStore = request.app.state.documents
    sent = DocumentSent(file.file, file.filename or "", file.content_type or "", kind, dated_on, shareable, malware)
    try:
        row = await add(tx, store, case_id, tx.minted(id), sent)
    except StoreUnavailable as error:
        raise DocumentUnavailable("Nothing was kept. Try again; if it stays so, tell the operator.") from error
    return tx.answered(DocumentKept(id=row.id, sha256=row.sha256, bytes=row.bytes, kind=row.kind))


@router.get("/documents/{document_id}")
async def read_document(document_id: UUID, tx: Annotated[Transaction, reading(*OPENERS)]) -> DocumentShown:
    """Read a document's facts. A verifier sees those that evidence an outcome."""
    return DocumentShown.model_validate(await open_document(tx, document_id))


@router.get("/documents/{document_id}/content", response_class=StreamingResponse)
async def read_content(
    document_id: UUID, request: Request, tx: Annotated[Transaction, reading(*OPENERS)]
) -> StreamingResponse:
    """Open a document, to be saved and never shown in the page; the read is in the audit."""
    row = await open_document(tx, document_id)
    store: DocumentStore = request.app.state.documents
    try:
        chunks = await store.read(row.store_key)
    except StoreUnavailable as error:
        raise DocumentUnavailable("Try again; if it stays so, tell the operator.") from error
    return StreamingResponse(chunks, media_type=row.media_type, headers=_headers(row))


def _headers(row: DocumentRow) -> dict[str, str]:
    """The name is ours: the sender's may say too much."""
    name = f"{row.kind}-{row.id}{EXTENSIONS[row.media_type][0]}"
    digest = base64.b64encode(bytes.fromhex(row.sha256)).decode()
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(row.bytes),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Repr-Digest": f"sha-256=:{digest}:",
    }
