"""Decide on a request to the fund: at once, exact to the last penny, and never by whoever asked (BR-O1 to BR-O5)."""

from uuid import UUID

from case_management.domain.fund import FundDecision, refusals_of_fund_decision
from case_management.storage.fund import find_fund_request, fund_to_change
from case_management.storage.tables import FundRequestRow
from common.contracts.cases import FundRequestDecided
from common.transaction import Transaction
from common.web.problems import NotFound

from .case_at_hand import case_to_read
from .refused import refuse_if_any
from .request_from_fund import fund_policy


class NoSuchFundRequest(NotFound):
    """Absent, or another provider's."""


async def decide_fund_request(tx: Transaction, request_id: UUID, granted: bool, reason: str | None) -> FundRequestRow:
    """The request, approved or refused, under the fund's one lock: its last pound goes to whoever gets it first.

    Raises:
        NoSuchFundRequest: there is none.
        Refused: decided before, by the one who asked, by the wrong level, without a reason, or the fund is spent.
        ProgrammeNotLoaded: the programme has no fund any more.
    """
    row = await find_fund_request(tx.session, request_id)
    if row is None:
        raise NoSuchFundRequest("Check the id of the request.")
    await case_to_read(tx, row.case_id)
    policy = await fund_policy(tx)
    fund = await fund_to_change(tx.session, tx.programme_id)
    decision = FundDecision(
        granted=granted,
        reason=reason,
        decided_by=tx.actor.id,
        at_board=tx.actor.organisation_kind == "prime",
        state=row.state,
        level="board" if row.level == "board" else "manager",
        requested_by=row.requested_by,
        amount_pence=row.amount_pence,
        left_pence=policy.budget_pence - fund.approved_pence,
    )
    refuse_if_any(refusals_of_fund_decision(decision))
    tx.expect_version(row.version)
    row.state, row.version = "approved" if granted else "refused", row.version + 1
    row.decided_by, row.decided_on, row.decision_reason = tx.actor.id, tx.today, reason
    fund.approved_pence += row.amount_pence if granted else 0
    tx.touched(f"fund-request/{request_id}")
    tx.announce(
        FundRequestDecided(
            **tx.envelope(),
            participant_id=row.participant_id,
            case_id=row.case_id,
            provider_id=row.provider_id,
            request_id=row.id,
            category=row.category,
            outcome=row.outcome,
            amount_pence=row.amount_pence,
            decision="approved" if granted else "refused",
            level=decision.level,
            split=row.split,
            decided_on=tx.today,
        )
    )
    return row
