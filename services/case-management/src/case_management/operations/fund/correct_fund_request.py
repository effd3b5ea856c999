"""Put a request to the fund right, or take it back; what was approved only goes down (S-49, BR-O1 to BR-O6)."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from case_management.domain.fund import (
    FundCorrection,
    FundNeed,
    level_of,
    looks_split,
    refusals_of_fund_correction,
    request_still_stands,
)
from case_management.operations.correcting import part_to_correct, put_right
from case_management.operations.loading import CaseAtHand
from case_management.operations.requests import FundRequestCorrectionIn
from case_management.storage.fund import fund_request, give_back, requests_for
from case_management.storage.programmes import policy_of
from case_management.storage.tables.fund import FundRequestRow
from common.contracts.cases import FundRequestCorrected, FundRequestWithdrawn
from common.transaction import Transaction
from common.web.refused import refuse_if_any
from rulebook.refusal import every_refusal

from .request_from_fund import fund_policy

CORRECTED = ("category", "outcome", "amount_pence", "level", "split")


async def correct_fund_request(tx: Transaction, request_id: UUID, body: FundRequestCorrectionIn) -> FundRequestRow:
    """The request as it was meant; what is not given stays. Of one that was approved, the rest goes back to the fund.

    Raises:
        NoSuchPart, NotAllowed, StaleVersion: see `part_to_correct`.
        Refused: it was refused or taken back, nothing is different, more would be given than was approved, or it could
            not have been asked for so.
        NoFund: the programme has no fund any more.
    """
    row, at_hand = await _request(tx, request_id)
    programme = await policy_of(tx.session, tx.programme_id)
    policy, outcomes = fund_policy(programme), frozenset(programme.outcomes)
    before = {name: getattr(row, name) for name in CORRECTED}
    target = replace(
        fund_request(row),
        category=body.category or row.category,
        outcome=body.outcome or row.outcome,
        amount_pence=body.amount_pence or row.amount_pence,
    )
    correction = FundCorrection(row.state, fund_request(row), target)
    refuse_if_any(refusals_of_fund_correction(correction, FundNeed(at_hand.case, target, policy, outcomes)))
    row.category, row.outcome, row.amount_pence = target.category, target.outcome, target.amount_pence
    if row.state == "open":
        row.split = looks_split(target, await requests_for(tx.session, row.participant_id, row.id), policy)
        row.level = level_of(target, row.split, policy)
    else:
        await give_back(tx.session, tx.programme_id, before["amount_pence"] - row.amount_pence)
    row.version += 1
    after: dict[str, Any] = {name: getattr(row, name) for name in CORRECTED}
    put_right(tx, "fund-request", row.id, at_hand.row, body.reason, before, after)
    tx.announce(
        FundRequestCorrected(
            **tx.envelope(),
            participant_id=row.participant_id,
            case_id=row.case_id,
            provider_id=row.provider_id,
            request_id=row.id,
            state="approved" if row.state == "approved" else "open",
            category=row.category,
            outcome=row.outcome,
            amount_pence=row.amount_pence,
            level="board" if row.level == "board" else "manager",
            split=row.split,
            corrected_on=tx.today,
        )
    )
    return row


async def withdraw_fund_request(tx: Transaction, request_id: UUID, reason: str) -> FundRequestRow:
    """The request, taken back: nothing is bought with it. What was approved goes back to the fund.

    Raises:
        NoSuchPart, NotAllowed, StaleVersion: see `part_to_correct`.
        Refused: it was refused, or taken back before.
    """
    row, at_hand = await _request(tx, request_id)
    refuse_if_any(every_refusal([request_still_stands], row.state))
    was_approved = row.state == "approved"
    if was_approved:
        await give_back(tx.session, tx.programme_id, row.amount_pence)
    before, row.state, row.withdrawn_on, row.version = {"state": row.state}, "withdrawn", tx.today, row.version + 1
    put_right(tx, "fund-request-withdrawn", row.id, at_hand.row, reason, before, {"state": row.state})
    tx.announce(
        FundRequestWithdrawn(
            **tx.envelope(),
            participant_id=row.participant_id,
            case_id=row.case_id,
            provider_id=row.provider_id,
            request_id=row.id,
            amount_pence=row.amount_pence,
            was_approved=was_approved,
            withdrawn_on=tx.today,
        )
    )
    return row


async def _request(tx: Transaction, request_id: UUID) -> tuple[FundRequestRow, CaseAtHand]:
    """Held, so that nobody decides on it meanwhile."""
    row, at_hand = await part_to_correct(tx, FundRequestRow, request_id)
    await tx.session.refresh(row, with_for_update=True)
    tx.touched(f"fund-request/{request_id}")
    return row, at_hand
