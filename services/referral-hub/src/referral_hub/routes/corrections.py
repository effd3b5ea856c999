"""Putting right what was entered wrongly about a referral: by addition, with a reason (S-02, S-05)."""

from typing import Annotated
from uuid import UUID

from common.transaction import Transaction
from common.web.access import writing
from common.web.refused import told
from common.web.routing import Routes
from referral_hub.domain.allocation import Rejudgement
from referral_hub.operations.referrals.correct_referral import correct_referral
from referral_hub.operations.referrals.reopen_referral import reopen_referral
from referral_hub.operations.referrals.withdraw_question import withdraw_question
from referral_hub.operations.requests import FactsCorrectionIn, ReasonIn, TriageCorrectionIn
from referral_hub.operations.triage.correct_triage import correct_triage
from referral_hub.storage.corrections import corrections_of

from .responses.allocations import RefusalOut
from .responses.corrections import CorrectionOut, PlacementReceipt, TriageReceipt
from .responses.triage import ReferralMoveReceipt
from .triage import referral_answered

router = Routes(prefix="/v1/referrals", tags=["corrections"])


@router.post("/{referral_id}/corrections")
async def correct(
    referral_id: UUID, body: FactsCorrectionIn, tx: Annotated[Transaction, writing("hub")]
) -> ReferralMoveReceipt:
    """Put facts of a referral right; what stood stays readable, and what was judged by it is judged again.

    422 `refused`: the rules of arrival say no to what would stand.
    """
    changes = body.facts.model_dump(include=body.facts.model_fields_set)
    return referral_answered(tx, await correct_referral(tx, referral_id, changes, body.reason))


@router.post("/{referral_id}/triage/corrections")
async def correct_assessment(
    referral_id: UUID, body: TriageCorrectionIn, tx: Annotated[Transaction, writing("hub")]
) -> TriageReceipt:
    """Put a triage right. A placement that rested on it is judged again: the answer says how it would come out now.

    409: the referral was never triaged.
    """
    referral, rejudgement = await correct_triage(tx, referral_id, body.triage, body.reason)
    receipt = referral_answered(tx, referral)
    placement = _placement(referral.allocation_id, rejudgement)
    return tx.answered(TriageReceipt(**receipt.model_dump(), placement=placement))


@router.post("/{referral_id}/reopening")
async def reopen(referral_id: UUID, body: ReasonIn, tx: Annotated[Transaction, writing("hub")]) -> ReferralMoveReceipt:
    """Open a referral again that was declined, or closed after one-off support, by mistake.

    409: its case has closed since, or the person has been referred again.
    """
    return referral_answered(tx, await reopen_referral(tx, referral_id, body.reason))


@router.post("/{referral_id}/information-requests/{question_id}/withdrawal")
async def take_question_back(
    referral_id: UUID, question_id: UUID, body: ReasonIn, tx: Annotated[Transaction, writing("hub")]
) -> ReferralMoveReceipt:
    """Take a question back that needs no answer; the referral goes on where it was, and never waited for it."""
    return referral_answered(tx, await withdraw_question(tx, referral_id, question_id, body.reason))


async def corrections_shown(tx: Transaction, *of_ids: UUID) -> dict[UUID, list[CorrectionOut]]:
    """What was put right of each of these things."""
    rows = await corrections_of(tx.session, of_ids)
    return {one: [CorrectionOut.model_validate(each) for each in rows if each.of_id == one] for one in of_ids}


def _placement(allocation_id: UUID | None, rejudgement: Rejudgement | None) -> PlacementReceipt | None:
    if allocation_id is None or rejudgement is None:
        return None
    return PlacementReceipt(
        allocation_id=allocation_id,
        provider_id=rejudgement.provider_id,
        fits=not rejudgement.reasons,
        reasons=[RefusalOut(**one) for one in told(rejudgement.reasons)],
        recommended=rejudgement.recommended,
        would_differ=rejudgement.would_differ,
    )
