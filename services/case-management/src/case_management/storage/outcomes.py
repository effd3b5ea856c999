"""Outcomes with their chains of revisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from case_management.domain.outcome import Achievement, OutcomeRecord, OutcomeState
from case_management.storage.tables.cases import CaseRow
from case_management.storage.tables.outcomes import CitationRow, OutcomeRow, RevisionRow
from rulebook.fact import FactValue
from rulebook.outcome import EvidenceItem

from .cases import ids_of_person


async def find_outcome(session: AsyncSession, outcome_id: UUID, *, to_change: bool = False) -> OutcomeRow | None:
    return await session.get(OutcomeRow, outcome_id, with_for_update=to_change or None)


async def outcomes_of(session: AsyncSession, case_id: UUID) -> list[OutcomeRow]:
    return list(await session.scalars(select(OutcomeRow).where(OutcomeRow.case_id == case_id).order_by(OutcomeRow.id)))


async def evidenced_outcomes(session: AsyncSession, case_id: UUID) -> list[OutcomeRow]:
    """Those announced with evidence and not taken back, locked."""
    return await _outcomes_in(session, case_id, "evidenced")


async def recorded_outcomes(session: AsyncSession, case_id: UUID) -> list[OutcomeRow]:
    """Those without evidence yet and not taken back, locked."""
    return await _outcomes_in(session, case_id, "recorded")


async def _outcomes_in(session: AsyncSession, case_id: UUID, state: OutcomeState) -> list[OutcomeRow]:
    query = select(OutcomeRow).where(OutcomeRow.case_id == case_id, OutcomeRow.state == state)
    return list(await session.scalars(query.order_by(OutcomeRow.id).with_for_update()))


async def count_standing(session: AsyncSession, case_id: UUID) -> int:
    """How many outcomes of the case are not withdrawn."""
    query = select(func.count()).where(OutcomeRow.case_id == case_id, OutcomeRow.state != "withdrawn")
    return await session.scalar(query) or 0


HOLD_PARTICIPANT = text("select pg_advisory_xact_lock(hashtextextended('outcomes of ' || :participant, 0))")


async def find_same(
    session: AsyncSession, participant_id: UUID, code: str, achievement: Achievement, but: UUID | None = None
) -> UUID | None:
    """The outcome of this code, slot and day in any case of the participant within sight, one at a time until the end.

    Never the one that is being corrected (`but`).
    """
    person = await ids_of_person(session, participant_id)
    await session.execute(HOLD_PARTICIPANT, {"participant": str(person[0])})
    query = (
        select(OutcomeRow.id)
        .join(CaseRow, CaseRow.id == OutcomeRow.case_id)
        .join(RevisionRow, (RevisionRow.outcome_id == OutcomeRow.id) & (RevisionRow.revision == OutcomeRow.revision))
        .where(
            CaseRow.participant_id.in_(person),
            OutcomeRow.outcome == code,
            OutcomeRow.slot == achievement.slot,
            OutcomeRow.state != "withdrawn",
            RevisionRow.achieved_on == achievement.achieved_on,
        )
    )
    if but is not None:
        query = query.where(OutcomeRow.id != but)
    return await session.scalar(query.order_by(OutcomeRow.id).limit(1))


async def last_achieved_on(session: AsyncSession, case_id: UUID) -> date | None:
    """The last day on which an outcome of the case that stands was achieved."""
    newest = OutcomeRow.id == RevisionRow.outcome_id, OutcomeRow.revision == RevisionRow.revision
    query = select(func.max(RevisionRow.achieved_on)).join(OutcomeRow, and_(*newest))
    return await session.scalar(query.where(OutcomeRow.case_id == case_id, OutcomeRow.state != "withdrawn"))


async def revisions_of(session: AsyncSession, outcomes: Sequence[OutcomeRow]) -> dict[UUID, list[RevisionRow]]:
    """By outcome, the first first."""
    chains: dict[UUID, list[RevisionRow]] = {one.id: [] for one in outcomes}
    query = select(RevisionRow).where(RevisionRow.outcome_id.in_(chains)).order_by(RevisionRow.revision)
    for row in await session.scalars(query):
        chains[row.outcome_id].append(row)
    return chains


async def citations_of(
    session: AsyncSession, outcomes: Sequence[OutcomeRow]
) -> dict[tuple[UUID, int], list[CitationRow]]:
    """By outcome and revision."""
    citations: dict[tuple[UUID, int], list[CitationRow]] = {}
    query = select(CitationRow).where(CitationRow.outcome_id.in_([one.id for one in outcomes]))
    for row in await session.scalars(query.order_by(CitationRow.item_id)):
        citations.setdefault((row.outcome_id, row.revision), []).append(row)
    return citations


@dataclass(frozen=True, slots=True)
class OutcomeHistory:
    """An outcome with its whole chain, as it is kept and as the rules look at it."""

    row: OutcomeRow
    outcome: OutcomeRecord
    revisions: list[RevisionRow]


async def histories(session: AsyncSession, rows: Sequence[OutcomeRow]) -> list[OutcomeHistory]:
    """Of each outcome, in the order given."""
    chains, citations = await revisions_of(session, rows), await citations_of(session, rows)
    return [
        OutcomeHistory(
            row,
            OutcomeRecord(
                row.outcome,
                tuple(_achievement(row, one, citations.get((row.id, one.revision), [])) for one in chains[row.id]),
                row.withdrawn_on,
            ),
            chains[row.id],
        )
        for row in rows
    ]


def _achievement(row: OutcomeRow, revision: RevisionRow, citations: Sequence[CitationRow]) -> Achievement:
    return Achievement(
        achieved_on=revision.achieved_on,
        slot=revision.slot or row.slot,
        quantity=revision.quantity,
        contributors=tuple(revision.contributors),
        evidence=frozenset(EvidenceItem(one.item_id, one.kind, one.sha256, one.dated_on) for one in citations),
        facts={name: read_fact(value) for name, value in revision.facts.items()},
    )


def kept_fact(fact: FactValue) -> bool | int | str | dict[str, str]:
    """A fact as JSON keeps it; a date says that it is one."""
    return {"date": fact.isoformat()} if isinstance(fact, date) else fact


def read_fact(value: bool | int | str | dict[str, str]) -> FactValue:
    return date.fromisoformat(value["date"]) if isinstance(value, dict) else value


def add_revision(session: AsyncSession, row: OutcomeRow, achievement: Achievement, revision: RevisionRow) -> None:
    """Keep a revision and what it cites."""
    session.add(revision)
    for item in achievement.evidence:
        session.add(
            CitationRow(
                outcome_id=row.id,
                revision=revision.revision,
                item_id=item.item_id,
                programme_id=row.programme_id,
                case_id=row.case_id,
                kind=item.kind,
                sha256=item.sha256,
                dated_on=item.dated_on,
            )
        )
