"""Referrals, what was asked about them, and the one waiting list."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from referral_hub.domain.placement_clock import Pause
from referral_hub.domain.referral import ENDED, STATES, ReferralState, shown_of_joined, shown_to_agency
from referral_hub.storage.tables.participants import ParticipantRow
from referral_hub.storage.tables.referrals import InformationRequestRow, ReferralRow

from .viewpoints import AS_THE_HUB

IDS = bindparam("referral_ids", type_=ARRAY(Uuid))
JOINED = select(ReferralRow).where(ReferralRow.joined_to == any_(IDS)).order_by(ReferralRow.received_at, ReferralRow.id)
"""What was added to referrals, oldest first."""
STANDING = aliased(ReferralRow)
JOINED_TO = select(ReferralRow).join(STANDING, STANDING.joined_to == ReferralRow.id).where(STANDING.id == any_(IDS))
"""What referrals were added to."""
QUESTIONS = select(InformationRequestRow).where(
    InformationRequestRow.referral_id == any_(IDS),
    InformationRequestRow.answered_at.is_(None),
    InformationRequestRow.withdrawn_at.is_(None),
)
"""What referrers are asked about referrals and have not answered."""
LAST_TOLD = (
    text("""
select distinct on (subject) subject, body from outbox
where topic = 'referrals' and type = 'ReferralStandingChanged' and subject = any (array (
    select 'referral/' || id from referral where id = any (:referral_ids) or joined_to = any (:referral_ids)))
order by subject, sequence desc
""")
    .bindparams(IDS)
    .columns(column("subject", Text), column("body", Text))
)
"""What was last announced about how these referrals stand, and those that were added to them."""


async def referral_of(session: AsyncSession, referral_id: UUID) -> ReferralRow | None:
    return await session.get(ReferralRow, referral_id)


async def agency_behind(session: AsyncSession, referral_id: UUID) -> tuple[str | None] | None:
    """Which agency, if any, made a referral that the asker sees; whoever sees it goes on as the hub."""
    query = select(ReferralRow.agency_id, AS_THE_HUB).where(ReferralRow.id == referral_id)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else (row.agency_id,)


async def referral_to_change(session: AsyncSession, referral_id: UUID) -> ReferralRow | None:
    """Held, and as it stands now, whatever this transaction read of it before."""
    return await session.get(ReferralRow, referral_id, with_for_update=True, populate_existing=True)


async def referral_and_person_to_change(
    session: AsyncSession, referral_id: UUID
) -> tuple[ReferralRow, ParticipantRow] | None:
    """A referral and the record it is about, held in this order, and as they stand now."""
    query = select(ReferralRow, ParticipantRow).join(ParticipantRow, ParticipantRow.id == ReferralRow.participant_id)
    query = query.where(ReferralRow.id == referral_id).with_for_update(of=[ReferralRow, ParticipantRow])
    row = (await session.execute(query.execution_options(populate_existing=True))).one_or_none()
    return None if row is None else (row[0], row[1])


async def referrals_of(
    session: AsyncSession, participant_ids: Collection[UUID] | Select[UUID]
) -> Sequence[ReferralRow]:
    """Everything the hub ever received about one person, oldest first."""
    query = select(ReferralRow).where(ReferralRow.participant_id.in_(participant_ids))
    return (await session.scalars(query.order_by(ReferralRow.received_at, ReferralRow.id))).all()


async def hold_open_referrals(
    session: AsyncSession, participant_ids: Collection[UUID] | Select[UUID]
) -> Sequence[ReferralRow]:
    """A person's open referrals, oldest first, held until the transaction ends."""
    standing = ReferralRow.participant_id.in_(participant_ids), ReferralRow.state.not_in(sorted(ENDED))
    query = select(ReferralRow).where(*standing).order_by(ReferralRow.received_at, ReferralRow.id).with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def joined_to(session: AsyncSession, referral_ids: Sequence[UUID]) -> Sequence[ReferralRow]:
    """What was added to these referrals, oldest first."""
    return (await session.scalars(JOINED, {"referral_ids": referral_ids})).all()


async def point_joined(session: AsyncSession, old: UUID, new: UUID) -> None:
    """What was added to `old` is from now on added to `new`."""
    await session.execute(update(ReferralRow).where(ReferralRow.joined_to == old).values(joined_to=new))


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


REQUESTS = (
    select(InformationRequestRow)
    .where(InformationRequestRow.referral_id == any_(IDS))
    .order_by(InformationRequestRow.asked_at, InformationRequestRow.id)
)
"""All that was ever asked about referrals, the first first."""


async def requests_about(session: AsyncSession, referral_ids: Sequence[UUID]) -> Sequence[InformationRequestRow]:
    return (await session.scalars(REQUESTS, {"referral_ids": referral_ids})).all()


def pauses_in(requests: Sequence[InformationRequestRow], referral_id: UUID) -> list[Pause]:
    """When the hub waited for the referrer; not for what it took back."""
    questions = (one for one in requests if one.referral_id == referral_id and one.withdrawn_at is None)
    return [Pause(one.asked_at, one.answered_at) for one in questions]
