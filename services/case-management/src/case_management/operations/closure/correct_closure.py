"""Put a closure right, or take it back: the prime, who confirmed it, says so (S-47)."""

from datetime import date
from uuid import UUID

from case_management.domain.case import moved
from case_management.domain.closure import Closure, refusals_of_closure, refusals_of_reopening
from case_management.domain.timeline import DatedFact
from case_management.operations.correcting import put_right
from case_management.operations.joint_work.credit_again import credit_again
from case_management.operations.loading import CaseAtHand, case_to_read
from case_management.operations.requests import ClosureCorrectionIn
from case_management.storage.cases import (
    dated_until_the_end,
    joint_work_of,
    open_cases_beside,
    standing_joint_work,
)
from case_management.storage.outcomes import count_standing, last_achieved_on
from case_management.storage.programmes import policy_of
from case_management.storage.tables.cases import CaseRow
from common.contracts.cases import CaseClosureCorrected, CaseReopened
from common.transaction import Transaction
from common.web.refused import refuse_if_any

from .request_closure import closure_policy


async def correct_closure(tx: Transaction, case_id: UUID, body: ClosureCorrectionIn) -> CaseRow:
    """The case with the reason and the day it closed; what is not given stays.

    Joint work that ended with the case follows it to an earlier day, and so does credit for its outcomes.

    Raises:
        NoSuchCase: there is none.
        Refused: it is not closed, the hub ended it, nothing is different, or it cannot have closed so.
        StaleVersion: it changed since the asker read it.
    """
    at_hand = await _held(tx, case_id)
    row = at_hand.row
    why, closed_on = body.closure_reason or row.closure_reason or "", body.closed_on or row.closed_on or tx.today
    closure = await _closure(tx, row, why, closed_on)
    refuse_if_any(refusals_of_closure(at_hand.case, closure, await closure_policy(tx), tx.today))
    before = {"closure_reason": row.closure_reason, "closed_on": row.closed_on}
    await _end_joint_work(tx, row, closure.closed_on, body.reason)
    row.closure_reason, row.closed_on, row.version = closure.reason, closure.closed_on, row.version + 1
    after = {"closure_reason": row.closure_reason, "closed_on": row.closed_on}
    put_right(tx, "closure", row.id, row, body.reason, before, after)
    tx.announce(
        CaseClosureCorrected(
            **tx.envelope(),
            participant_id=row.participant_id,
            case_id=row.id,
            provider_id=row.provider_id,
            reason=closure.reason,
            closed_on=closure.closed_on,
            corrected_on=tx.today,
        )
    )
    return row


async def reopen_case(tx: Transaction, case_id: UUID, reason: str) -> CaseRow:
    """The case, open where it was before it closed by mistake. Joint work that ended with it is agreed anew.

    Raises:
        NoSuchCase: there is none.
        Refused: it is open, the hub ended it, or the participant has another open case.
        StaleVersion: it changed since the asker read it.
    """
    at_hand = await _held(tx, case_id)
    row = at_hand.row
    refuse_if_any(refusals_of_reopening(at_hand.case, await open_cases_beside(tx.session, row)))
    before = {"state": row.state, "closure_reason": row.closure_reason, "closed_on": row.closed_on}
    row.state = moved(at_hand.case.state, at_hand.case.state_without_closure)
    row.closure_reason = row.closed_on = None
    row.version += 1
    after = {"state": row.state, "closure_reason": None, "closed_on": None}
    put_right(tx, "reopening", row.id, row, reason, before, after)
    tx.announce(
        CaseReopened(
            **tx.envelope(),
            participant_id=row.participant_id,
            case_id=row.id,
            referral_id=row.referral_id,
            provider_id=row.provider_id,
            started_on=row.started_on,
            reopened_on=tx.today,
        )
    )
    return row


async def _held(tx: Transaction, case_id: UUID) -> CaseAtHand:
    at_hand = await case_to_read(tx, case_id, to_change=True)
    tx.expect_version(at_hand.row.version)
    return at_hand


async def _closure(tx: Transaction, row: CaseRow, reason: str, closed_on: date) -> Closure:
    recording = (await policy_of(tx.session, tx.programme_id)).recording
    facts = await dated_until_the_end(tx.session, row)
    last = None if recording.after_closure else await last_achieved_on(tx.session, row.id)
    if last is not None:
        facts.append(DatedFact("an outcome", last))
    return Closure(reason, closed_on, await count_standing(tx.session, row.id), tuple(facts))


async def _end_joint_work(tx: Transaction, case: CaseRow, closed_on: date, reason: str) -> None:
    """Joint work that ended with the case ended with it on the day that is right, where that is an earlier one."""
    if case.closed_on is None or case.closed_on <= closed_on:
        return
    works = await standing_joint_work(tx.session, case.id)
    for access in await joint_work_of(tx.session, case.id):
        if access.withdrawn_on is None and access.until_on == case.closed_on:
            access.until_on = closed_on
            put_right(tx, "joint-work", access.id, case, reason, {"until_on": case.closed_on}, {"until_on": closed_on})
            tx.touched(f"joint-work/{access.id}")
    await credit_again(tx, case, works)
