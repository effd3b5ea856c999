"""The prime returns a claim to its provider, or the council queries it: item by item, each with what would satisfy."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast
from uuid import UUID

from claims.domain import request as ask
from claims.domain.request import Side, WhoActs
from claims.operations.advice.honour_receipt import honour_receipt
from claims.operations.advice.receipts import Receipts
from claims.operations.assessment.assess_claim import outcome_as_heard
from claims.operations.loading import claim_to_move
from claims.operations.problems import CannotAsk
from claims.operations.transitions import about, move
from claims.storage import claims
from claims.storage.tables.claims import ClaimRow
from claims.storage.tables.requests import ItemRequestRow
from common.contracts.claims import ClaimQueried, EvidenceReturned
from common.contracts.claims import ItemRequest as Asked
from common.ids import new_id
from common.transaction import Transaction
from rulebook.refusal import Refusal

from .answer_requests import keep_due_day
from .check_reasons import check_reasons


@dataclass(frozen=True, slots=True)
class ItemQuery:
    """What is asked: a coded reason, the item it is about, and what would satisfy (BR-F3)."""

    code: str
    remedy: str
    item_id: UUID | None = None
    due_on: date | None = None
    who_acts: WhoActs = "provider"


async def return_claim(tx: Transaction, claim_id: UUID, queries: Sequence[ItemQuery], receipts: Receipts) -> ClaimRow:
    """The prime sends the claim back to its provider, who acts.

    Raises:
        NoSuchClaim, NotInThatState, CannotAsk, ReceiptStands
    """
    queries = [replace(each, who_acts="provider") for each in queries]
    claim = await claim_to_move(tx, claim_id, "return")
    requests = await _ask(tx, claim, queries, "prime", receipts)
    event = EvidenceReturned(**tx.envelope(), **about(claim), requests=requests, returned_on=tx.today)
    move(tx, claim, "return", event, requests=[str(request.request_id) for request in requests])
    return claim


async def query_claim(tx: Transaction, claim_id: UUID, queries: Sequence[ItemQuery], receipts: Receipts) -> ClaimRow:
    """The council asks about items; the claim keeps its number, and the other claims of the month go on (BR-F6).

    Raises:
        NoSuchClaim, NotInThatState, SameHands
        CannotAsk: about an item the claim does not have or that passed before, or for a day that is past.
        ReceiptStands: for a rule that a pre-check let pass, and nothing has changed since.
    """
    claim = await claim_to_move(tx, claim_id, "query")
    requests = await _ask(tx, claim, queries, "council", receipts)
    event = ClaimQueried(**tx.envelope(), **about(claim), requests=requests, queried_on=tx.today)
    move(tx, claim, "query", event, requests=[str(request.request_id) for request in requests])
    return claim


async def _ask(
    tx: Transaction, claim: ClaimRow, queries: Sequence[ItemQuery], asked_by: Side, receipts: Receipts
) -> tuple[Asked, ...]:
    await check_reasons(tx, "return" if asked_by == "prime" else "query", (each.code for each in queries), claim)
    await _may_ask(tx, claim, queries, asked_by)
    await honour_receipt(tx, claim, [Refusal(a.code, "It is asked for.", a.remedy) for a in queries], receipts)
    requests = tuple(
        Asked(request_id=new_id(), code=a.code, item_id=a.item_id, due_on=a.due_on, who_acts=a.who_acts)
        for a in queries
    )
    for request, each in zip(requests, queries, strict=True):
        tx.session.add(
            ItemRequestRow(
                request_id=request.request_id,
                programme_id=tx.programme_id,
                provider_id=claim.provider_id,
                claim_id=claim.claim_id,
                asked_by=asked_by,
                revision=claim.revision,
                code=each.code,
                item_id=each.item_id,
                remedy=each.remedy,
                due_on=each.due_on,
                who_acts=each.who_acts,
                asked_on=tx.today,
            )
        )
    await keep_due_day(tx, claim)
    return requests


async def _may_ask(tx: Transaction, claim: ClaimRow, queries: Sequence[ItemQuery], side: Side) -> None:
    rows = await claims.heard_revisions(tx.session, claim.claim_id)
    revisions = {each.revision: outcome_as_heard(each, claim.subject_id).evidence for each in rows}
    now = revisions[claim.revision]
    requests = [ask.RaisedRequest(side, claim.revision, a.item_id, a.due_on) for a in queries]
    before = requests_made(await claims.requests_on(tx.session, claim.claim_id))
    refusals = (
        ask.items_are_the_claims(requests, now),
        ask.passed_items_stay_passed(requests, ask.passed_items(side, revisions, before, now)),
        ask.due_day_is_to_come(requests, tx.today),
    )
    if reasons := [refusal for refusal in refusals if refusal is not None]:
        raise CannotAsk(reasons)


def requests_made(rows: Sequence[ItemRequestRow]) -> list[ask.RaisedRequest]:
    """Requests as the domain reads them."""
    return [ask.RaisedRequest(cast(Side, row.asked_by), row.revision, row.item_id, row.due_on) for row in rows]
