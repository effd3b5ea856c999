"""Why a claim pays what it pays, to the penny: from the outcome to the statement's line (idea 11)."""

from uuid import UUID

from starlette.responses import Response

from portal.services import claims
from portal.visit import Visit

from .journey import JOURNEY


@JOURNEY.page("/claims/{claim_id}/explanation", claims.EXPLANATION)
async def explanation(visit: Visit, claim_id: UUID) -> Response:
    """Each step from what was achieved to who pays how much, and what said so."""
    reply = await visit.ask(claims.EXPLANATION, claim_id=claim_id)
    return visit.show("finance/explanation.html", claim=reply, may_read=visit.may(claims.CLAIM))
