"""The personalisation fund: asked by whoever supports the participant, decided by the manager or the board."""

from typing import Annotated
from uuid import UUID

from case_management.operations.fund.correct_fund_request import correct_fund_request as correct
from case_management.operations.fund.correct_fund_request import withdraw_fund_request as withdraw
from case_management.operations.fund.decide_fund_request import decide_fund_request as decide
from case_management.operations.fund.request_from_fund import request_from_fund as request
from case_management.operations.loading import case_to_read
from case_management.operations.requests import FundDecisionIn, FundRequestCorrectionIn, FundRequestIn, ReasonIn
from case_management.storage.lists import FUND_REQUESTS, FUND_REQUESTS_OF_CASE
from case_management.storage.tables.fund import FundRequestRow
from common.transaction import Transaction
from common.web.access import deciding, reading, writing
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.routing import Routes

from .responses.fund import FundRequestLine, FundRequestOut, FundRequestReceipt
from .roles import BOARD, SUPPORTERS

router = Routes(prefix="/v1", tags=["personalisation fund"])


@router.post("/cases/{case_id}/fund-requests", status_code=201)
async def request_from_fund(
    case_id: UUID, body: FundRequestIn, tx: Annotated[Transaction, writing(*SUPPORTERS, versionless=True)]
) -> FundRequestReceipt:
    """Ask the fund for something: up to the delegated amount your manager decides, above it the board (BR-O2, BR-O3).

    Requests of one category within some days count as one purchase: splitting it leads to the board (BR-O6).
    """
    row = await request(tx, case_id, tx.minted(body.id), body)
    return tx.answered(_asked(row))


@router.get("/cases/{case_id}/fund-requests")
async def list_fund_requests_of_case(
    case_id: UUID,
    tx: Annotated[Transaction, reading(*SUPPORTERS)],
    query: Annotated[Asked, asking(FUND_REQUESTS_OF_CASE)],
) -> Page[FundRequestLine]:
    """Read what your provider asked the fund for in a case, and what was decided, newest first; no amounts (A-55)."""
    await case_to_read(tx, case_id)
    results = await query.found(tx, FundRequestRow.case_id == case_id)
    return results.page(FundRequestLine.model_validate)


@router.post("/fund-requests/{request_id}/decision")
async def decide_fund_request(
    request_id: UUID, body: FundDecisionIn, tx: Annotated[Transaction, deciding("provider-manager", BOARD)]
) -> FundRequestReceipt:
    """Approve or refuse, in one step (BR-O5). 422 `refused`: not yours to decide, your own, or the fund is spent."""
    return tx.answered(_asked(await decide(tx, request_id, body.decision == "approved", body.reason)))


@router.post("/fund-requests/{request_id}/corrections")
async def correct_fund_request(
    request_id: UUID, body: FundRequestCorrectionIn, tx: Annotated[Transaction, writing(*SUPPORTERS)]
) -> FundRequestReceipt:
    """Put your request right; once it is approved, only to less: the rest goes back to the fund.

    `If-Match` is the version of the case. 409: it was refused or taken back. 422: it could not have been asked for so.
    """
    return tx.answered(_asked(await correct(tx, request_id, body)))


@router.post("/fund-requests/{request_id}/withdrawal")
async def withdraw_fund_request(
    request_id: UUID, body: ReasonIn, tx: Annotated[Transaction, writing(*SUPPORTERS)]
) -> FundRequestReceipt:
    """Take your request back, also once it is approved: the money goes back to the fund. 409: it has ended."""
    return tx.answered(_asked(await withdraw(tx, request_id, body.reason)))


@router.get("/fund-requests")
async def list_fund_requests(
    tx: Annotated[Transaction, reading("provider-manager", "prime-manager", BOARD)],
    query: Annotated[Asked, asking(FUND_REQUESTS)],
) -> Page[FundRequestOut]:
    """List requests, newest first: a provider its own, the prime all (BR-O7).

    `state=open&order=requested` is the queue of whoever decides.
    """
    results = await query.found(tx)
    tx.touched(*(f"participant/{row.participant_id}" for row in results.rows))
    return results.page(FundRequestOut.model_validate)


def _asked(row: FundRequestRow) -> FundRequestReceipt:
    return FundRequestReceipt.model_validate(
        {name: getattr(row, name) for name in FundRequestReceipt.model_fields},
    )
