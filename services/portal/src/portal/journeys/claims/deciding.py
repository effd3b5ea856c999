"""Decisions of one press: verified by the council, approved or submitted by the prime; then the next claim."""

from uuid import UUID

from starlette.responses import Response

from portal.services import claims
from portal.visit import Visit

from .claim import BESIDE, DECISIONS, show_claim
from .desk import JOURNEY, on_to_the_next
from .forms import APPROVE, SUBMIT, VERIFY

ALSO = (*BESIDE, *DECISIONS, claims.CLAIMS)


@JOURNEY.page("/claims/{claim_id}/verification", claims.CLAIM, claims.VERIFICATION, also=ALSO)
async def verification(visit: Visit, claim_id: UUID) -> Response:
    """The claim, to be verified: what it pays is then fixed."""
    return await show_claim(visit, claim_id, VERIFY)


@verification.post
async def verify(visit: Visit, claim_id: UUID) -> Response:
    """Verify it, and go on to the claim that waits longest."""
    visit.body(VERIFY)
    receipt = await visit.ask(claims.VERIFICATION, claim_id=claim_id)
    return await on_to_the_next(visit, receipt, "claims.verify.done")


@JOURNEY.page("/claims/{claim_id}/approval", claims.CLAIM, claims.APPROVAL, also=ALSO)
async def approval(visit: Visit, claim_id: UUID) -> Response:
    """The claim with its checklist, to be approved."""
    return await show_claim(visit, claim_id, APPROVE)


@approval.post
async def approve(visit: Visit, claim_id: UUID) -> Response:
    """Approve it, and go on to the claim that waits longest."""
    receipt = await visit.ask(claims.APPROVAL, visit.body(APPROVE), claim_id=claim_id)
    return await on_to_the_next(visit, receipt, "claims.approve.done")


@JOURNEY.page("/claims/{claim_id}/submission", claims.CLAIM, claims.CLAIMING, also=ALSO)
async def claiming(visit: Visit, claim_id: UUID) -> Response:
    """The claim, to be claimed from the council."""
    return await show_claim(visit, claim_id, SUBMIT)


@claiming.post
async def submit(visit: Visit, claim_id: UUID) -> Response:
    """Claim it from the council, and go on to the claim that waits longest."""
    visit.body(SUBMIT)
    receipt = await visit.ask(claims.CLAIMING, claim_id=claim_id)
    return await on_to_the_next(visit, receipt, "claims.submit.done")
