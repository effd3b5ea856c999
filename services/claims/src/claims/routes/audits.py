"""What an external audit may look at: one quarter's evidence, for a time (S-83)."""

from typing import Annotated
from uuid import UUID

from claims.operations.audits.grant_audit import end_audit, grant_audit
from claims.operations.requests import AuditGrantIn, EndingIn
from claims.storage import audits
from claims.storage.tables.audits import AuditGrantRow
from common.transaction import Transaction
from common.web.access import deciding, reading
from common.web.routing import Routes

from .responses.audits import AuditGrantOut, AuditGrantReceipt, AuditGrants
from .roles import SEES_ALL

router = Routes(prefix="/v1/audit-grants", tags=["audit"])

Oversight = Annotated[Transaction, deciding("council-oversight", versionless=True)]


@router.post("", status_code=201)
async def grant(body: AuditGrantIn, tx: Oversight) -> AuditGrantReceipt:
    """Let an auditor's organisation open the evidence of a quarter's claims, until a day within a year."""
    row = await grant_audit(tx, tx.minted(body.id), body.auditor, body.quarter, body.until_on)
    return tx.answered(AuditGrantReceipt(id=row.grant_id, quarter=row.quarter, until_on=row.until_on))


@router.get("")
async def list_grants(tx: Annotated[Transaction, reading(*SEES_ALL, "auditor")]) -> AuditGrants:
    """Who may look into which quarter, and until when; an auditor sees what is granted to their own organisation."""
    own = None if tx.actor.roles.intersection(SEES_ALL) else tx.actor.organisation
    return AuditGrants(items=[_shown(row) for row in await audits.grants_listed(tx.session, own)])


@router.post("/{grant_id}/ending")
async def end(grant_id: UUID, body: EndingIn, tx: Oversight) -> AuditGrantReceipt:
    """End it at once, with the reason."""
    row = await end_audit(tx, grant_id, body.reason)
    return tx.answered(AuditGrantReceipt(id=row.grant_id, quarter=row.quarter, until_on=row.until_on))


def _shown(row: AuditGrantRow) -> AuditGrantOut:
    same = {name: getattr(row, name) for name in AuditGrantOut.model_fields if name != "id"}
    return AuditGrantOut(id=row.grant_id, **same)
