"""What the prime and the council decide about a claim, step by step."""

from typing import Annotated
from uuid import UUID

from claims.operations.decisions.agree_exception import agree_exception
from claims.operations.decisions.approve_claim import approve_claim, submit_claim
from claims.operations.decisions.ask_about_items import ItemQuery, query_claim, return_claim
from claims.operations.decisions.challenge_claim import challenge_claim
from claims.operations.decisions.decide_on_basis import decide_on_basis
from claims.operations.decisions.record_answer import record_answer
from claims.operations.decisions.refuse_claim import refuse_claim
from claims.operations.decisions.reinstate_claim import reinstate_claim
from claims.operations.decisions.reopen_claim import reopen_claim
from claims.operations.decisions.undo_decision import undo_decision
from claims.operations.decisions.verify_claim import verify_claim
from claims.operations.decisions.withdraw_claim import withdraw_claim
from claims.operations.requests import (
    AgreementIn,
    AnswerIn,
    ApprovalIn,
    BasisDecisionIn,
    ReasonedIn,
    RefusalsIn,
    RequestsIn,
    WithdrawalIn,
)
from claims.storage.tables.claims import ClaimRow
from common.transaction import Transaction
from common.web.access import deciding
from common.web.routing import Routes
from rulebook.refusal import Refusal

from .responses.decisions import ActReceipt
from .roles import CHALLENGERS, Signer

router = Routes(prefix="/v1/claims/{claim_id}", tags=["decisions"])

Prime = Annotated[Transaction, deciding("prime-manager")]
Verifier = Annotated[Transaction, deciding("council-verifier")]


def acted(tx: Transaction, claim: ClaimRow) -> ActReceipt:
    return tx.answered(
        ActReceipt(
            id=claim.claim_id, number=claim.number, state=claim.state, revision=claim.revision, version=claim.version
        )
    )


def items_asked(body: RequestsIn) -> list[ItemQuery]:
    return [ItemQuery(each.code, each.remedy, each.item_id, each.due_on, each.who_acts) for each in body.requests]


@router.post("/approval")
async def approve(claim_id: UUID, body: ApprovalIn, tx: Prime, receipts: Signer) -> ActReceipt:
    """Accept the evidence and, unless `submit` is false, claim the outcome from the council (BR-F1, A-63).

    422 with every refusal and its remedy while a rule stands against it; 403 for whoever recorded it (BR-F5).
    """
    return acted(tx, await approve_claim(tx, claim_id, receipts, submit=body.submit, note_code=body.note_code))


@router.post("/return")
async def send_back(claim_id: UUID, body: RequestsIn, tx: Prime, receipts: Signer) -> ActReceipt:
    """Send it back to the provider, item by item, each with what would satisfy (BR-F3).

    409 for a rule that a pre-check let pass on these very facts, and its receipt holds (U-01).
    """
    return acted(tx, await return_claim(tx, claim_id, items_asked(body), receipts))


@router.post("/submission")
async def submit(claim_id: UUID, tx: Prime) -> ActReceipt:
    """Claim an approved outcome from the council, or give a queried one back to it."""
    return acted(tx, await submit_claim(tx, claim_id))


@router.post("/query")
async def query(claim_id: UUID, body: RequestsIn, tx: Verifier, receipts: Signer) -> ActReceipt:
    """Ask about items; the claim keeps its number, and other claims go on (BR-F6).

    409 for a rule that a pre-check let pass on these very facts, and its receipt holds (U-01).
    """
    return acted(tx, await query_claim(tx, claim_id, items_asked(body), receipts))


@router.post("/agreements")
async def agree(claim_id: UUID, body: AgreementIn, tx: Verifier, receipts: Signer) -> ActReceipt:
    """Agree to an exception the rules ask for, on this claim alone (A-24, A-25)."""
    return acted(tx, await agree_exception(tx, claim_id, body.code, receipts))


@router.post("/answers")
async def answer(claim_id: UUID, body: AnswerIn, tx: Verifier, receipts: Signer) -> ActReceipt:
    """Record what a source answered about it, such as HMRC: a match is evidence of that kind (S-80, BR-E6).

    422 for a kind that no source answers in the programme; 409 once it is verified or withdrawn.
    """
    return acted(tx, await record_answer(tx, claim_id, body.kind, body.result, receipts))


@router.post("/verification")
async def verify(claim_id: UUID, tx: Verifier, receipts: Signer) -> ActReceipt:
    """Verify it: price, payment window, cap and shares are fixed now and for ever (BR-H1 to BR-H5).

    403 for whoever recorded, approved or submitted it (BR-F5); 409 when the month's statement has been issued.
    """
    return acted(tx, await verify_claim(tx, claim_id, receipts))


@router.post("/refusal")
async def refuse(claim_id: UUID, body: RefusalsIn, tx: Verifier, receipts: Signer) -> ActReceipt:
    """Refuse it, with every reason and what would satisfy (BR-F3).

    409 where a reason names a rule that a pre-check let pass on these very facts, and its receipt holds (U-01).
    """
    refusals = [Refusal(each.code, each.reason, each.remedy) for each in body.refusals]
    return acted(tx, await refuse_claim(tx, claim_id, refusals, receipts))


@router.post("/reopening")
async def reopen(claim_id: UUID, body: ReasonedIn, tx: Prime, receipts: Signer) -> ActReceipt:
    """Take a claim up again that was returned, approved, submitted, refused or withdrawn by mistake, under its number.

    It is approved anew, on the newest revision of its outcome. 409 where something else was claimed for the same in
    between, or the provider has taken the outcome back.
    """
    return acted(tx, await reopen_claim(tx, claim_id, body.code, body.reason, receipts))


@router.post("/undoing")
async def undo(claim_id: UUID, body: ReasonedIn, tx: Verifier, receipts: Signer) -> ActReceipt:
    """Take back the council's last decision: a verification in a month that is open, or a refusal.

    The claim is submitted again. 403 for whoever verified it: money moves, so another person agrees (BR-F5). 409 once
    the month's statement has been issued: challenge the claim then.
    """
    return acted(tx, await undo_decision(tx, claim_id, body.code, body.reason, receipts))


@router.post("/challenge")
async def challenge(claim_id: UUID, body: ReasonedIn, tx: Annotated[Transaction, deciding(*CHALLENGERS)]) -> ActReceipt:
    """Say that a verified claim should not have been verified: another person decides, by `basis-decision` (BR-F7).

    It stands meanwhile, and its month may be closed long since.
    """
    return acted(tx, await challenge_claim(tx, claim_id, body.code, body.reason))


@router.post("/reinstatement")
async def reinstate(claim_id: UUID, body: ReasonedIn, tx: Verifier, receipts: Signer) -> ActReceipt:
    """Give a claim its payment again that was taken back by mistake, at today's place under the caps.

    403 for whoever took it back. 409 where the outcome has been claimed anew in between.
    """
    return acted(tx, await reinstate_claim(tx, claim_id, body.code, body.reason, receipts))


@router.post("/withdrawal")
async def withdraw(claim_id: UUID, body: WithdrawalIn, tx: Prime, receipts: Signer) -> ActReceipt:
    """Take a claim back that is not verified; its key is free again."""
    return acted(tx, await withdraw_claim(tx, claim_id, body.reason, receipts))


@router.post("/basis-decision")
async def decide(claim_id: UUID, body: BasisDecisionIn, tx: Verifier) -> ActReceipt:
    """Decide on a claim whose basis changed after it had ended, or that was challenged (list `basis_changed=true`).

    Let it stand, or take its payment back: an adjustment in the next statement that can carry it, and the outcome may
    be recorded anew. 409 where nothing has changed, or nothing was paid; 403 for whoever challenged it.
    """
    return acted(tx, await decide_on_basis(tx, claim_id, body.decision, body.code, body.reason))
