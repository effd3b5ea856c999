"""Evidence documents: sent, looked at, opened."""

import base64
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import Depends, Form, Query, Request, UploadFile
from fastapi.responses import StreamingResponse
from prometheus_client import Counter

from case_management.domain.evidence import EXTENSIONS, NAMES, PDF
from case_management.domain.visibility import Viewer, sight_of_documents
from case_management.operations.documents.add_document import DocumentUpload
from case_management.operations.documents.add_document import add_document as add
from case_management.operations.documents.copy_document import (
    find_copy,
    is_its_own,
    is_whole,
    keep_next_copy,
    kept,
    read_again,
)
from case_management.operations.documents.inspect_document import Inspection, inspect_document
from case_management.operations.documents.open_document import open_as_granted, open_document
from case_management.operations.documents.read_document import Reader, ReaderUnavailable
from case_management.operations.documents.scan_document import ScannerUnavailable, scan_document
from case_management.operations.loading import at_provider, case_to_add_to
from case_management.operations.problems import DocumentAltered, DocumentUnavailable, DocumentUnread, DocumentUnscanned
from case_management.storage.cases import PARTICIPANTS
from case_management.storage.document_store import Altered, DocumentStore, Missing, StoreUnavailable
from case_management.storage.evidence import copies_of, within_both
from case_management.storage.lists import DOCUMENT_CHECKS, DOCUMENTS
from case_management.storage.same_files import MISPLACED, misplaced, wrong_now
from case_management.storage.tables.documents import CopyRow, DocumentRow
from common.audit.grants import Grants
from common.database.lookup import Lookup, every
from common.settings import ServiceSettings
from common.transaction import Transaction
from common.web.access import Caller, SignedIn, a_look, reading, writing
from common.web.contract import file_of
from common.web.fields import BusinessDay, ShortCode
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.refusals import keep_whatever_comes
from common.web.routing import Routes

from .responses.documents import CopyReceipt, DocumentCheckOut, DocumentLine, DocumentOut, DocumentReceipt, FoundBytes
from .roles import OPENERS, READERS, RECORDERS

router = Routes(prefix="/v1", tags=["documents"])
log = structlog.get_logger()

ALTERED = Counter("outcomes_documents_altered", "Documents the store held otherwise than they were kept")

NOT_NOW = "Nothing was kept. Try again; if it stays so, tell the operator."


async def inspected(case_id: UUID, request: Request, file: UploadFile, body: SignedIn) -> Inspection:
    """What the file is, and what malware is in it, found out for those alone who may add to the case.

    And before the transaction: whoever waits for the scanner or the reader holds no connection.
    """
    async with a_look(request, body, *RECORDERS) as tx:
        await case_to_add_to(tx, case_id)
    settings: ServiceSettings = request.app.state.settings
    try:
        malware = await scan_document(settings.scanner, file.file, settings.scan_seconds) if settings.scanner else None
        reader: Reader = request.app.state.reader
        upload = file.file, file.content_type or "", file.filename or ""
        return await inspect_document(reader, _whose(body), *upload, malware)
    except ScannerUnavailable as error:
        raise DocumentUnscanned(NOT_NOW, headers={"Retry-After": "30"}) from error
    except ReaderUnavailable as error:
        raise _unread(error) from error


def _whose(caller: Caller) -> str:
    """Whose turn it takes to have a document read."""
    return f"{caller.programme_id}/{caller.actor.organisation}"


@router.post("/cases/{case_id}/documents", status_code=201)
async def add_document(
    case_id: UUID,
    request: Request,
    file: UploadFile,
    kind: Annotated[ShortCode, Form()],
    inspection: Annotated[Inspection, Depends(inspected)],
    tx: Annotated[Transaction, writing(*RECORDERS, versionless=True)],
    dated_on: Annotated[BusinessDay | None, Form()] = None,
    shareable: Annotated[bool, Form()] = False,
    id: Annotated[UUID | None, Form()] = None,
) -> DocumentReceipt:
    """Add a document of one of the programme's kinds, at most 10 MiB: PDF; a picture as PNG, JPEG, HEIC, WebP or TIFF;
    Word (.docx), OpenDocument (.odt, .ods), e-mail (.eml, .msg) or plain text.

    The whole of it must be what it says, complete, open to all, nothing that runs and free of malware: 413 too large,
    415 not of a kind we take, 422 otherwise not acceptable; 503 while it cannot be scanned or read.
    """
    store: DocumentStore = request.app.state.documents
    upload = DocumentUpload(
        file.file, file.filename or "", file.content_type or "", kind, inspection, dated_on, shareable
    )
    try:
        row, same = await add(tx, store, case_id, tx.minted(id), upload)
    except StoreUnavailable as error:
        raise DocumentUnavailable(NOT_NOW) from error
    kept_as = DocumentReceipt(id=row.id, sha256=row.sha256, bytes=row.bytes, kind=row.kind, same_file_as=same)
    return tx.answered(kept_as)


class DocumentsLookup(Lookup):
    """What is shown beside documents: whom their cases are about, and what was said of where they are."""

    participants: list[tuple[UUID, UUID]] = every(PARTICIPANTS)
    misplaced: list[tuple[UUID, bool]] = every(MISPLACED)


@router.get("/documents")
async def list_documents(
    tx: Annotated[Transaction, reading(*READERS)], query: Annotated[Asked, asking(DOCUMENTS)]
) -> Page[DocumentLine]:
    """List the facts of documents of all cases within your sight, the last added first.

    A verifier sees those that evidence an outcome; of a restricted case the hub and a joint provider what the lead
    shares (§2.M). `provider` is who added them, `worker` who has the case now.
    """
    viewer = Viewer(tx.actor.roles, at_provider(tx))
    sight = within_both(sight_of_documents(viewer, restricted=True), sight_of_documents(viewer, restricted=False))
    results = await query.found(tx, sight)
    ids = {"case_ids": list({row.case_id for row in results.rows}), "items": [row.id for row in results.rows]}
    lookup = await DocumentsLookup.read(tx.session, **ids)
    whose, wrong = dict(lookup.participants), wrong_now(lookup.misplaced)
    tx.touched(*(f"participant/{each}" for each in whose.values()))

    def line(row: DocumentRow) -> DocumentLine:
        return DocumentLine.model_validate(row).model_copy(update={"misplaced": row.id in wrong}).of(whose[row.case_id])

    return results.page(line)


@router.get("/documents/checks")
async def check_documents(
    request: Request,
    tx: Annotated[Transaction, reading("operator")],
    query: Annotated[Asked, asking(DOCUMENT_CHECKS)],
) -> Page[DocumentCheckOut]:
    """Check that the store holds every document as it was kept, in the order they came; nothing of them is shown.

    One that was altered, or whose copy for reading was, is in the audit, the log and
    `outcomes_documents_altered_total`, as when somebody opens it.
    """
    results = await query.found(tx)
    copies = await copies_of(tx.session, [row.id for row in results.rows])
    checks: dict[UUID, DocumentCheckOut] = {}
    for row in results.rows:
        copy = copies.get(row.id)
        copy_found = await _found(request, copy, row.id) if copy else None
        checks[row.id] = DocumentCheckOut(id=row.id, found=await _found(request, row, row.id), copy_found=copy_found)
    return results.page(lambda row: checks[row.id])


@router.get("/documents/{document_id}")
async def read_document(document_id: UUID, tx: Annotated[Transaction, reading(*OPENERS)]) -> DocumentOut:
    """Read a document's facts. A verifier sees those that evidence an outcome."""
    return await _shown(tx, await open_document(tx, document_id))


async def _shown(tx: Transaction, row: DocumentRow) -> DocumentOut:
    is_misplaced = row.id in await misplaced(tx.session, [row.id])
    return DocumentOut.model_validate(row).model_copy(update={"misplaced": is_misplaced})


@router.get("/documents/{document_id}/content", response_class=StreamingResponse, responses={200: file_of(*NAMES)})
async def read_content(
    document_id: UUID, request: Request, tx: Annotated[Transaction, reading(*OPENERS)]
) -> StreamingResponse:
    """Open a document, to be saved and never shown in the page; the read is in the audit."""
    return await _sent(request, await open_document(tx, document_id))


async def _sent(request: Request, row: DocumentRow) -> StreamingResponse:
    chunks = await _chunks(request, row, row.id)
    name = f"{row.kind}-{row.id}{EXTENSIONS[row.media_type][0]}"
    return StreamingResponse(chunks, media_type=row.media_type, headers=_headers(row, name))


Auditing = Annotated[Transaction, reading("auditor")]


async def granted(
    document_id: UUID, grant: Annotated[str, Query(max_length=20_000)], request: Request, tx: Auditing
) -> DocumentRow:
    """The document, where a grant that claims signed for the auditor who asks names it (S-83)."""
    grants: Grants = request.app.state.grants
    return await open_as_granted(tx, document_id, grants.read(grant, tx.programme_id, tx.actor.id))


Granted = Annotated[DocumentRow, Depends(granted)]


@router.get("/granted-documents/{document_id}")
async def read_granted_document(row: Granted, tx: Auditing) -> DocumentOut:
    """Read the facts of a document that evidences a claim of the quarter audited: `grant` comes from claims."""
    return await _shown(tx, row)


@router.get(
    "/granted-documents/{document_id}/content",
    response_class=StreamingResponse,
    responses={200: file_of(*NAMES)},
)
async def read_granted_content(row: Granted, request: Request) -> StreamingResponse:
    """Open it, to be saved and never shown in the page; the read is in the audit."""
    return await _sent(request, row)


@router.get("/documents/{document_id}/reading-copy", response_class=StreamingResponse, responses={200: file_of(PDF)})
async def read_copy(
    document_id: UUID, request: Request, tx: Annotated[Transaction, reading(*OPENERS)]
) -> StreamingResponse:
    """Open a document's copy for reading: a PDF, marked as a copy, whatever the document is; a PDF is its own.

    Only the document itself is evidence. The read is in the audit.
    """
    row = await find_copy(tx, document_id)
    chunks = await _chunks(request, row, document_id)
    return StreamingResponse(chunks, media_type=PDF, headers=_headers(row, f"copy-for-reading-{document_id}.pdf"))


async def made_anew(document_id: UUID, request: Request, body: SignedIn) -> bytes | None:
    """A new copy, unless there is one as it was kept; made before the transaction, which waits for no reader."""
    store: DocumentStore = request.app.state.documents
    async with a_look(request, body, *OPENERS) as tx:
        document = await open_document(tx, document_id)
        is_its_own(document)
        copy = (await copies_of(tx.session, [document_id])).get(document_id)
    try:
        if copy is not None and await is_whole(store, copy):
            return None
        return await read_again(request.app.state.reader, _whose(body), store, document)
    except StoreUnavailable as error:
        raise DocumentUnavailable(NOT_NOW) from error
    except Altered as error:
        raise _altered(request, document, document_id) from error
    except ReaderUnavailable as error:
        raise _unread(error) from error


@router.post("/documents/{document_id}/reading-copy")
async def make_copy(
    document_id: UUID,
    request: Request,
    copy: Annotated[bytes | None, Depends(made_anew)],
    tx: Annotated[Transaction, writing(*OPENERS, versionless=True)],
) -> CopyReceipt:
    """Have the copy for reading made anew, where there is none or it is not as it was kept."""
    document = await open_document(tx, document_id)
    try:
        row = await keep_next_copy(tx, request.app.state.documents, document, copy) if copy is not None else None
    except StoreUnavailable as error:
        raise DocumentUnavailable(NOT_NOW) from error
    row = row or (await copies_of(tx.session, [document_id]))[document_id]
    return tx.answered(CopyReceipt(id=document_id, edition=row.edition, sha256=row.sha256, bytes=row.bytes))


async def _chunks(request: Request, row: DocumentRow | CopyRow, document_id: UUID) -> AsyncIterator[bytes]:
    store: DocumentStore = request.app.state.documents
    try:
        return await store.read(kept(row))
    except StoreUnavailable as error:
        raise DocumentUnavailable from error
    except Altered as error:
        raise _altered(request, row, document_id) from error


async def _found(request: Request, row: DocumentRow | CopyRow, document_id: UUID) -> FoundBytes:
    store: DocumentStore = request.app.state.documents
    try:
        await store.check(kept(row))
    except Missing:
        return "missing"
    except StoreUnavailable as error:
        raise DocumentUnavailable from error
    except Altered:
        _say_altered(request, row, document_id)
        return "altered"
    return "whole"


def _altered(request: Request, row: DocumentRow | CopyRow, document_id: UUID) -> DocumentAltered:
    _say_altered(request, row, document_id)
    if isinstance(row, CopyRow):
        return DocumentAltered(f"Have the copy made again: POST /v1/documents/{document_id}/reading-copy.")
    return DocumentAltered("Do not rely on it. The operator has been told; ask for it to be sent again.")


def _say_altered(request: Request, row: DocumentRow | CopyRow, document_id: UUID) -> None:
    """An alarm: in the log, counted, and in the audit whatever becomes of the request."""
    ALTERED.inc()
    log.error("documents.altered", subject=f"document/{document_id}")
    keep_whatever_comes(request, "document_altered", f"document/{document_id}", f"case/{row.case_id}")


def _unread(error: ReaderUnavailable) -> DocumentUnread:
    log.error("documents.reader_away", error=str(error))
    return DocumentUnread(NOT_NOW, headers={"Retry-After": "30"})


def _headers(row: DocumentRow | CopyRow, name: str) -> dict[str, str]:
    """The name is ours: the sender's may say too much."""
    digest = base64.b64encode(bytes.fromhex(row.sha256)).decode()
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(row.bytes),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "ETag": f'"{row.sha256}"',
        "Repr-Digest": f"sha-256=:{digest}:",
    }
