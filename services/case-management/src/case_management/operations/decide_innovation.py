"""Decide on an innovation: by the board, from the fund and under the lock of what participants need (BR-O8)."""

from uuid import UUID

from case_management.domain.fund import FundDecision, refusals_of_fund_decision
from case_management.storage.fund import fund_to_change
from case_management.storage.innovations import find_innovation
from case_management.storage.tables import InnovationRow
from common.contracts.cases import InnovationDecided
from common.transaction import Transaction
from common.web.problems import NotFound

from .refused import refuse_if_any
from .request_from_fund import fund_policy


class NoSuchInnovation(NotFound):
    """Absent, or another provider's."""


async def decide_innovation(tx: Transaction, innovation_id: UUID, granted: bool, reason: str | None) -> InnovationRow:
    """The innovation, approved or refused.

    Raises:
        NoSuchInnovation: there is none.
        Refused: decided before, without a reason, or the fund has not enough left.
        ProgrammeNotLoaded: the programme has no fund any more.
    """
    row = await find_innovation(tx.session, innovation_id)
    if row is None:
        raise NoSuchInnovation("Check the id of the innovation.")
    policy = await fund_policy(tx)
    fund = await fund_to_change(tx.session, tx.programme_id)
    decision = FundDecision(
        granted=granted,
        reason=reason,
        decided_by=tx.actor.id,
        at_board=tx.actor.organisation_kind == "prime",
        state=row.state,
        level="board",
        requested_by=row.requested_by,
        amount_pence=row.amount_pence,
        left_pence=policy.budget_pence - fund.approved_pence,
    )
    refuse_if_any(refusals_of_fund_decision(decision))
    tx.expect_version(row.version)
    row.state, row.version = "approved" if granted else "refused", row.version + 1
    row.decided_by, row.decided_on, row.decision_reason = tx.actor.id, tx.today, reason
    fund.approved_pence += row.amount_pence if granted else 0
    tx.touched(f"innovation/{innovation_id}")
    tx.announce(
        InnovationDecided(
            **tx.envelope(),
            innovation_id=row.id,
            provider_id=row.provider_id,
            outcome=row.outcome,
            amount_pence=row.amount_pence,
            decision="approved" if granted else "refused",
            decided_on=tx.today,
        )
    )
    return row
