"""Put a request to close right, or take it back, while nobody has decided on it."""

from uuid import UUID

from case_management.domain.case import moved
from case_management.domain.closure import refusals_of_request_correction, request_awaits_its_decision
from case_management.operations.correcting import part_to_correct, put_right
from case_management.operations.loading import CaseAtHand
from case_management.operations.requests import ClosureRequestCorrectionIn
from case_management.storage.tables.closure import ClosureRequestRow
from common.contracts.cases import CaseClosureRequestCorrected, CaseClosureRequestWithdrawn
from common.transaction import Transaction
from common.web.refused import refuse_if_any
from rulebook.refusal import every_refusal

from .request_closure import closure_policy, request_said


async def correct_closure_request(
    tx: Transaction, request_id: UUID, body: ClosureRequestCorrectionIn
) -> ClosureRequestRow:
    """The request as it was meant; what is not given stays.

    Raises:
        NoSuchPart, NotAllowed, StaleVersion: see `part_to_correct`.
        Refused: it was decided on or taken back, nothing is different, or it could not have been made so.
    """
    row, at_hand = await _open_request(tx, request_id)
    before = {"reason": row.reason, "by_participant": row.by_participant}
    row.reason = body.closure_reason or row.reason
    row.by_participant = row.by_participant if body.by_participant is None else body.by_participant
    request = await request_said(tx, row.case_id, row.reason, row.by_participant, row.requested_on)
    refuse_if_any(refusals_of_request_correction(at_hand.case, request, await closure_policy(tx)))
    row.version += 1
    after = {"reason": row.reason, "by_participant": row.by_participant}
    put_right(tx, "closure-request", row.id, at_hand.row, body.reason, before, after)
    tx.announce(
        CaseClosureRequestCorrected(
            **tx.envelope(),
            participant_id=at_hand.row.participant_id,
            case_id=row.case_id,
            provider_id=at_hand.row.provider_id,
            request_id=row.id,
            reason=row.reason,
            by_participant=row.by_participant,
            requested_on=row.requested_on,
            corrected_on=tx.today,
        )
    )
    return row


async def withdraw_closure_request(tx: Transaction, request_id: UUID, reason: str) -> ClosureRequestRow:
    """The request, taken back: the case goes on where it was.

    Raises:
        NoSuchPart, NotAllowed, StaleVersion: see `part_to_correct`.
        Refused: it was decided on, or taken back before.
    """
    row, at_hand = await _open_request(tx, request_id)
    case = at_hand.row
    row.state, row.withdrawn_on, row.version = "withdrawn", tx.today, row.version + 1
    case.state = moved(at_hand.case.state, at_hand.case.state_without_closure)
    put_right(tx, "closure-request-withdrawn", row.id, case, reason, {"state": "open"}, {"state": "withdrawn"})
    tx.announce(
        CaseClosureRequestWithdrawn(
            **tx.envelope(),
            participant_id=case.participant_id,
            case_id=case.id,
            provider_id=case.provider_id,
            request_id=row.id,
            withdrawn_on=tx.today,
        )
    )
    return row


async def _open_request(tx: Transaction, request_id: UUID) -> tuple[ClosureRequestRow, CaseAtHand]:
    row, at_hand = await part_to_correct(tx, ClosureRequestRow, request_id)
    refuse_if_any(every_refusal([request_awaits_its_decision], row.state))
    tx.touched(f"closure-request/{request_id}")
    return row, at_hand
