"""What a participant's own record lets be claimed next."""

from typing import Annotated
from uuid import UUID

from claims.domain.prospect import Prospect
from claims.domain.revision import ComparedCheck
from claims.operations.advice.look_ahead import look_ahead
from claims.operations.assessment.assess_claim import check_shown
from common.transaction import Transaction
from common.web.access import reading
from common.web.routing import Routes

from .responses.claims import CheckOut
from .responses.participants import ProspectOut, Prospects
from .roles import PROVIDERS

router = Routes(prefix="/v1/participants", tags=["participants"])

Reader = Annotated[Transaction, reading("prime-manager", "council-verifier", *PROVIDERS)]


@router.get("/{participant_id}/prospects")
async def show_prospects(participant_id: UUID, tx: Reader) -> Prospects:
    """What may be claimed next for someone, from when, and what is missing, as if each were achieved today; no prices.

    Counted from what the asker may see of the newest referral, and `told_by` says which of it there is: its allocation,
    case, plan, assessments and claims. A rule that needs more cannot tell, and names it. 404 where there is nothing.
    """
    ahead = await look_ahead(tx, participant_id)
    return Prospects(
        participant_id=participant_id,
        provider_id=ahead.period.provider_id,
        rate_card=ahead.card.card if ahead.card else "",
        rate_card_version=ahead.card.version if ahead.card else "",
        told_by=sorted(ahead.period.told_by),
        items=[prospect_shown(each) for each in ahead.prospects],
    )


def prospect_shown(prospect: Prospect) -> ProspectOut:
    return ProspectOut(
        outcome=prospect.rate.code,
        title=prospect.rate.title,
        slot=prospect.slot,
        from_on=prospect.from_on,
        missing=[CheckOut(**check_shown(ComparedCheck(check, None, None))) for check in prospect.missing],
    )
