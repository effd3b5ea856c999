"""A decision on the fund's money, whoever asked: exact to the penny, under the fund's one lock (BR-O1 to BR-O8)."""

from case_management.domain.fund import FundDecision, Level, refusals_of_fund_decision
from case_management.storage.fund import fund_to_change
from case_management.storage.programmes import policy_of
from case_management.storage.tables.fund import FundRequestRow, InnovationRow
from common.transaction import Transaction
from common.web.refused import refuse_if_any

from .request_from_fund import fund_policy


async def decide_on_fund(
    tx: Transaction, row: FundRequestRow | InnovationRow, level: Level, granted: bool, reason: str | None
) -> None:
    """Approve or refuse what was asked; the last pound goes to whoever gets it first.

    Raises:
        Refused: decided before, by the one who asked, by the wrong level, without a reason, or the fund is spent.
        NoFund: the programme has no fund any more.
    """
    policy = fund_policy(await policy_of(tx.session, tx.programme_id))
    fund = await fund_to_change(tx.session, tx.programme_id)
    decision = FundDecision(
        granted=granted,
        reason=reason,
        decided_by=tx.actor.id,
        at_board=tx.actor.organisation_kind == "prime",
        state=row.state,
        level=level,
        requested_by=row.requested_by,
        amount_pence=row.amount_pence,
        left_pence=policy.budget_pence - fund.approved_pence,
    )
    refuse_if_any(refusals_of_fund_decision(decision))
    tx.expect_version(row.version)
    row.state, row.version = "approved" if granted else "refused", row.version + 1
    row.decided_by, row.decided_on, row.decision_reason = tx.actor.id, tx.today, reason
    fund.approved_pence += row.amount_pence if granted else 0
