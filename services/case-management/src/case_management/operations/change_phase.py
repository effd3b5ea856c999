"""Move a case between intensive and light-touch support, either way round (BR-D2, S-40)."""

from datetime import date
from uuid import UUID

from case_management.domain.case import Phase, PhaseChange, refusals_of_phase_change
from case_management.storage.cases import phase_row
from case_management.storage.tables import CaseRow
from common.contracts.cases import CasePhaseChanged
from common.ids import new_id
from common.transaction import Transaction

from .case_at_hand import case_to_change
from .refused import refuse_if_any


async def change_phase(
    tx: Transaction, case_id: UUID, phase: Phase, changed_on: date | None, worker: str | None
) -> CaseRow:
    """Change the phase, and the worker when another takes over.

    Raises:
        Refused: the case is not under way, is in that phase, or the day is impossible.
    """
    found = await case_to_change(tx, case_id)
    row, changed_on = found.row, changed_on or tx.today
    refuse_if_any(refusals_of_phase_change(found.case, PhaseChange(phase, changed_on), tx.today))
    tx.expect_version(row.version)
    row.phase, row.phase_since, row.worker = phase, changed_on, worker or row.worker
    row.version += 1
    tx.session.add(phase_row(new_id(), row, phase, changed_on))
    tx.announce(
        CasePhaseChanged(
            **tx.envelope(),
            participant_id=row.participant_id,
            case_id=row.id,
            provider_id=row.provider_id,
            phase=phase,
            changed_on=changed_on,
        )
    )
    return row
