"""The council's oversight lets an auditor look into the evidence of a quarter, and ends that."""

from datetime import date
from uuid import UUID

from claims.domain.audit import grant_ends_in_time
from claims.operations.problems import AuditGrantRefused, NoSuchAuditGrant
from claims.storage import audits
from claims.storage.tables.audits import AuditGrantRow
from common.transaction import Transaction


async def grant_audit(tx: Transaction, grant_id: UUID, auditor: str, quarter: str, until_on: date) -> AuditGrantRow:
    """Raises `AuditGrantRefused` for a day that is past, or too far."""
    if refusal := grant_ends_in_time(until_on, tx.today):
        raise AuditGrantRefused([refusal])
    row = AuditGrantRow(
        grant_id=grant_id,
        programme_id=tx.programme_id,
        auditor=auditor,
        quarter=quarter,
        until_on=until_on,
        granted_by=tx.actor.id,
        granted_on=tx.today,
    )
    tx.session.add(row)
    tx.touched(f"audit-grant/{grant_id}")
    return row


async def end_audit(tx: Transaction, grant_id: UUID, reason: str) -> AuditGrantRow:
    """End it before its time, with the reason; ended already, it stays as it is.

    Raises:
        NoSuchAuditGrant
    """
    row = await audits.grant_to_end(tx.session, tx.programme_id, grant_id)
    if row is None:
        raise NoSuchAuditGrant
    if row.ended_on is None:
        row.ended_on, row.ended_by, row.end_reason = tx.today, tx.actor.id, reason
    tx.touched(f"audit-grant/{grant_id}")
    return row
