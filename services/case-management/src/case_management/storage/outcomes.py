"""Outcomes with their chains of revisions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Uuid, and_, any_, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from case_management.domain.outcome import Achievement, OutcomeRecord, OutcomeState
from case_management.storage.tables.cases import CaseRow
from case_management.storage.tables.outcomes import CitationRow, OutcomeRow, RevisionRow
from rulebook.fact import FactValue
from rulebook.outcome import EvidenceItem

from .cases import IDS_OF_PERSON

OUTCOME = select(OutcomeRow).where(OutcomeRow.id == bindparam("outcome_id"))
REVISIONS = select(RevisionRow).where(RevisionRow.outcome_id == bindparam("outcome_id")).order_by(RevisionRow.revision)
CITATIONS = select(CitationRow).where(CitationRow.outcome_id == bindparam("outcome_id")).order_by(CitationRow.item_id)


async def case_of_outcome(
    session: AsyncSession, outcome_id: UUID, *, to_change: bool = False
) -> tuple[CaseRow, str] | None:
    """The case an outcome is of, and the outcome's code, which never changes."""
    query = select(CaseRow, OutcomeRow.outcome).join(OutcomeRow, OutcomeRow.case_id == CaseRow.id)
    query = query.where(OutcomeRow.id == outcome_id)
    if to_change:
        query = query.with_for_update(of=CaseRow).execution_options(populate_existing=True)
    return (await session.execute(query)).one_or_none()


OUTCOMES_OF_CASE = select(OutcomeRow).where(OutcomeRow.case_id == bindparam("case_id")).order_by(OutcomeRow.id)
REVISIONS_OF_CASE = (
    select(RevisionRow).where(RevisionRow.case_id == bindparam("case_id")).order_by(RevisionRow.revision)
)
CITATIONS_OF_CASE = select(CitationRow).where(CitationRow.case_id == bindparam("case_id")).order_by(CitationRow.item_id)


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


HOLD = text("""
select pg_advisory_xact_lock(hashtextextended('outcomes of ' || coalesce(
    (select survivor_id from participant_alias where alias_id = participant_id), participant_id), 0))
from support_case where id = coalesce(:case_id, (select case_id from outcome where id = :outcome_id))
""").bindparams(bindparam("case_id", None, Uuid), bindparam("outcome_id", None, Uuid))
STANDING_OF_PERSON = (
    select(OutcomeRow.id, OutcomeRow.slot, RevisionRow.achieved_on)
    .join(CaseRow, CaseRow.id == OutcomeRow.case_id)
    .join(RevisionRow, (RevisionRow.outcome_id == OutcomeRow.id) & (RevisionRow.revision == OutcomeRow.revision))
    .where(
        CaseRow.participant_id == any_(IDS_OF_PERSON),
        OutcomeRow.outcome == bindparam("outcome"),
        OutcomeRow.state != "withdrawn",
    )
    .order_by(OutcomeRow.id)
)
"""Outcomes of a code in any case of the participant within sight: each with its slot and the day it was achieved."""


async def hold_participant(session: AsyncSession, case_id: UUID) -> None:
    """Let the participant's outcomes be recorded and corrected one at a time, in whichever case, until the end.

    It is held before the case is, by whoever holds both.
    """
    await session.execute(HOLD, {"case_id": case_id})


async def hold_participant_of(session: AsyncSession, outcome_id: UUID) -> None:
    """The same, of an outcome."""
    await session.execute(HOLD, {"outcome_id": outcome_id})


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


async def citations_of(session: AsyncSession, outcomes: Sequence[OutcomeRow]) -> dict[UUID, list[CitationRow]]:
    """By outcome."""
    citations: dict[UUID, list[CitationRow]] = {}
    query = select(CitationRow).where(CitationRow.outcome_id.in_([one.id for one in outcomes]))
    for row in await session.scalars(query.order_by(CitationRow.item_id)):
        citations.setdefault(row.outcome_id, []).append(row)
    return citations


@dataclass(frozen=True, slots=True)
class OutcomeHistory:
    """An outcome with its whole chain, as it is kept and as the rules look at it."""

    row: OutcomeRow
    outcome: OutcomeRecord
    revisions: list[RevisionRow]


async def histories(session: AsyncSession, rows: Sequence[OutcomeRow]) -> list[OutcomeHistory]:
    """Of each outcome, in the order given."""
    return chained(rows, await revisions_of(session, rows), await citations_of(session, rows))


def chained(
    rows: Sequence[OutcomeRow],
    chains: Mapping[UUID, list[RevisionRow]],
    citations: Mapping[UUID, Sequence[CitationRow]],
) -> list[OutcomeHistory]:
    """Each outcome with its own of what is given by outcome."""
    return [history(row, chains.get(row.id, []), citations.get(row.id, [])) for row in rows]


def history(row: OutcomeRow, revisions: list[RevisionRow], citations: Iterable[CitationRow]) -> OutcomeHistory:
    """An outcome's, of its own revisions in order and all that they cite."""
    items: dict[int, list[CitationRow]] = {}
    for citation in citations:
        items.setdefault(citation.revision, []).append(citation)
    chain = tuple(_achievement(row, revision, items.get(revision.revision, [])) for revision in revisions)
    return OutcomeHistory(row, OutcomeRecord(row.outcome, chain, row.withdrawn_on), revisions)


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
