"""Referrals, what was asked about them, and the one waiting list."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from referral_hub.domain.placement_clock import Pause
from referral_hub.domain.referral import ENDED, STATES, WAITING, ReferralState, shown_of_joined, shown_to_agency
from referral_hub.storage.tables.referrals import InformationRequest, Referral

IS_OPEN = (InformationRequest.answered_at.is_(None), InformationRequest.withdrawn_at.is_(None))


async def referral_of(session: AsyncSession, referral_id: UUID) -> Referral | None:
    return await session.get(Referral, referral_id)


async def referral_to_change(session: AsyncSession, referral_id: UUID) -> Referral | None:
    """Held, and as it stands now, whatever this transaction read of it before."""
    return await session.get(Referral, referral_id, with_for_update=True, populate_existing=True)


async def referrals_of(session: AsyncSession, participant_ids: Collection[UUID]) -> Sequence[Referral]:
    """Everything the hub ever received about one person, oldest first."""
    found = select(Referral).where(Referral.participant_id.in_(participant_ids))
    return (await session.scalars(found.order_by(Referral.received_at, Referral.id))).all()


async def hold_open_referrals(session: AsyncSession, participant_ids: Collection[UUID]) -> Sequence[Referral]:
    """A person's open referrals, oldest first, held until the transaction ends."""
    standing = Referral.participant_id.in_(participant_ids), Referral.state.not_in(sorted(ENDED))
    found = select(Referral).where(*standing).order_by(Referral.received_at, Referral.id).with_for_update()
    return (await session.scalars(found.execution_options(populate_existing=True))).all()


async def joined_to(session: AsyncSession, referral_ids: Collection[UUID]) -> Sequence[Referral]:
    """What was added to these referrals, oldest first."""
    found = select(Referral).where(Referral.joined_to.in_(referral_ids))
    return (await session.scalars(found.order_by(Referral.received_at, Referral.id))).all()


async def point_joined(session: AsyncSession, old: UUID, new: UUID) -> None:
    """What was added to `old` is from now on added to `new`."""
    await session.execute(update(Referral).where(Referral.joined_to == old).values(joined_to=new))


async def referrals_with(session: AsyncSession, referral_ids: Collection[UUID]) -> dict[UUID, Referral]:
    """Referrals by their ids."""
    found = await session.scalars(select(Referral).where(Referral.id.in_(referral_ids)))
    return {one.id: one for one in found}


def is_shown_as(state: ReferralState) -> ColumnElement[bool]:
    """Whether an agency is told this state of a referral: where it joined another, by how that one stands."""
    standing = aliased(Referral)
    alone = Referral.state.in_([one for one in STATES if shown_to_agency(one) == state])
    stands = standing.state.in_([one for one in STATES if shown_of_joined(one) == state])
    return or_(
        and_(Referral.joined_to.is_(None), alone),
        select(standing).where(standing.id == Referral.joined_to, stands).exists(),
    )


async def list_referrals(
    session: AsyncSession, wanted: Sequence[ColumnElement[bool]], after: tuple[date, UUID] | None, limit: int
) -> Sequence[Referral]:
    """Newest business date first; one more than `limit`, to know whether there is another page."""
    query = select(Referral).where(*wanted).order_by(Referral.referred_on.desc(), Referral.id.desc())
    if after is not None:
        query = query.where(tuple_(Referral.referred_on, Referral.id) < after)
    return (await session.scalars(query.limit(limit + 1))).all()


async def list_waiting(
    session: AsyncSession,
    wanted: Sequence[ColumnElement[bool]],
    after: tuple[date, datetime, UUID] | None,
    limit: int,
) -> Sequence[Referral]:
    """The waiting list, who was referred first at its head (S-11)."""
    place = Referral.referred_on, Referral.received_at, Referral.id
    waiting = Referral.state.in_(sorted(WAITING))
    query = select(Referral).where(waiting, *wanted)
    if after is not None:
        query = query.where(tuple_(*place) > after)
    return (await session.scalars(query.order_by(*place).limit(limit + 1))).all()


async def requests_about(session: AsyncSession, referral_ids: Collection[UUID]) -> Sequence[InformationRequest]:
    found = select(InformationRequest).where(InformationRequest.referral_id.in_(referral_ids))
    return (await session.scalars(found.order_by(InformationRequest.asked_at, InformationRequest.id))).all()


async def open_requests(session: AsyncSession, referral_id: UUID) -> Sequence[InformationRequest]:
    """What the referrer is asked and has not answered."""
    found = select(InformationRequest).where(InformationRequest.referral_id == referral_id, *IS_OPEN)
    return (await session.scalars(found)).all()


def pauses_in(requests: Sequence[InformationRequest], referral_id: UUID) -> list[Pause]:
    """When the hub waited for the referrer; not for what it took back."""
    asked = (one for one in requests if one.referral_id == referral_id and one.withdrawn_at is None)
    return [Pause(one.asked_at, one.answered_at) for one in asked]


async def close_requests(
    session: AsyncSession,
    referral_id: UUID,
    at: datetime,
    answer: str | None = None,
    request_id: UUID | None = None,
) -> None:
    """What was asked, one question or all, is answered, or needs no answer any more."""
    asked = InformationRequest.referral_id == referral_id
    this = [InformationRequest.id == request_id] if request_id else []
    await session.execute(
        update(InformationRequest)
        .where(asked, *this, *IS_OPEN)
        .values(answered_at=func.greatest(InformationRequest.asked_at, at), answer=answer)
    )
