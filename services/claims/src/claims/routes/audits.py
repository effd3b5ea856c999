"""What an external audit may look at: one quarter's evidence, for a time (S-83)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from claims.operations.audits.grant_audit import end_audit, grant_audit
from claims.storage import audits
from claims.storage.tables import AuditGrant
from common.contracts import Code
from common.transaction import Answer, Transaction
from common.web.access import deciding, reading
from common.web.fields import Sentence

from .requests import Day, Said

router = APIRouter(prefix="/v1/audit-grants", tags=["audit"])

Oversight = Annotated[Transaction, deciding("council-oversight")]
SEES_ALL = ("council-oversight", "council-verifier", "prime-manager")


class AuditGrantIn(Said):
    """Whom it is for, the quarter of the statements, as `2022-Q4`, and the last day."""

    id: UUID | None = None
    auditor: Code
    """The auditor's organisation."""
    quarter: Annotated[str, Field(pattern=r"^20[0-9]{2}-Q[1-4]$")]
    until_on: Day


class EndingIn(Said):
    reason: Sentence


class AuditGranted(Answer):
    id: UUID
    quarter: str
    until_on: date


class AuditGrantShown(BaseModel):
    id: UUID
    auditor: str
    quarter: str
    until_on: date
    granted_by: str
    granted_on: date
    ended_on: date | None
    ended_by: str | None
    end_reason: str | None


class AuditGrants(BaseModel):
    items: list[AuditGrantShown]


@router.post("", status_code=201)
async def grant(body: AuditGrantIn, tx: Oversight) -> AuditGranted:
    """Let an auditor's organisation open the evidence of a quarter's claims, until a day within a year."""
    row = await grant_audit(tx, tx.minted(body.id), body.auditor, body.quarter, body.until_on)
    return tx.answered(AuditGranted(id=row.grant_id, quarter=row.quarter, until_on=row.until_on))


@router.get("")
async def list_grants(tx: Annotated[Transaction, reading(*SEES_ALL, "auditor")]) -> AuditGrants:
    """Who may look into which quarter, and until when; an auditor sees what is granted to their own organisation."""
    own = None if tx.actor.roles.intersection(SEES_ALL) else tx.actor.organisation
    return AuditGrants(items=[_shown(row) for row in await audits.grants_listed(tx.session, own)])


@router.post("/{grant_id}/ending")
async def end(grant_id: UUID, body: EndingIn, tx: Oversight) -> AuditGranted:
    """End it at once, with the reason."""
    row = await end_audit(tx, grant_id, body.reason)
    return tx.answered(AuditGranted(id=row.grant_id, quarter=row.quarter, until_on=row.until_on))


def _shown(row: AuditGrant) -> AuditGrantShown:
    same = {name: getattr(row, name) for name in AuditGrantShown.model_fields if name != "id"}
    return AuditGrantShown(id=row.grant_id, **same)
