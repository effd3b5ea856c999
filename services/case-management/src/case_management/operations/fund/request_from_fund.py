"""Ask the personalisation fund for something a participant needs (S-49, BR-O4, BR-O6)."""

from uuid import UUID

from case_management.domain.fund import (
    FundNeed,
    FundPolicy,
    FundRequest,
    level_of,
    looks_split,
    refusals_of_fund_request,
)
from case_management.operations.loading import case_to_change
from case_management.operations.problems import NoFund
from case_management.operations.requests import FundRequestIn
from case_management.storage.fund import requests_for
from case_management.storage.programmes import NO_POLICY, CasesPolicy, policy_of
from case_management.storage.tables.fund import FundRequestRow
from common.transaction import Transaction
from common.web.problems import ProgrammeNotLoaded
from common.web.refused import refuse_if_any


async def request_from_fund(tx: Transaction, case_id: UUID, request_id: UUID, body: FundRequestIn) -> FundRequestRow:
    """The request, for the provider's manager, or for the board: when it is large, or looks like part of a split.

    Raises:
        Refused: the case is not under way, or the category, outcome or amount cannot be.
        NoFund, ProgrammeNotLoaded: the programme has no fund, or is not known yet.
    """
    at_hand = await case_to_change(tx, case_id)
    programme = await policy_of(tx.session, tx.programme_id)
    policy = fund_policy(programme)
    request = FundRequest(body.category, body.outcome, body.amount_pence, tx.today)
    outcomes = frozenset(programme.outcomes)
    refuse_if_any(refusals_of_fund_request(FundNeed(at_hand.case, request, policy, outcomes)))
    split = looks_split(request, await requests_for(tx.session, at_hand.row.participant_id), policy)
    row = FundRequestRow(
        id=request_id,
        programme_id=tx.programme_id,
        case_id=case_id,
        participant_id=at_hand.row.participant_id,
        provider_id=at_hand.row.provider_id,
        category=body.category,
        outcome=body.outcome,
        amount_pence=body.amount_pence,
        level=level_of(request, split, policy),
        split=split,
        requested_by=tx.actor.id,
        requested_on=tx.today,
        state="open",
        version=1,
    )
    tx.session.add(row)
    tx.touched(f"fund-request/{request_id}")
    return row


def fund_policy(programme: CasesPolicy) -> FundPolicy:
    """The fund as the programme has it.

    Raises:
        NoFund: it has none.
        ProgrammeNotLoaded: it is not known yet.
    """
    fund = programme.fund
    if fund is None:
        raise ProgrammeNotLoaded if programme is NO_POLICY else NoFund
    return FundPolicy(fund.budget_pence, fund.delegated_pence, fund.split_within_days, frozenset(fund.categories))
