"""Put a change of phase or worker right, or take it back: the case follows what stands then (S-40)."""

from typing import Any
from uuid import UUID

from case_management.domain.case import first_phase_is_the_starts, refusals_of_phase_correction
from case_management.operations.correcting import part_to_correct, put_right, take_back
from case_management.operations.requests import PhaseCorrectionIn
from case_management.storage.cases import phase_change, standing_phases
from case_management.storage.tables.cases import CaseRow, PhaseRow
from common.contracts.cases import CasePhaseCorrected
from common.transaction import Transaction
from common.web.refused import refuse_if_any
from rulebook.refusal import every_refusal

from .settle_phase import settle_phase


async def correct_phase(tx: Transaction, phase_id: UUID, body: PhaseCorrectionIn) -> CaseRow:
    """The case as its changes stand then; what is not given stays as it is. A change to the wrong phase is taken back.

    Raises:
        NoSuchPart, NotAllowed, StaleVersion: see `part_to_correct`.
        Refused: it was taken back, nothing is different, or it cannot have been that day; the first is the start's.
    """
    row, at_hand = await part_to_correct(tx, PhaseRow, phase_id)
    case, before = at_hand.row, _facts(row)
    if body.changed_on is not None:
        await _refuse_the_starts(tx, row)
    row.changed_on, row.worker = body.changed_on or row.changed_on, body.worker or row.worker
    refuse_if_any(refusals_of_phase_correction(at_hand.case, phase_change(row), tx.today))
    put_right(tx, "phase", phase_id, case, body.reason, before, _facts(row))
    await _settle(tx, case, row)
    return case


async def withdraw_phase(tx: Transaction, phase_id: UUID, reason: str) -> CaseRow:
    """The case as it is without that change: in the phase, and with the worker, of the one before.

    Raises:
        NoSuchPart, NotAllowed, StaleVersion: see `part_to_correct`.
        Refused: it was taken back before, or is the start's.
    """
    row, at_hand = await part_to_correct(tx, PhaseRow, phase_id)
    await _refuse_the_starts(tx, row)
    take_back(tx, "phase-withdrawn", row, at_hand.row, reason)
    await _settle(tx, at_hand.row, row)
    return at_hand.row


def _facts(row: PhaseRow) -> dict[str, Any]:
    return {"changed_on": row.changed_on, "worker": row.worker}


async def _refuse_the_starts(tx: Transaction, row: PhaseRow) -> None:
    first = (await standing_phases(tx.session, row.case_id))[0] is row
    refuse_if_any(every_refusal([first_phase_is_the_starts], first))


async def _settle(tx: Transaction, case: CaseRow, row: PhaseRow) -> None:
    tx.touched(f"phase/{row.id}")
    if now := await settle_phase(tx, case):
        tx.announce(
            CasePhaseCorrected(
                **tx.envelope(),
                participant_id=case.participant_id,
                case_id=case.id,
                provider_id=case.provider_id,
                phase=now.phase,
                changed_on=now.changed_on,
                corrected_on=tx.today,
            )
        )
