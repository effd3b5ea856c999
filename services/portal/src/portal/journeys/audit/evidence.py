"""The evidence of a claim whose quarter is granted: claims says which documents, case management opens them (S-83)."""

from uuid import UUID

from starlette.responses import Response

from portal.services import cases, claims
from portal.services.asking import NotThere
from portal.visit import Visit

from .grants import JOURNEY


@JOURNEY.page("/claims/{claim_id}/granted-documents", claims.CLAIM, claims.EVIDENCE_GRANT, cases.GRANTED_DOCUMENT)
async def granted_documents(visit: Visit, claim_id: UUID) -> Response:
    """What evidences a claim of a quarter that is granted to you."""
    claim, grant = await visit.together(
        visit.ask(claims.CLAIM, claim_id=claim_id), visit.ask(claims.EVIDENCE_GRANT, claim_id=claim_id)
    )
    documents = await visit.together(
        *(visit.ask(cases.GRANTED_DOCUMENT, document_id=one, grant=grant["grant"]) for one in grant["documents"])
    )
    return visit.show("audit/evidence.html", claim=claim, documents=documents)


@JOURNEY.page("/claims/{claim_id}/granted-documents/{document_id}", claims.EVIDENCE_GRANT, cases.GRANTED_CONTENT)
async def granted_document(visit: Visit, claim_id: UUID, document_id: UUID) -> Response:
    """One of them, to be saved; that it was opened is in the audit."""
    grant = await visit.ask(claims.EVIDENCE_GRANT, claim_id=claim_id)
    if str(document_id) not in grant["documents"]:
        raise NotThere
    return await visit.download(cases.GRANTED_CONTENT, str(document_id), document_id=document_id, grant=grant["grant"])
