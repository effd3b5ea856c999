"""The prime returns a claim to its provider, or the council queries it: item by item, each with what would satisfy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from claims.storage import claims
from claims.storage.tables import Claim, ItemRequest
from common.contracts.claims import ClaimQueried, EvidenceReturned
from common.contracts.claims import ItemRequest as Asked
from common.ids import new_id
from common.transaction import Transaction

from .acts import about, claim_to_move, move
from .outcomes import outcome_as_heard
from .problems import NoSuchItem


@dataclass(frozen=True, slots=True)
class ItemAsked:
    """What is asked: a coded reason, the item it is about, and what would satisfy (BR-F3)."""

    code: str
    remedy: str
    item_id: UUID | None = None
    due_on: date | None = None


async def return_claim(tx: Transaction, claim_id: UUID, asked: Sequence[ItemAsked]) -> Claim:
    """The prime sends the claim back to its provider.

    Raises:
        NoSuchClaim, NotInThatState, NoSuchItem
    """
    claim = await claim_to_move(tx, claim_id, "return")
    requests = await _ask(tx, claim, asked, "prime")
    event = EvidenceReturned(**tx.envelope(), **about(claim), requests=requests, returned_on=tx.today)
    move(tx, claim, "return", event, requests=[str(request.request_id) for request in requests])
    return claim


async def query_claim(tx: Transaction, claim_id: UUID, asked: Sequence[ItemAsked]) -> Claim:
    """The council asks about items; the claim keeps its number, and the other claims of the month go on (BR-F6).

    Raises:
        NoSuchClaim, NotInThatState, SameHands, NoSuchItem
    """
    claim = await claim_to_move(tx, claim_id, "query")
    requests = await _ask(tx, claim, asked, "council")
    event = ClaimQueried(**tx.envelope(), **about(claim), requests=requests, queried_on=tx.today)
    move(tx, claim, "query", event, requests=[str(request.request_id) for request in requests])
    return claim


async def _ask(
    tx: Transaction, claim: Claim, asked: Sequence[ItemAsked], asked_by: Literal["prime", "council"]
) -> tuple[Asked, ...]:
    heard = await claims.heard_revision(tx.session, claim)
    items = {item.item_id for item in outcome_as_heard(heard, claim.subject_id).evidence}
    if unknown := [each.item_id for each in asked if each.item_id is not None and each.item_id not in items]:
        raise NoSuchItem("Name items of the revision the claim stands on.", items=[str(item) for item in unknown])
    requests = tuple(Asked(request_id=new_id(), code=a.code, item_id=a.item_id, due_on=a.due_on) for a in asked)
    for request, each in zip(requests, asked, strict=True):
        tx.session.add(
            ItemRequest(
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
                asked_on=tx.today,
            )
        )
    return requests
