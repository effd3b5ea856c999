"""What a case's changes of phase and worker come to, in their order by day, however late one was recorded."""

from datetime import date
from uuid import UUID

from case_management.domain.case import PhaseChange, at_last, in_force_on
from case_management.storage.cases import phase_change, phase_row, standing_phases
from case_management.storage.tables.cases import CaseRow
from common.transaction import Transaction


async def held_on(tx: Transaction, case_id: UUID, day: date) -> PhaseChange | None:
    """In which phase, and with whom, the case was on the day; none before its start."""
    return in_force_on(await _changes(tx, case_id), day)


async def keep_change(tx: Transaction, case: CaseRow, change: PhaseChange) -> None:
    """Keep one more change in its place; the case is at its next version."""
    tx.session.add(phase_row(case, change))
    await settle_phase(tx, case)
    case.version += 1


async def settle_phase(tx: Transaction, case: CaseRow) -> PhaseChange | None:
    """Bring the case to what its changes come to; the phase it is in now where that, or its first day, is another."""
    await tx.session.flush()
    now = at_last(await _changes(tx, case.id))
    moved = (case.phase, case.phase_since) != (now.phase, now.changed_on)
    case.phase, case.phase_since, case.worker = now.phase, now.changed_on, now.worker
    return now if moved else None


async def _changes(tx: Transaction, case_id: UUID) -> list[PhaseChange]:
    return [phase_change(row) for row in await standing_phases(tx.session, case_id)]
