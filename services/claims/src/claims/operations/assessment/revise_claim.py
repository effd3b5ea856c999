"""A corrected outcome goes to its claim, under the same number; what passed before stays visibly passed (BR-F4)."""

from dataclasses import asdict
from datetime import date
from typing import Any

from pydantic_core import to_jsonable_python

from claims.domain.claim import ENDS
from claims.domain.eligibility import Assessment
from claims.domain.revision import names_of, what_changed
from claims.operations.decisions.answer_requests import answer_requests
from claims.operations.transitions import about, keep_act, say_duplicate, stand_in, state_after
from claims.storage import claims
from claims.storage.tables.claims import ClaimAssessmentRow, ClaimRow
from common.contracts.cases import OutcomeEvidenced
from common.contracts.claims import ClaimRevised
from common.transaction import Transaction
from rulebook.claims_on_record import ClaimOnRecord

from .announce_changed_basis import announce_changed_basis
from .assess_claim import (
    answers_as_before,
    assess_outcome,
    card_of_claim,
    judged_under,
    keep_assessment,
    keep_heard,
    outcome_as_heard,
    outcome_in,
)


async def revise_claim(
    tx: Transaction, claim: ClaimRow, event: OutcomeEvidenced, on_record: tuple[ClaimOnRecord, ...]
) -> None:
    """Attach a newer revision to its claim and ask every rule again; it needs the prime's approval anew.

    A verified or withdrawn claim stays as it is: the revision is kept, and its basis said to have changed. Where
    nobody said the outcome anew, but something it rests on was put right, and every rule answers as before, nothing
    more is to be decided: claim and approval stand.
    """
    outcome = outcome_in(event, claim.subject_id)
    revisions = await claims.heard_revisions(tx.session, claim.claim_id)
    if event.revision <= revisions[-1].revision:
        return
    changes = what_changed(outcome_as_heard(revisions[-1], claim.subject_id), outcome)
    detail: dict[str, Any] = to_jsonable_python(asdict(changes))
    keep_heard(tx, claim, event, detail)
    await tx.session.flush()
    card = await card_of_claim(tx, claim, outcome.achieved_on)
    assessment = await assess_outcome(tx, outcome, card, claim, on_record=on_record)
    last = await claims.last_assessment(tx.session, claim.claim_id)
    if event.cause is not None and answers_as_before(assessment, last):
        _stand(tx, claim, event, assessment, last, detail)
    elif claim.state in ENDS:
        announce_changed_basis(tx, claim, heard_revision=event.revision, changes=names_of(changes))
    else:
        await _take_up(tx, claim, event, assessment, last, detail)


def _stand(
    tx: Transaction,
    claim: ClaimRow,
    event: OutcomeEvidenced,
    assessment: Assessment,
    last: ClaimAssessmentRow | None,
    changes: dict[str, Any],
) -> None:
    """Judged again with the same answers; a claim that has ended keeps the revision it was decided on."""
    if claim.state not in ENDS:
        claim.revision, claim.version = event.revision, claim.version + 1
        keep_assessment(tx, claim, assessment, last, "revised", None)
    keep_act(tx, claim, "judged-again", None, cause=event.cause, heard=event.revision, changed=changes)


async def take_up_revision(tx: Transaction, claim: ClaimRow, event: OutcomeEvidenced, changes: dict[str, Any]) -> None:
    """Set the claim on a revision that was heard, and ask every rule of it; it needs the prime's approval anew."""
    outcome = outcome_in(event, claim.subject_id)
    card = await card_of_claim(tx, claim, outcome.achieved_on)
    assessment = await assess_outcome(tx, outcome, card, claim)
    last = await claims.last_assessment(tx.session, claim.claim_id)
    await _take_up(tx, claim, event, assessment, last, changes)


async def _take_up(
    tx: Transaction,
    claim: ClaimRow,
    event: OutcomeEvidenced,
    assessment: Assessment,
    last: ClaimAssessmentRow | None,
    changes: dict[str, Any],
) -> None:
    await answer_requests(tx, claim, event.revision)
    _begin_again(claim, event, assessment, tx.today)
    announcement = ClaimRevised(
        **tx.envelope(),
        **about(claim),
        achieved_on=claim.achieved_on,
        rate_card_version=claim.rate_card_version,
        ready=assessment.ready,
        refusals=assessment.codes,
    )
    tx.announce(announcement)
    keep_act(tx, claim, "revise", announcement.event_id, state="raised", ready=assessment.ready, changed=changes)
    if assessment.duplicate:
        say_duplicate(tx, claim, assessment.refusals)
    keep_assessment(tx, claim, assessment, last, "revised", announcement.event_id)
    await tx.session.flush()


def _begin_again(claim: ClaimRow, event: OutcomeEvidenced, assessment: Assessment, on: date) -> None:
    """The revision's facts, and nobody's approval yet."""
    state = state_after(claim, "revise")
    stand_in(claim, "refused" if assessment.duplicate else state, on)
    claim.revision = event.revision
    claim.outcome, claim.slot, claim.achieved_on = event.outcome, event.slot, event.achieved_on
    claim.quantity, claim.unit = event.quantity, event.unit
    judged_under(claim, assessment)
    claim.recorded_by = sorted({*claim.recorded_by, event.recorded_by})
    forget_approval(claim)
    claim.version += 1


def forget_approval(claim: ClaimRow) -> None:
    """Approval and submission are of what was approved; the history keeps who gave them."""
    claim.approved_by = claim.approved_on = claim.submitted_by = claim.submitted_on = None
