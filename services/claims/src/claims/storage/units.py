"""Counting what has been used up: of one outcome's limit for the whole programme, or of one subject's cap."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from claims.storage.tables.claims import ClaimRow
from claims.storage.tables.payment import ClaimValuationRow


async def units_verified(session: AsyncSession, programme_id: str, outcome: str) -> int:
    """Units of an outcome verified so far, by whichever provider and version, without those taken back (M-03)."""
    query = (
        select(func.coalesce(func.sum(ClaimRow.quantity), 0))
        .where(ClaimRow.programme_id == programme_id, ClaimRow.outcome == outcome)
        .where(ClaimRow.state == "verified", ClaimRow.taken_back_on.is_(None))
    )
    return int(await session.scalar(query) or 0)


async def payable_for_subject(session: AsyncSession, claim: ClaimRow) -> int:
    """Pence payable so far for whom a claim is for, by whichever provider, of what still counts (M-08)."""
    query = (
        select(func.coalesce(func.sum(ClaimValuationRow.payable_pence), 0))
        .join(ClaimRow, ClaimRow.claim_id == ClaimValuationRow.claim_id)
        .where(ClaimRow.programme_id == claim.programme_id, ClaimRow.subject_id == claim.subject_id)
        .where(ClaimRow.subject_kind == claim.subject_kind, ClaimValuationRow.ended_on.is_(None))
    )
    return int(await session.scalar(query) or 0)
