"""Referrals, what was asked about them, and the one waiting list."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from common.contracts.referrals import ReferralStandingChanged
from referral_hub.domain.placement_clock import Pause
from referral_hub.domain.referral import ENDED, STATES, ReferralState, shown_of_joined, shown_to_agency
from referral_hub.storage.tables.referrals import InformationRequestRow, ReferralRow

LAST_TOLD = text("""
select body from outbox where (topic, subject, type) = (:topic, :subject, :type) order by sequence desc limit 1
""")
IS_OPEN = (InformationRequestRow.answered_at.is_(None), InformationRequestRow.withdrawn_at.is_(None))


async def referral_of(session: AsyncSession, referral_id: UUID) -> ReferralRow | None:
    return await session.get(ReferralRow, referral_id)


async def referral_to_change(session: AsyncSession, referral_id: UUID) -> ReferralRow | None:
    """Held, and as it stands now, whatever this transaction read of it before."""
    return await session.get(ReferralRow, referral_id, with_for_update=True, populate_existing=True)


async def referrals_of(session: AsyncSession, participant_ids: Collection[UUID]) -> Sequence[ReferralRow]:
    """Everything the hub ever received about one person, oldest first."""
    query = select(ReferralRow).where(ReferralRow.participant_id.in_(participant_ids))
    return (await session.scalars(query.order_by(ReferralRow.received_at, ReferralRow.id))).all()


async def hold_open_referrals(session: AsyncSession, participant_ids: Collection[UUID]) -> Sequence[ReferralRow]:
    """A person's open referrals, oldest first, held until the transaction ends."""
    standing = ReferralRow.participant_id.in_(participant_ids), ReferralRow.state.not_in(sorted(ENDED))
    query = select(ReferralRow).where(*standing).order_by(ReferralRow.received_at, ReferralRow.id).with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def joined_to(session: AsyncSession, referral_ids: Collection[UUID]) -> Sequence[ReferralRow]:
    """What was added to these referrals, oldest first."""
    query = select(ReferralRow).where(ReferralRow.joined_to.in_(referral_ids))
    return (await session.scalars(query.order_by(ReferralRow.received_at, ReferralRow.id))).all()


async def point_joined(session: AsyncSession, old: UUID, new: UUID) -> None:
    """What was added to `old` is from now on added to `new`."""
    await session.execute(update(ReferralRow).where(ReferralRow.joined_to == old).values(joined_to=new))


async def last_told(session: AsyncSession, event: ReferralStandingChanged, names: Collection[str]) -> dict[str, Any]:
    """Of what was last announced about how a referral stands for its agency, what is under these names."""
    result = await session.execute(LAST_TOLD, {"topic": event.topic, "subject": event.subject, "type": event.type})
    content: dict[str, Any] = json.loads(result.scalar_one_or_none() or "{}")
    return {name: value for name, value in content.items() if name in names}


async def referrals_with(session: AsyncSession, referral_ids: Collection[UUID]) -> dict[UUID, ReferralRow]:
    """Referrals by their ids."""
    rows = await session.scalars(select(ReferralRow).where(ReferralRow.id.in_(referral_ids)))
    return {one.id: one for one in rows}


def is_shown_as(state: ReferralState) -> ColumnElement[bool]:
    """Whether an agency is told this state of a referral: where it joined another, by how that one stands."""
    standing = aliased(ReferralRow)
    alone = ReferralRow.state.in_([one for one in STATES if shown_to_agency(one) == state])
    stands = standing.state.in_([one for one in STATES if shown_of_joined(one) == state])
    return or_(
        and_(ReferralRow.joined_to.is_(None), alone),
        select(standing).where(standing.id == ReferralRow.joined_to, stands).exists(),
    )


async def requests_about(session: AsyncSession, referral_ids: Collection[UUID]) -> Sequence[InformationRequestRow]:
    query = select(InformationRequestRow).where(InformationRequestRow.referral_id.in_(referral_ids))
    return (await session.scalars(query.order_by(InformationRequestRow.asked_at, InformationRequestRow.id))).all()


async def open_requests(session: AsyncSession, referral_id: UUID) -> Sequence[InformationRequestRow]:
    """What the referrer is asked and has not answered."""
    query = select(InformationRequestRow).where(InformationRequestRow.referral_id == referral_id, *IS_OPEN)
    return (await session.scalars(query)).all()


def pauses_in(requests: Sequence[InformationRequestRow], referral_id: UUID) -> list[Pause]:
    """When the hub waited for the referrer; not for what it took back."""
    questions = (one for one in requests if one.referral_id == referral_id and one.withdrawn_at is None)
    return [Pause(one.asked_at, one.answered_at) for one in questions]


async def close_requests(
    session: AsyncSession,
    referral_id: UUID,
    at: datetime,
    answer: str | None = None,
    request_id: UUID | None = None,
) -> None:
    """What was asked, one question or all, is answered, or needs no answer any more."""
    asked = InformationRequestRow.referral_id == referral_id
    this = [InformationRequestRow.id == request_id] if request_id else []
    await session.execute(
        update(InformationRequestRow)
        .where(asked, *this, *IS_OPEN)
        .values(answered_at=func.greatest(InformationRequestRow.asked_at, at), answer=answer)
    )
