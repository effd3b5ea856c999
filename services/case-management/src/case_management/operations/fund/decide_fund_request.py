"""Decide on a request to the fund: at once, exact to the last penny, and never by whoever asked (BR-O1 to BR-O5)."""

from uuid import UUID

from case_management.domain.fund import Level
from case_management.operations.loading import case_to_read
from case_management.operations.problems import NoSuchFundRequest
from case_management.storage.fund import find_fund_request
from case_management.storage.tables.fund import FundRequestRow
from common.contracts.cases import FundRequestDecided
from common.transaction import Transaction

from .decide_on_fund import decide_on_fund


async def decide_fund_request(tx: Transaction, request_id: UUID, granted: bool, reason: str | None) -> FundRequestRow:
    """The request, approved or refused, under the fund's one lock: its last pound goes to whoever gets it first.

    Raises:
        NoSuchFundRequest: there is none.
        Refused: decided before, by the one who asked, by the wrong level, without a reason, or the fund is spent.
        NoFund: the programme has no fund any more.
    """
    row = await find_fund_request(tx.session, request_id)
    if row is None:
        raise NoSuchFundRequest
    await case_to_read(tx, row.case_id)
    level: Level = "board" if row.level == "board" else "manager"
    await decide_on_fund(tx, row, level, granted, reason)
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
            level=level,
            split=row.split,
            decided_on=tx.today,
        )
    )
    return row
