"""Cases and who has sight of them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, delete, func, select, union_all, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from case_management.domain.case import Case, PhaseChange
from case_management.domain.joint_work import JointWork
from case_management.domain.timeline import DatedFact
from case_management.storage.tables.cases import CaseRow, PhaseRow
from case_management.storage.tables.external_ids import ExternalIdRow
from case_management.storage.tables.participants import AccessRow, AliasRow
from case_management.storage.tables.support import NoteRow, PlanRow
from common.database.external_ids import known_as
from common.ids import new_id


def case_of(row: CaseRow) -> Case:
    """The case as the rules look at it."""
    values: Any = {field: getattr(row, field) for field in Case.__dataclass_fields__}
    return Case(**values)


async def find_case(session: AsyncSession, case_id: UUID, *, to_change: bool = False) -> CaseRow | None:
    return await session.get(CaseRow, case_id, with_for_update=to_change or None)


CASE = select(CaseRow).where(CaseRow.id == bindparam("case_id"))
OF_CASE = AccessRow.case_id == bindparam("case_id")
OPEN_ACCESS = select(AccessRow).where(
    OF_CASE, AccessRow.organisation_id == bindparam("organisation"), AccessRow.until_on.is_(None)
)
"""The organisation's sight of the case as it is now."""
JOINT_WORK = select(AccessRow).where(OF_CASE, AccessRow.scope == "joint").order_by(AccessRow.from_on, AccessRow.id)
STANDING_JOINT_WORK = JOINT_WORK.where(AccessRow.withdrawn_on.is_(None))
PHASES = select(PhaseRow).where(PhaseRow.case_id == bindparam("case_id")).order_by(PhaseRow.changed_on, PhaseRow.id)
PERSON = select(AliasRow.survivor_id).where(AliasRow.alias_id == bindparam("participant_id")).scalar_subquery()
SURVIVOR = func.coalesce(PERSON, bindparam("participant_id", type_=Uuid))
IDS_OF_PERSON = func.array(
    union_all(select(SURVIVOR), select(AliasRow.alias_id).where(AliasRow.survivor_id == SURVIVOR)).scalar_subquery(),
    type_=ARRAY(Uuid),
)
"""The id a participant is known by, and every id merged into it."""
KNOWN_AS = select(SURVIVOR)
"""The id a participant is known by now."""


async def open_access(session: AsyncSession, case_id: UUID, organisation_id: str) -> AccessRow | None:
    return await session.scalar(OPEN_ACCESS, {"case_id": case_id, "organisation": organisation_id})


async def case_of_allocation(session: AsyncSession, allocation_id: UUID) -> CaseRow | None:
    return await session.scalar(select(CaseRow).where(CaseRow.allocation_id == allocation_id).with_for_update())


async def open_cases_of(session: AsyncSession, programme_id: str, provider_id: str, on: date) -> list[UUID]:
    """The cases that a provider leads on a day, and that nobody has asked to close, in the order they were opened."""
    own = CaseRow.programme_id == programme_id, CaseRow.provider_id == provider_id
    begun = func.coalesce(CaseRow.started_on, CaseRow.allocated_on) <= on
    query = select(CaseRow.id).where(*own, begun, CaseRow.state.in_(("allocated", "started"))).order_by(CaseRow.id)
    return list(await session.scalars(query))


async def cases_of_referral(session: AsyncSession, participant_id: UUID, referral_id: UUID) -> list[CaseRow]:
    """Every case that came of a referral, those handed back too, held."""
    of_referral = CaseRow.participant_id == participant_id, CaseRow.referral_id == referral_id
    return list(await session.scalars(select(CaseRow).where(*of_referral).order_by(CaseRow.id).with_for_update()))


async def cases_recorded_as(session: AsyncSession, participant_id: UUID) -> list[CaseRow]:
    """Every case that began under this id, held."""
    recorded = CaseRow.participant_id == participant_id
    return list(await session.scalars(select(CaseRow).where(recorded).order_by(CaseRow.id).with_for_update()))


async def cases_called(session: AsyncSession, name: str) -> Sequence[CaseRow]:
    """The case that a system of the asker's organisation calls so, if the asker sees it."""
    return (await session.scalars(select(CaseRow).where(known_as(ExternalIdRow, CaseRow.id, "case", name)))).all()


async def cases_of_participant(session: AsyncSession, participant_id: UUID) -> Sequence[CaseRow]:
    """Every case of a person that the asker sees, the last first."""
    ids = await ids_of_person(session, participant_id)
    query = select(CaseRow).where(CaseRow.participant_id.in_(ids))
    return (await session.scalars(query.order_by(CaseRow.allocated_on.desc(), CaseRow.id.desc()))).all()


PARTICIPANTS = select(CaseRow.id, CaseRow.participant_id).where(
    CaseRow.id == any_(bindparam("case_ids", type_=ARRAY(Uuid)))
)
"""Whom cases are about, under the ids they began with."""


async def participants_of(session: AsyncSession, case_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Whom each case is about, under the id it began with."""
    rows = await session.execute(PARTICIPANTS, {"case_ids": list(set(case_ids))})
    return {row.id: row.participant_id for row in rows}


async def ids_of_person(session: AsyncSession, participant_id: UUID) -> list[UUID]:
    """The id a participant is known by, and every id merged into it."""
    survivor = await survivor_of(session, participant_id)
    return [survivor, *await session.scalars(select(AliasRow.alias_id).where(AliasRow.survivor_id == survivor))]


async def open_cases_beside(session: AsyncSession, case: CaseRow) -> list[UUID]:
    """The same person's other cases that are open, under whichever id."""
    ids = await ids_of_person(session, case.participant_id)
    query = select(CaseRow.id).where(CaseRow.participant_id.in_(ids), CaseRow.id != case.id, CaseRow.state != "closed")
    return list(await session.scalars(query))


async def survivor_of(session: AsyncSession, participant_id: UUID) -> UUID:
    """The id a participant is known by now."""
    survivor_id = await session.scalar(select(AliasRow.survivor_id).where(AliasRow.alias_id == participant_id))
    return survivor_id or participant_id


async def keep_alias(session: AsyncSession, programme_id: str, alias_id: UUID, survivor_id: UUID) -> None:
    """Point the alias, and all that pointed to it, to the survivor: one step is always enough."""
    await session.execute(update(AliasRow).where(AliasRow.survivor_id == alias_id).values(survivor_id=survivor_id))
    statement = insert(AliasRow).values(alias_id=alias_id, programme_id=programme_id, survivor_id=survivor_id)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["alias_id"], set_={"survivor_id": survivor_id})
    )


async def forget_alias(session: AsyncSession, alias_id: UUID, others: Collection[UUID]) -> None:
    """Let a record stand by itself again, with those that had pointed to it."""
    await session.execute(delete(AliasRow).where(AliasRow.alias_id == alias_id))
    await session.execute(update(AliasRow).where(AliasRow.alias_id.in_(others)).values(survivor_id=alias_id))


async def joint_work_of(session: AsyncSession, case_id: UUID) -> list[AccessRow]:
    return list(await session.scalars(JOINT_WORK, {"case_id": case_id}))


async def standing_joint_work(session: AsyncSession, case_id: UUID) -> list[JointWork]:
    """What nobody took back, as the rules look at it."""
    return [joint_work(row) for row in await joint_work_of(session, case_id) if row.withdrawn_on is None]


async def end_joint_work_on(session: AsyncSession, case_id: UUID, ended_on: date) -> None:
    """Nobody works jointly on a case that is closed, or sees it for having done so."""
    for access in await joint_work_of(session, case_id):
        if access.until_on is None:
            access.until_on = max(ended_on, access.from_on)


def joint_work(row: AccessRow) -> JointWork:
    return JointWork(row.organisation_id, row.from_on, row.until_on)


async def phases_of(session: AsyncSession, case_id: UUID) -> list[PhaseRow]:
    return list(await session.scalars(PHASES, {"case_id": case_id}))


async def standing_phases(session: AsyncSession, case_id: UUID) -> list[PhaseRow]:
    """Those nobody took back; the first is the start's."""
    return [row for row in await phases_of(session, case_id) if row.withdrawn_on is None]


def changes_dated(standing: Sequence[PhaseRow]) -> list[DatedFact]:
    """Changes of phase and of worker, without the first, which is the start's."""
    return [
        DatedFact("a hand-over" if row.phase == before.phase else "a change of phase", row.changed_on)
        for before, row in pairwise(standing)
    ]


async def dated_until_the_end(session: AsyncSession, case: CaseRow) -> list[DatedFact]:
    """What of a case is dated and can only have been until it closed; joint work that ended with it follows it."""
    plans = select(PlanRow.agreed_on).where(PlanRow.case_id == case.id, PlanRow.withdrawn_on.is_(None))
    works = await standing_joint_work(session, case.id)
    ends = [work.ended_on for work in works]
    return [
        *changes_dated(await standing_phases(session, case.id)),
        *(DatedFact("a plan", agreed_on) for agreed_on in await session.scalars(plans)),
        *(DatedFact("joint work agreed", work.agreed_on) for work in works),
        *(DatedFact("joint work ended", on) for on in ends if on is not None and on != case.closed_on),
    ]


async def keep_last_contact(session: AsyncSession, case_id: UUID, on: date) -> None:
    """Somebody spoke with the participant on a day; two who note it at once both count."""
    later = {CaseRow.last_contact_on: func.greatest(CaseRow.last_contact_on, on)}
    statement = update(CaseRow).where(CaseRow.id == case_id).values(later)
    await session.execute(statement.execution_options(synchronize_session=False))


async def contact_noted_last(session: AsyncSession, case_id: UUID) -> date | None:
    """The day of the last note of the case that is of a contact, by a channel and not in vain."""
    contact = NoteRow.channel.is_not(None), NoteRow.attempt.is_(False)
    return await session.scalar(select(func.max(NoteRow.noted_on)).where(NoteRow.case_id == case_id, *contact))


def phase_change(row: PhaseRow) -> PhaseChange:
    return PhaseChange(row.phase, row.changed_on, row.worker)


def phase_row(case: CaseRow, change: PhaseChange) -> PhaseRow:
    return PhaseRow(
        id=new_id(),
        programme_id=case.programme_id,
        case_id=case.id,
        phase=change.phase,
        changed_on=change.changed_on,
        worker=change.worker,
    )
