"""People the hub knows, those who are one under two ids, and who may see them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, and_, any_, bindparam, func, literal, or_, select, true, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from common.contracts.cases import JointWorkAgreed, JointWorkCorrected
from referral_hub.domain.birth import Birth
from referral_hub.domain.identity import Identity, KnownParticipant
from referral_hub.storage.tables.allocations import AllocationRow
from referral_hub.storage.tables.participants import ParticipantAccessRow, ParticipantRow, ParticipantSoundRow

from .viewpoints import AS_THE_HUB

BEHIND = aliased(ParticipantRow)
PERSON = (
    select(ParticipantRow)
    .join(BEHIND, func.coalesce(BEHIND.merged_into, BEHIND.id) == ParticipantRow.id)
    .where(BEHIND.id == bindparam("participant_id"))
)
"""The person behind an id, merged or not."""


async def hold_identity(session: AsyncSession, programme_id: str, identity: Identity) -> None:
    """Until this transaction ends nobody else can make the same person known; it goes on as the hub."""
    name = f"{programme_id} {identity.name_key} {identity.birth.exactly}"
    await session.execute(select(AS_THE_HUB, func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


LAST_LETTERS = ("", "A", "B", "C", "D")
"""Of a National Insurance number: it tells nobody apart."""
MOST_ALIKE = 100
"""Of those whose name only sounds alike, so many whose name has most in common: nobody looks through more."""


def _sounding_alike(programme_id: str, identity: Identity) -> Select[UUID]:
    """Of whose name a word sounds alike, where one birth date is not known to the day and both may be the same."""
    birth, born_on = identity.birth, ParticipantRow.date_of_birth
    perhaps = born_on.is_(None)
    if birth.certainty != "unknown":
        overlaps = and_(ParticipantRow.born_from <= birth.latest, ParticipantRow.born_until >= birth.earliest)
        perhaps = and_(perhaps, or_(ParticipantRow.born_from.is_(None), overlaps))
    if birth.certainty == "estimated":
        perhaps = or_(perhaps, born_on.between(birth.earliest, birth.latest))
    elif birth.certainty == "unknown":
        perhaps = true()
    sounds, sound = ParticipantSoundRow, func.name_sounds(identity.name_key)
    alike = select(sounds.participant_id, func.count().label("words")).group_by(sounds.participant_id)
    alike = alike.where(sounds.programme_id == programme_id, sounds.sound == func.any(sound)).subquery()
    query = select(ParticipantRow.id).join(alike, alike.c.participant_id == ParticipantRow.id)
    query = query.where(ParticipantRow.programme_id == programme_id, perhaps)
    return query.order_by(alike.c.words.desc(), ParticipantRow.id).limit(MOST_ALIKE)


async def known_like(session: AsyncSession, programme_id: str, identity: Identity) -> list[KnownParticipant]:
    """Everyone who may be the same person, each with all their records.

    They share the date of birth, the name or a number, or the name sounds alike and a birth date is uncertain.
    """
    born_on, insurance = identity.birth.exactly, identity.national_insurance
    alike = (
        (born_on, ParticipantRow.date_of_birth == born_on),
        (identity.name_key, ParticipantRow.name_key == identity.name_key),
        (insurance, ParticipantRow.national_insurance.in_(f"{(insurance or '')[:8]}{last}" for last in LAST_LETTERS)),
        (identity.nhs_number, ParticipantRow.nhs_number == identity.nhs_number),
        (identity.name_key, ParticipantRow.id.in_(_sounding_alike(programme_id, identity))),
    )
    conditions = [condition for value, condition in alike if value]
    if not conditions:
        return []
    who = func.coalesce(ParticipantRow.merged_into, ParticipantRow.id).label("id")
    people = select(who).where(ParticipantRow.programme_id == programme_id, or_(*conditions)).distinct().subquery()
    on_record = or_(ParticipantRow.id == people.c.id, ParticipantRow.merged_into == people.c.id)
    records = await session.scalars(select(ParticipantRow).join(people, on_record).order_by(ParticipantRow.id))
    by_person = defaultdict[UUID, list[Identity]](list)
    for one in records:
        by_person[one.merged_into or one.id].append(identity_of(one, identity.placeholders))
    return [KnownParticipant(participant_id, tuple(identities)) for participant_id, identities in by_person.items()]


def identity_of(participant: ParticipantRow, placeholders: frozenset[str]) -> Identity:
    return Identity(
        participant.given_name,
        participant.family_name,
        birth_of(participant),
        participant.national_insurance,
        participant.nhs_number,
        placeholders,
    )


def birth_of(participant: ParticipantRow) -> Birth:
    exactly = participant.date_of_birth
    return Birth.on(exactly) if exactly else Birth(participant.born_from, participant.born_until)


async def participant_of(session: AsyncSession, participant_id: UUID) -> ParticipantRow | None:
    """The person behind an id, merged or not; none when absent or not the asker's."""
    participant = await session.get(ParticipantRow, participant_id)
    if participant is None or participant.merged_into is None:
        return participant
    return await session.get(ParticipantRow, participant.merged_into)


async def participant_to_change(session: AsyncSession, participant_id: UUID) -> ParticipantRow | None:
    """Held, and as it stands now, whatever this transaction read of it before."""
    return await session.get(ParticipantRow, participant_id, with_for_update=True, populate_existing=True)


PARTICIPANTS = (
    select(ParticipantRow)
    .where(ParticipantRow.id == any_(bindparam("participant_ids", type_=ARRAY(Uuid))))
    .order_by(ParticipantRow.id)
)


async def participants_of(session: AsyncSession, ids: Collection[UUID]) -> Sequence[ParticipantRow]:
    return (await session.scalars(PARTICIPANTS, {"participant_ids": list(ids)})).all()


def records_of(participant_id: UUID) -> Select[UUID]:
    """Every id of one person, to be asked for within another query."""
    own = or_(ParticipantRow.id == participant_id, ParticipantRow.merged_into == participant_id)
    return select(ParticipantRow.id).where(own)


async def ids_of(session: AsyncSession, participant_id: UUID) -> list[UUID]:
    """Every id of one person: their own and those merged into it."""
    rows = await session.scalars(select(ParticipantRow.id).where(ParticipantRow.merged_into == participant_id))
    return [participant_id, *rows]


async def every_record_of(session: AsyncSession, participant_id: UUID) -> Sequence[ParticipantRow]:
    """Every record of the person behind an id, merged or not, held in the order of their ids."""
    person = await participant_of(session, participant_id)
    every = ParticipantRow.id.in_(await ids_of(session, person.id) if person else [])
    query = select(ParticipantRow).where(every).order_by(ParticipantRow.id).with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def point_aliases(session: AsyncSession, old: UUID, new: UUID) -> None:
    """What was merged into `old` is from now on merged into `new`."""
    await session.execute(update(ParticipantRow).where(ParticipantRow.merged_into == old).values(merged_into=new))


async def separate_aliases(session: AsyncSession, ids: Collection[UUID], survivor_id: UUID) -> None:
    """These pointed to a record that stands by itself again, and do so anew."""
    await session.execute(update(ParticipantRow).where(ParticipantRow.id.in_(ids)).values(merged_into=survivor_id))


async def scopes_of(
    session: AsyncSession, participant_id: UUID, organisation_id: str
) -> Sequence[ParticipantAccessRow]:
    """Under what an organisation sees a participant now."""
    rows = await session.scalars(
        select(ParticipantAccessRow).where(
            ParticipantAccessRow.participant_id == participant_id,
            ParticipantAccessRow.organisation_id == organisation_id,
            ParticipantAccessRow.until_on.is_(None),
        )
    )
    return rows.all()


LEAD_ACCESS = select(ParticipantAccessRow).where(
    ParticipantAccessRow.scope == "lead",
    ParticipantAccessRow.source_id == bindparam("allocation_id"),
    ParticipantAccessRow.until_on.is_(None),
)
"""Sight that a provider has by an allocation."""


def lead_access(participant: ParticipantRow, allocation: AllocationRow) -> list[ParticipantAccessRow]:
    """Sight of a participant, under every id they have, for the provider with whom they are being placed."""
    return [
        ParticipantAccessRow(
            programme_id=participant.programme_id,
            participant_id=participant_id,
            organisation_id=allocation.provider_id,
            scope="lead",
            source_id=allocation.id,
            shareable_only=False,
            from_on=allocation.allocated_on,
        )
        for participant_id in filter(None, (participant.id, participant.merged_into))
    ]


async def give_joint(
    session: AsyncSession, participant: ParticipantRow, event: JointWorkAgreed | JointWorkCorrected
) -> None:
    """Let the second provider of a joint case see who the participant is."""
    under = {"scope": "joint", "source_id": event.case_id, "organisation_id": event.joint_provider_id}
    terms = {"from_on": event.agreed_on, "shareable_only": event.shareable_only}
    await _give_access(session, participant, under, terms)


async def _give_access(
    session: AsyncSession, participant: ParticipantRow, under: dict[str, Any], terms: dict[str, Any]
) -> None:
    """Under every id they have; giving it again opens it again."""
    for participant_id in filter(None, (participant.id, participant.merged_into)):
        whose = {"programme_id": participant.programme_id, "participant_id": participant_id}
        row = insert(ParticipantAccessRow).values(whose | under | terms)
        again = terms | {"until_on": None}
        await session.execute(row.on_conflict_do_update(constraint="uq_participant_access_source", set_=again))


async def end_access(session: AsyncSession, organisation_id: str, scope: str, source_id: UUID, until_on: date) -> None:
    await session.execute(
        update(ParticipantAccessRow)
        .where(
            ParticipantAccessRow.organisation_id == organisation_id,
            ParticipantAccessRow.scope == scope,
            ParticipantAccessRow.source_id == source_id,
            ParticipantAccessRow.until_on.is_(None),
        )
        .values(until_on=until_on)
    )


async def end_joint_access(session: AsyncSession, case_id: UUID, until_on: date) -> None:
    """End every joint provider's sight under a case."""
    await session.execute(
        update(ParticipantAccessRow)
        .where(
            ParticipantAccessRow.source_id == case_id,
            ParticipantAccessRow.scope == "joint",
            ParticipantAccessRow.until_on.is_(None),
        )
        .values(until_on=until_on)
    )


async def restrict_access(session: AsyncSession, case_id: UUID) -> None:
    """Joint providers on a case see only what its lead shares."""
    await session.execute(
        update(ParticipantAccessRow)
        .where(ParticipantAccessRow.source_id == case_id, ParticipantAccessRow.scope == "joint")
        .values(shareable_only=True)
    )


async def share_access(session: AsyncSession, alias_id: UUID, survivor_id: UUID) -> None:
    """Whoever sees the alias sees the survivor."""
    columns = ParticipantAccessRow.__table__.columns
    shared_columns = [column for column in columns if column.name not in ("position", "participant_id")]
    query = select(literal(survivor_id, Uuid()), *shared_columns).where(ParticipantAccessRow.participant_id == alias_id)
    names = ["participant_id", *(column.name for column in shared_columns)]
    await session.execute(insert(ParticipantAccessRow).from_select(names, query).on_conflict_do_nothing())


async def end_shared_access(session: AsyncSession, other_ids: Collection[UUID], survivor_id: UUID, on: date) -> None:
    """Whoever saw the survivor for the sake of a record that is another person's after all sees it no more."""
    of_others = select(ParticipantAccessRow.organisation_id, ParticipantAccessRow.scope, ParticipantAccessRow.source_id)
    sources = of_others.where(ParticipantAccessRow.participant_id.in_(other_ids))
    own = tuple_(ParticipantAccessRow.organisation_id, ParticipantAccessRow.scope, ParticipantAccessRow.source_id)
    await session.execute(
        update(ParticipantAccessRow)
        .where(
            ParticipantAccessRow.participant_id == survivor_id,
            ParticipantAccessRow.until_on.is_(None),
            own.in_(sources),
        )
        .values(until_on=on)
    )
