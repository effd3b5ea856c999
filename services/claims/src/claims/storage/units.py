"""Counting what one outcome has used up of a limit for the whole programme."""

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from .tables import Adjustment, Claim


async def units_verified(session: AsyncSession, programme_id: str, outcome: str) -> int:
    """Units of an outcome verified so far, by whichever provider and version, without those taken back (M-03)."""
    taken_back = exists().where(Adjustment.claim_id == Claim.claim_id)
    asked = select(func.coalesce(func.sum(Claim.quantity), 0)).where(
        Claim.programme_id == programme_id, Claim.outcome == outcome, Claim.state == "verified", ~taken_back
    )
    return int(await session.scalar(asked) or 0)
