"""Counting what has been used up: of one outcome's limit for the whole programme, or of one subject's cap."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from claims.storage.tables.claims import Claim
from claims.storage.tables.payment import ClaimValuation


async def units_verified(session: AsyncSession, programme_id: str, outcome: str) -> int:
    """Units of an outcome verified so far, by whichever provider and version, without those taken back (M-03)."""
    asked = (
        select(func.coalesce(func.sum(Claim.quantity), 0))
        .where(Claim.programme_id == programme_id, Claim.outcome == outcome)
        .where(Claim.state == "verified", Claim.taken_back_on.is_(None))
    )
    return int(await session.scalar(asked) or 0)


async def payable_for_subject(session: AsyncSession, claim: Claim) -> int:
    """Pence payable so far for whom a claim is for, by whichever provider, of what still counts (M-08)."""
    asked = (
        select(func.coalesce(func.sum(ClaimValuation.payable_pence), 0))
        .join(Claim, Claim.claim_id == ClaimValuation.claim_id)
        .where(Claim.programme_id == claim.programme_id, Claim.subject_id == claim.subject_id)
        .where(Claim.subject_kind == claim.subject_kind, ClaimValuation.ended_on.is_(None))
    )
    return int(await session.scalar(asked) or 0)
