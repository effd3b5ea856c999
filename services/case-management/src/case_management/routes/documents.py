"""Evidence documents: sent, looked at, opened."""

import base64
from typing import Annotated, Literal
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import StreamingResponse
from prometheus_client import Counter
from pydantic import BaseModel

from case_management.domain.evidence import EXTENSIONS
from case_management.operations.add_document import DocumentSent
from case_management.operations.add_document import add_document as add
from case_management.operations.case_at_hand import case_to_add_to
from case_management.operations.inspect_document import Inspected, inspect_document
from case_management.operations.open_document import open_document
from case_management.operations.read_document import Reader, ReaderUnavailable
from case_management.operations.scan_document import ScannerUnavailable, scan_document
from case_management.storage.document_store import Altered, DocumentStore, Kept, Missing, StoreUnavailable
from case_management.storage.evidence import documents_after
from case_management.storage.tables import DocumentRow
from common.settings import ServiceSettings
from common.transaction import Answer, Transaction
from common.web.access import SignedIn, a_look, reading, writing
from common.web.fields import BusinessDay, ShortCode
from common.web.pages import Cursor, Limit, Page, key_of, page_of
from common.web.problems import Problem
from common.web.refusals import keep_whatever_comes

from .asking import RECORDERS
from .showing import DocumentShown

router = APIRouter(prefix="/v1", tags=["documents"])
log = structlog.get_logger()

ALTERED = Counter("outcomes_documents_altered", "Documents the store held otherwise than they were kept")

NOT_NOW = "Nothing was kept. Try again; if it stays so, tell the operator."
OPENERS = (*RECORDERS, "prime-manager", "council-verifier")


class DocumentUnavailable(Problem):
    """The store does not take the document, does not hold it, or does not answer."""

    status, type, title = 503, "document-unavailable", "The document store is not available now"


class DocumentUnscanned(Problem):
    """The scanner does not say whether the document is clean."""

    status, type, title = 503, "document-unscanned", "Documents cannot be searched for malware now"


class DocumentUnread(Problem):
    """The process that reads documents does not start."""

    status, type, title = 503, "document-unread", "Documents cannot be looked through now"


class DocumentAltered(Problem):
    """The store holds other bytes than were kept; not one of them is sent."""

    status, type, title = 500, "document-altered", "The document is not what was kept"


Found = Literal["whole", "altered", "missing"]


class DocumentChecked(BaseModel):
    """Whether the store holds a document as it was kept."""

    id: UUID
    found: Found


class DocumentKept(Answer):
    """A document's id, and what identifies its bytes."""

    id: UUID
    sha256: str
    bytes: int
    kind: str


async def inspected(case_id: UUID, request: Request, file: UploadFile, asked: SignedIn) -> Inspected:
    """What the file is, and what malware is in it, found out for those alone who may add to the case.

    And before the transaction: whoever waits for the scanner or the reader holds no connection.
    """
    async with a_look(request, asked, *RECORDERS) as tx:
        await case_to_add_to(tx, case_id)
    settings: ServiceSettings = request.app.state.settings
    try:
        malware = await scan_document(settings.scanner, file.file, settings.scan_seconds) if settings.scanner else None
        reader: Reader = request.app.state.reader
        return await inspect_document(reader, file.file, file.content_type or "", file.filename or "", malware)
    except ScannerUnavailable as error:
        raise DocumentUnscanned(NOT_NOW, headers={"Retry-After": "30"}) from error
    except ReaderUnavailable as error:
        log.error("documents.reader_away", error=str(error))
        raise DocumentUnread(NOT_NOW, headers={"Retry-After": "30"}) from error


@router.post("/cases/{case_id}/documents", status_code=201)
async def add_document(
    case_id: UUID,
    request: Request,
    file: UploadFile,
    kind: Annotated[ShortCode, Form()],
    found: Annotated[Inspected, Depends(inspected)],
    tx: Annotated[Transaction, writing(*RECORDERS)],
    dated_on: Annotated[BusinessDay | None, Form()] = None,
    shareable: Annotated[bool, Form()] = False,
    id: Annotated[UUID | None, Form()] = None,
) -> DocumentKept:
    """Add a document of one of the programme's kinds, at most 10 MiB: PDF; a picture as PNG, JPEG, HEIC, WebP or TIFF;
    Word (.docx), OpenDocument (.odt, .ods), e-mail (.eml, .msg) or plain text.

    The whole of it must be what it says, complete, open to all, nothing that runs and free of malware: 413 too large,
    415 not of a kind we take, 422 otherwise not acceptable; 503 while it cannot be scanned or read.
    """
    store: DocumentStore = request.app.state.documents
    sent = DocumentSent(file.file, file.filename or "", file.content_type or "", kind, found, dated_on, shareable)
    try:
        row = await add(tx, store, case_id, tx.minted(id), sent)
    except StoreUnavailable as error:
        raise DocumentUnavailable(NOT_NOW) from error
    return tx.answered(DocumentKept(id=row.id, sha256=row.sha256, bytes=row.bytes, kind=row.kind))


@router.get("/documents/checks")
async def check_documents(
    request: Request, tx: Annotated[Transaction, reading("operator")], cursor: Cursor = None, limit: Limit = 50
) -> Page[DocumentChecked]:
    """Check that the store holds every document as it was kept, in order of their ids; nothing of them is shown.

    One that was altered is in the audit, the log and `outcomes_documents_altered_total`, as when somebody opens it.
    """
    rows = await documents_after(tx.session, key_of(cursor, UUID), limit + 1)
    checked = {row.id: DocumentChecked(id=row.id, found=await _found(request, row)) for row in rows[:limit]}
    return page_of(rows, limit, lambda row: (row.id,), lambda row: checked[row.id])


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
        chunks = await store.read(_kept(row))
    except StoreUnavailable as error:
        raise DocumentUnavailable("Try again; if it stays so, tell the operator.") from error
    except Altered as error:
        _say_altered(request, row)
        raise DocumentAltered("Do not rely on it. The operator has been told; ask for it to be sent again.") from error
    return StreamingResponse(chunks, media_type=row.media_type, headers=_headers(row))


async def _found(request: Request, row: DocumentRow) -> Found:
    store: DocumentStore = request.app.state.documents
    try:
        await store.check(_kept(row))
    except Missing:
        return "missing"
    except StoreUnavailable as error:
        raise DocumentUnavailable("Try again; if it stays so, tell the operator.") from error
    except Altered:
        _say_altered(request, row)
        return "altered"
    return "whole"


def _kept(row: DocumentRow) -> Kept:
    return Kept(row.store_key, row.sha256, row.bytes)


def _say_altered(request: Request, row: DocumentRow) -> None:
    """An alarm: in the log, counted, and in the audit whatever becomes of the request."""
    ALTERED.inc()
    log.error("documents.altered", subject=f"document/{row.id}")
    keep_whatever_comes(request, "document_altered", f"document/{row.id}", f"case/{row.case_id}")


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
