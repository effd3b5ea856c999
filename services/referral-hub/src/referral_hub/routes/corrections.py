"""Putting right what was entered wrongly about a referral: by addition, with a reason (S-02, S-05)."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, model_validator

from common.transaction import Answer, Transaction
from common.web.access import writing
from common.web.fields import BusinessDay, Prose, RequestBody, Sentence, ShortCode
from common.web.refused import told
from referral_hub.domain.allocation import Rejudged
from referral_hub.operations.referrals.correct_referral import correct_referral
from referral_hub.operations.referrals.reopen_referral import reopen_referral
from referral_hub.operations.referrals.withdraw_question import withdraw_question
from referral_hub.operations.triage.correct_triage import correct_triage
from referral_hub.operations.triage.triage_referral import Assessment
from referral_hub.storage.corrections import corrections_of

from .allocations import RefusalOut
from .triage import Codes, ReferralMoved, TriageIn, referral_answered

router = APIRouter(prefix="/v1/referrals", tags=["corrections"])

NEVER_NOTHING = (
    "source", "needs", "referred_on", "homeless_at_referral", "threatened_with_eviction", "domestic_abuse_risk",
    "housed_at_referral", "stable_employment_at_referral", "funding_stream", "consent_to_share",
    "believed_of_age",
)  # fmt: skip


class CorrectionOut(BaseModel):
    """What was put right: only what is different, before and after."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: str
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]
    made_by: str
    """The id of who did it, as in the audit."""
    made_at: datetime


class ReasonIn(RequestBody):
    reason: Sentence
    """What was wrong, and how it is known."""


class FactsIn(RequestBody):
    """Facts of a referral as they should have been entered; what is left out stays as it is."""

    source: ShortCode | None = None
    agency_id: ShortCode | None = None
    """Nothing (`null`) for a self-referral."""
    pathway: ShortCode | None = None
    """Nothing (`null`) for none."""
    referred_on: BusinessDay | None = None
    needs: Codes | None = None
    homeless_at_referral: bool | None = None
    threatened_with_eviction: bool | None = None
    domestic_abuse_risk: bool | None = None
    """Whoever was once known to be at risk stays need-to-know (§2.M)."""
    release_on: BusinessDay | None = None
    housed_at_referral: bool | None = None
    stable_employment_at_referral: bool | None = None
    funding_stream: Literal["lcf", "historic"] | None = None
    consent_to_share: bool | None = None
    believed_of_age: bool | None = None
    notes: Prose | None = None

    @model_validator(mode="after")
    def nothing_is_emptied_that_must_be_said(self) -> Self:
        emptied = [name for name in NEVER_NOTHING if name in self.model_fields_set and getattr(self, name) is None]
        if emptied:
            raise ValueError(f"cannot be nothing: {', '.join(emptied)}; leave out what stays as it is")
        return self


class FactsCorrectionIn(ReasonIn):
    facts: FactsIn


class TriageCorrectionIn(ReasonIn):
    triage: TriageIn
    """The whole assessment, as it should have been."""


class PlacementJudged(Answer):
    """A placement looked at again after its triage was put right. It stands until somebody takes it back."""

    allocation_id: UUID
    provider_id: str
    fits: bool
    reasons: list[RefusalOut]
    """Why that provider does not fit what is needed."""
    recommended: str | None
    """Who would be recommended now."""
    would_differ: bool
    """To place again, withdraw the allocation while its case has not begun."""


class TriageAnswer(ReferralMoved):
    placement: PlacementJudged | None
    """None while nobody is placed."""


@router.post("/{referral_id}/corrections")
async def correct(
    referral_id: UUID, body: FactsCorrectionIn, tx: Annotated[Transaction, writing("hub")]
) -> ReferralMoved:
    """Put facts of a referral right; what stood stays readable, and what was judged by it is judged again.

    422 `refused`: the rules of arrival say no to what would stand.
    """
    changes = body.facts.model_dump(include=body.facts.model_fields_set)
    return referral_answered(tx, await correct_referral(tx, referral_id, changes, body.reason))


@router.post("/{referral_id}/triage/corrections")
async def correct_assessment(
    referral_id: UUID, body: TriageCorrectionIn, tx: Annotated[Transaction, writing("hub")]
) -> TriageAnswer:
    """Put a triage right. A placement that rested on it is judged again: the answer says how it would come out now.

    409: the referral was never triaged.
    """
    assessment = Assessment(**body.triage.model_dump())
    referral, rejudged = await correct_triage(tx, referral_id, assessment, body.reason)
    moved = referral_answered(tx, referral)
    placement = _placement(referral.allocation_id, rejudged)
    return tx.answered(TriageAnswer(**moved.model_dump(), placement=placement))


@router.post("/{referral_id}/reopening")
async def reopen(referral_id: UUID, body: ReasonIn, tx: Annotated[Transaction, writing("hub")]) -> ReferralMoved:
    """Open a referral again that was declined, or closed after one-off support, by mistake.

    409: its case has closed since, or the person has been referred again.
    """
    return referral_answered(tx, await reopen_referral(tx, referral_id, body.reason))


@router.post("/{referral_id}/information-requests/{question_id}/withdrawal")
async def take_question_back(
    referral_id: UUID, question_id: UUID, body: ReasonIn, tx: Annotated[Transaction, writing("hub")]
) -> ReferralMoved:
    """Take a question back that needs no answer; the referral goes on where it was, and never waited for it."""
    return referral_answered(tx, await withdraw_question(tx, referral_id, question_id, body.reason))


async def corrections_shown(tx: Transaction, *of_ids: UUID) -> dict[UUID, list[CorrectionOut]]:
    """What was put right of each of these things."""
    found = await corrections_of(tx.session, of_ids)
    return {one: [CorrectionOut.model_validate(each) for each in found if each.of_id == one] for one in of_ids}


def _placement(allocation_id: UUID | None, rejudged: Rejudged | None) -> PlacementJudged | None:
    if allocation_id is None or rejudged is None:
        return None
    return PlacementJudged(
        allocation_id=allocation_id,
        provider_id=rejudged.provider_id,
        fits=not rejudged.reasons,
        reasons=[RefusalOut(**one) for one in told(rejudged.reasons)],
        recommended=rejudged.recommended,
        would_differ=rejudged.would_differ,
    )
