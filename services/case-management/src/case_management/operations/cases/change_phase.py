"""Move a case between intensive and light-touch support, either way round (BR-D2, S-40)."""

from uuid import UUID

from case_management.domain.case import PhaseChange, refusals_of_phase_change
from case_management.operations.loading import case_to_change
from case_management.operations.requests import PhaseIn
from case_management.storage.tables.cases import CaseRow
from common.contracts.cases import CasePhaseChanged
from common.transaction import Transaction
from common.web.refused import refuse_if_any

from .settle_phase import held_on, keep_change


async def change_phase(tx: Transaction, case_id: UUID, body: PhaseIn) -> CaseRow:
    """Change the phase, and the worker when another takes over; one recorded late takes its place among the others.

    Raises:
        Refused: the case is not under way, was in that phase, or the day is impossible.
    """
    at_hand = await case_to_change(tx, case_id)
    row, change = at_hand.row, PhaseChange(body.phase, body.changed_on or tx.today, body.worker)
    then = await held_on(tx, case_id, change.changed_on)
    refuse_if_any(refusals_of_phase_change(at_hand.case, change, then, tx.today))
    tx.expect_version(row.version)
    await keep_change(tx, row, change)
    tx.announce(
        CasePhaseChanged(
            **tx.envelope(),
            participant_id=row.participant_id,
            case_id=row.id,
            provider_id=row.provider_id,
            phase=change.phase,
            changed_on=change.changed_on,
        )
    )
    return row
