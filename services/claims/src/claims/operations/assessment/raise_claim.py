"""An evidenced outcome becomes a claim, once; a duplicate becomes one that is refused at once, under its own number."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from claims.domain.eligibility import Assessment
from claims.operations.transitions import about, keep_act
from claims.storage import claims, rate_cards
from claims.storage.tables.claims import ClaimRow, HeardOutcomeRow
from common.contracts.cases import OutcomeEvidenced
from common.contracts.claims import ClaimRaised, ClaimRefused
from common.database import added, write_by_table
from common.ids import new_id
from common.transaction import Transaction
from common.web.refused import told
from rulebook.claims_on_record import ClaimOnRecord
from rulebook.refusal import Refusal

from .assess_claim import NONE, assess_outcome, keep_assessment
from .outcomes import outcome_in


async def raise_claim(
    tx: Transaction, event: OutcomeEvidenced, subject_id: UUID, on_record: tuple[ClaimOnRecord, ...]
) -> ClaimRow:
    """Raise a claim for a participant whose keys are locked; it keeps facts and card version (BR-F1, BR-F8)."""
    outcome = outcome_in(event, subject_id)
    card = await rate_cards.card_for(tx.session, tx.programme_id, event.provider_id, event.achieved_on)
    assessment = await assess_outcome(tx, outcome, card, on_record=on_record)
    claim = keep_raised(tx, event, subject_id, assessment, await claims.next_number(tx.session, tx.programme_id))
    await write_by_table(tx.session, added(tx.session))
    return claim


def keep_raised(
    tx: Transaction, event: OutcomeEvidenced, subject_id: UUID, assessment: Assessment, number: str
) -> ClaimRow:
    """Add the claim and all that is kept of how it came about, yet to be written, and announce it."""
    claim = _new_claim(tx, event, subject_id, assessment, number)
    tx.session.add(claim)
    announcement = ClaimRaised(
        **tx.envelope(),
        **about(claim),
        achieved_on=claim.achieved_on,
        rate_card_version=claim.rate_card_version,
        ready=assessment.ready,
        refusals=codes_in(assessment),
    )
    tx.announce(announcement)
    keep_act(tx, claim, "raise", announcement.event_id, state="raised", ready=assessment.ready)
    if assessment.duplicate:
        say_duplicate(tx, claim, assessment.refusals)
    keep_heard(tx, claim, event, {})
    keep_assessment(tx, claim, assessment, None, "raised", announcement.event_id)
    return claim


def _new_claim(
    tx: Transaction, event: OutcomeEvidenced, subject_id: UUID, assessment: Assessment, number: str
) -> ClaimRow:
    return ClaimRow(
        claim_id=new_id(),
        programme_id=tx.programme_id,
        number=number,
        provider_id=event.provider_id,
        participant_id=event.participant_id,
        case_id=event.case_id,
        outcome_id=event.outcome_id,
        subject_kind=event.subject_kind,
        subject_id=subject_id,
        outcome=event.outcome,
        slot=event.slot,
        quantity=event.quantity,
        unit=event.unit,
        revision=event.revision,
        state="refused" if assessment.duplicate else "raised",
        ready=assessment.ready,
        achieved_on=event.achieved_on,
        rate_card=assessment.card or NONE,
        rate_card_version=assessment.version or NONE,
        recorded_by=[event.recorded_by],
        raised_on=tx.today,
        waiting_since=None if assessment.duplicate else tx.today,
        version=1,
    )


def keep_heard(tx: Transaction, claim: ClaimRow, event: OutcomeEvidenced, changes: dict[str, Any]) -> None:
    """Freeze a revision: the event's body as it was heard, and what it changed."""
    tx.session.add(
        HeardOutcomeRow(
            claim_id=claim.claim_id,
            revision=event.revision,
            programme_id=tx.programme_id,
            provider_id=claim.provider_id,
            event_id=event.event_id,
            body=event.model_dump(mode="json"),
            changed=changes,
            heard_at=tx.now,
        )
    )


def codes_in(assessment: Assessment) -> tuple[str, ...]:
    return tuple(refusal.code for refusal in assessment.refusals)


def say_duplicate(tx: Transaction, claim: ClaimRow, refusals: Sequence[Refusal]) -> None:
    """Announce that the key is used up by another live claim: a rule decided, nobody else (BR-G1)."""
    event = ClaimRefused(
        **tx.envelope(),
        **about(claim),
        refusals=tuple(refusal.code for refusal in refusals),
        refused_on=tx.today,
        automatic=True,
    )
    tx.announce(event)
    keep_act(tx, claim, "refuse-duplicate", event.event_id, refusals=told(refusals))
