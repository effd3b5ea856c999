"""The prime's decision on a request to close (S-47)."""

from uuid import UUID

from case_management.domain.case import moved
from case_management.domain.closure import ClosureDecision, ClosureRequest, refusals_of_closure_decision
from case_management.operations.loading import CaseAtHand, case_to_read
from case_management.operations.problems import NoSuchClosureRequest
from case_management.storage.cases import end_joint_work_on
from case_management.storage.closures import find_closure_request
from case_management.storage.tables.cases import CaseRow
from case_management.storage.tables.closure import ClosureRequestRow
from common.transaction import Transaction
from common.web.refused import refuse_if_any, refused
from rulebook.refusal import Refusal

from .close_case import close_case


async def decide_closure(
    tx: Transaction, request_id: UUID, granted: bool, reason: str | None
) -> tuple[ClosureRequestRow, CaseRow]:
    """The request, confirmed or refused, and its case: closed, or back where it was.

    Raises:
        NoSuchClosureRequest: there is none.
        Refused: decided already, by the one who asked, not by the prime, or against a participant's own wish.
    """
    request = await find_closure_request(tx.session, request_id)
    if request is None:
        raise NoSuchClosureRequest
    at_hand = await case_to_read(tx, request.case_id, to_change=True)
    await tx.session.refresh(request)
    _judge(tx, request, at_hand, granted, reason)
    tx.expect_version(request.version)
    request.state, request.version = "confirmed" if granted else "refused", request.version + 1
    request.decided_by, request.decided_on, request.decision_reason = tx.actor.id, tx.today, reason
    tx.touched(f"closure-request/{request_id}")
    _move_case(tx, request, at_hand, granted)
    if granted:
        await end_joint_work_on(tx.session, request.case_id, tx.today)
    return request, at_hand.row


def _judge(tx: Transaction, request: ClosureRequestRow, at_hand: CaseAtHand, granted: bool, reason: str | None) -> None:
    if request.state != "open":
        instead = "Wait for another request." if request.state == "withdrawn" else "Nothing more is needed."
        raise refused(
            Refusal("closure_not_requested", f"The request is {request.state} already.", instead, kind="state")
        )
    closure_request = ClosureRequest(request.reason, request.requested_by, request.requested_on, request.by_participant)
    decision = ClosureDecision(granted, tx.actor.id, tx.actor.organisation, tx.today)
    prime = tx.actor.organisation if tx.actor.organisation_kind == "prime" else ""
    refusals = list(refusals_of_closure_decision(at_hand.case, closure_request, decision, prime))
    if not granted and not reason:
        refusals.append(Refusal("refusal_without_reason", "No reason is given.", "Say what is still to be done."))
    refuse_if_any(refusals)


def _move_case(tx: Transaction, request: ClosureRequestRow, at_hand: CaseAtHand, granted: bool) -> None:
    row = at_hand.row
    if granted:
        close_case(tx, row, tx.today, request.reason)
    else:
        row.state = moved(at_hand.case.state, at_hand.case.state_without_closure)
        row.version += 1
