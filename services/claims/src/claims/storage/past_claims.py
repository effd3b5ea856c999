"""Claims with everything they were judged and valued on, in the order in which they were verified."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from claims.storage.tables.claims import ClaimAssessmentRow, ClaimRow, HeardOutcomeRow
from claims.storage.tables.payment import ClaimValuationRow

from .claims import NOT_UNDONE

PastPlace = tuple[UUID, UUID]
"""Where a claim stands: by the event that verified it, then by id; those never verified come last."""
NEVER = literal(UUID(int=2**128 - 1), Uuid())
VERIFIED_BY = func.coalesce(ClaimValuationRow.event_id, NEVER)
"""Made under the contract's lock, so in the order in which what is payable was fixed."""

LAST_WORTH = ClaimValuationRow.event_id == (
    select(ClaimValuationRow.event_id)
    .where(ClaimValuationRow.claim_id == ClaimRow.claim_id, NOT_UNDONE)
    .order_by(ClaimValuationRow.event_id.desc())
    .limit(1)
    .correlate(ClaimRow)
    .scalar_subquery()
)
"""What a claim is worth, or was until it was taken back."""

Revision = tuple[UUID, int]


@dataclass(frozen=True, slots=True)
class PastRow:
    """A claim, the revision it stands on, its last assessment, and its valuation where it was verified."""

    claim: ClaimRow
    heard: HeardOutcomeRow
    assessment: ClaimAssessmentRow
    valuation: ClaimValuationRow | None
    place: PastPlace


async def past_claims(
    session: AsyncSession, programme_id: str, after: PastPlace | None, most: int
) -> Sequence[PastRow]:
    """A page of a programme's claims, all that there are."""
    places = (
        select(ClaimRow.claim_id, VERIFIED_BY.label("place"))
        .outerjoin(ClaimValuationRow, LAST_WORTH)
        .where(ClaimRow.programme_id == programme_id)
        .order_by(VERIFIED_BY, ClaimRow.claim_id)
        .limit(most)
    )
    if after is not None:
        places = places.where(tuple_(VERIFIED_BY, ClaimRow.claim_id) > after)
    page = places.subquery()
    newest = (
        select(ClaimAssessmentRow.assessment_id)
        .where(ClaimAssessmentRow.claim_id == page.c.claim_id)
        .order_by(ClaimAssessmentRow.assessment_id.desc())
        .limit(1)
        .correlate(page)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(ClaimRow, HeardOutcomeRow, ClaimAssessmentRow, ClaimValuationRow, page.c.place)
        .select_from(page)
        .join(ClaimRow, ClaimRow.claim_id == page.c.claim_id)
        .join(
            HeardOutcomeRow,
            (HeardOutcomeRow.claim_id == ClaimRow.claim_id) & (HeardOutcomeRow.revision == ClaimRow.revision),
        )
        .join(ClaimAssessmentRow, ClaimAssessmentRow.assessment_id == newest)
        .outerjoin(ClaimValuationRow, LAST_WORTH)
        .order_by(page.c.place, ClaimRow.claim_id)
    )
    return [
        PastRow(claim, revision, assessment, valuation, (place, claim.claim_id))
        for claim, revision, assessment, valuation, place in rows
    ]


async def claims_counted(session: AsyncSession, programme_id: str) -> int:
    return await session.scalar(select(func.count()).where(ClaimRow.programme_id == programme_id)) or 0


async def bodies_of(session: AsyncSession, revisions: Iterable[Revision]) -> Mapping[Revision, dict[str, Any]]:
    """What was heard of these revisions of outcomes."""
    rows = HeardOutcomeRow
    keys = sorted(set(revisions))
    result = await session.execute(
        select(rows.claim_id, rows.revision, rows.body).where(tuple_(rows.claim_id, rows.revision).in_(keys))
    )
    return {(claim_id, revision): body for claim_id, revision, body in result}
