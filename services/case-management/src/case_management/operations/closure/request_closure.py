"""Ask to close a case, with what was tried for the participant (BR-D4, BR-D6, S-47)."""

from datetime import date
from uuid import UUID

from case_management.domain.case import moved
from case_management.domain.closure import Attempt, ClosurePolicy, ClosureRequest, refusals_of_closure_request
from case_management.operations.loading import case_to_change
from case_management.operations.requests import ClosureRequestIn
from case_management.storage.outcomes import count_standing
from case_management.storage.programmes import policy_of
from case_management.storage.support import attempts_of
from case_management.storage.tables.cases import CaseRow
from case_management.storage.tables.closure import ClosureRequestRow
from common.contracts.cases import CaseClosureRequested
from common.transaction import Transaction
from common.web.problems import ProgrammeNotLoaded
from common.web.refused import refuse_if_any


async def request_closure(
    tx: Transaction, case_id: UUID, request_id: UUID, body: ClosureRequestIn
) -> ClosureRequestRow:
    """The request, for the prime to decide; a participant's own is stopped by no rule of engagement.

    Raises:
        Refused: too few, too uniform or no tailored attempts; no outcome on record; or not in a state to close.
        ProgrammeNotLoaded: what counts as engagement is not known yet.
    """
    at_hand = await case_to_change(tx, case_id)
    request = await request_said(tx, case_id, body.reason, body.by_participant)
    refuse_if_any(refusals_of_closure_request(at_hand.case, request, await closure_policy(tx)))
    tx.expect_version(at_hand.row.version)
    at_hand.row.state = moved(at_hand.case.state, "closure-requested")
    at_hand.row.version += 1
    row = ClosureRequestRow(
        id=request_id,
        programme_id=tx.programme_id,
        case_id=case_id,
        reason=body.reason,
        by_participant=body.by_participant,
        requested_by=tx.actor.id,
        requested_on=tx.today,
        state="open",
        version=1,
    )
    tx.session.add(row)
    tx.touched(f"closure-request/{request_id}")
    _announce(tx, at_hand.row, row)
    return row


async def request_said(
    tx: Transaction, case_id: UUID, reason: str, by_participant: bool, requested_on: date | None = None
) -> ClosureRequest:
    """A request, with what the record holds in its favour; made today, if on no other day."""
    attempts = await attempts_of(tx.session, case_id)
    return ClosureRequest(
        reason=reason,
        requested_by=tx.actor.id,
        requested_on=requested_on or tx.today,
        by_participant=by_participant,
        attempts=tuple(Attempt(one.noted_on, one.channel or "", one.tailored_how) for one in attempts),
        outcomes_recorded=await count_standing(tx.session, case_id),
    )


async def closure_policy(tx: Transaction) -> ClosurePolicy:
    """What counts as engagement, and the reasons to close for.

    Raises:
        ProgrammeNotLoaded: it is not known yet.
    """
    closure = (await policy_of(tx.session, tx.programme_id)).closure
    if closure is None:
        raise ProgrammeNotLoaded
    return ClosurePolicy(
        frozenset(closure.reasons),
        closure.attempts,
        closure.channels,
        closure.personalised,
        frozenset(closure.reasons_without_attempts),
    )


def _announce(tx: Transaction, case: CaseRow, request: ClosureRequestRow) -> None:
    tx.announce(
        CaseClosureRequested(
            **tx.envelope(),
            participant_id=case.participant_id,
            case_id=case.id,
            provider_id=case.provider_id,
            reason=request.reason,
            by_participant=request.by_participant,
            requested_on=request.requested_on,
        )
    )
