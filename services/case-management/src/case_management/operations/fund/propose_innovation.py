"""Ask the fund for a change of a service, which serves many and no one participant (BR-O8)."""

from uuid import UUID

from case_management.domain.fund import INNOVATION, FundNeed, FundRequest, refusals_of_fund_request
from case_management.operations.requests import InnovationIn
from case_management.storage.programmes import policy_of
from case_management.storage.tables.fund import InnovationRow
from common.transaction import Transaction
from common.web.refused import refuse_if_any

from .request_from_fund import fund_policy


async def propose_innovation(tx: Transaction, innovation_id: UUID, body: InnovationIn) -> InnovationRow:
    """The proposal, for the board, whatever its size: no manager's limit is for it.

    Raises:
        Refused: no card has the outcome it is to serve, or it is more than the whole fund.
        NoFund, ProgrammeNotLoaded: the programme has no fund, or is not known yet.
    """
    programme = await policy_of(tx.session, tx.programme_id)
    policy = fund_policy(programme)
    request = FundRequest(INNOVATION, body.outcome, body.amount_pence, tx.today)
    outcomes = frozenset(programme.outcomes)
    refuse_if_any(refusals_of_fund_request(FundNeed(None, request, policy, outcomes)))
    row = InnovationRow(
        id=innovation_id,
        programme_id=tx.programme_id,
        provider_id=tx.actor.organisation,
        outcome=body.outcome,
        amount_pence=body.amount_pence,
        purpose=body.purpose,
        requested_by=tx.actor.id,
        requested_on=tx.today,
        state="open",
        version=1,
    )
    tx.session.add(row)
    tx.touched(f"innovation/{innovation_id}")
    return row
