"""Two records were two people after all: each has its own keys again, and what one cost the other is given back."""

from collections.abc import Sequence

from sqlalchemy import delete, update

from claims.storage import claims
from claims.storage.tables import Claim, ParticipantAlias
from common.contracts.claims import ClaimReopened
from common.contracts.referrals import ParticipantsUnmerged
from common.transaction import Transaction

from .acts import about, move
from .assess_claim import assess_outcome, card_of_claim, judged_under, keep_assessment
from .outcomes import outcome_as_heard
from .revise_claim import forget_approval
from .say_basis_changed import say_basis_changed

UNMERGED = "participants_unmerged"


async def unmerge_participants(tx: Transaction, event: ParticipantsUnmerged) -> None:
    """Give each person the claims of their own records back (BR-C6, BR-G1).

    A claim refused as a duplicate of the other's is taken up again under its number. A payment taken back because of
    the other's stays so until the council has looked: it is on its worklist, and the outcome may be recorded anew.
    """
    await claims.lock_subjects(tx.session, tx.programme_id, event.participant_id, event.alias_id)
    await _forget(tx, event)
    own = {event.alias_id, *event.others}
    held = [
        claim
        for subject in sorted({event.participant_id, *own})
        for claim in await claims.claims_of_subject(tx.session, tx.programme_id, subject)
    ]
    for claim in held:
        if claim.participant_id in own:
            claim.subject_id = event.alias_id
            tx.touched(f"claim/{claim.claim_id}", f"participant/{claim.participant_id}")
    await tx.session.flush()
    await _give_back(tx, held)


async def _forget(tx: Transaction, event: ParticipantsUnmerged) -> None:
    """The alias stands by itself again, with those that had pointed to it."""
    ours = ParticipantAlias.programme_id == tx.programme_id
    await tx.session.execute(delete(ParticipantAlias).where(ours, ParticipantAlias.alias_id == event.alias_id))
    pointed = ParticipantAlias.alias_id.in_(event.others)
    await tx.session.execute(update(ParticipantAlias).where(ours, pointed).values(survivor_id=event.alias_id))
    tx.touched(f"participant/{event.participant_id}", f"participant/{event.alias_id}")


async def _give_back(tx: Transaction, held: Sequence[Claim]) -> None:
    subjects = {claim.claim_id: claim.subject_id for claim in held}
    duplicates = await claims.refused_as_duplicates(tx.session, list(subjects))
    doubled = await claims.taken_back_for(tx.session, list(subjects))
    for claim in held:
        if claim.claim_id in duplicates:
            await _reopen(tx, claim)
        instead_of = doubled.get(claim.claim_id)
        if instead_of is not None and subjects.get(instead_of, claim.subject_id) != claim.subject_id:
            say_basis_changed(tx, claim, heard_revision=claim.revision, changed=(UNMERGED,))
            claim.version += 1


async def _reopen(tx: Transaction, claim: Claim) -> None:
    """Take a claim up again whose key is its own, as it was heard; whoever approved it does so anew."""
    heard = await claims.heard_revision(tx.session, claim)
    outcome = outcome_as_heard(heard, claim.subject_id)
    card = await card_of_claim(tx, claim, outcome.achieved_on)
    agreements = await claims.agreements_on(tx.session, claim.claim_id)
    assessment = await assess_outcome(tx, outcome, card, agreements)
    if assessment.duplicate:
        return
    judged_under(claim, assessment)
    last = await claims.last_assessment(tx.session, claim.claim_id)
    reopened = ClaimReopened(**tx.envelope(), **about(claim), reopened_on=tx.today)
    keep_assessment(tx, claim, assessment, last, "reopening", reopened.event_id)
    forget_approval(claim)
    move(tx, claim, "reopen", reopened, because=UNMERGED)
    await tx.session.flush()
