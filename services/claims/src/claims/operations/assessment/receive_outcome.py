"""An evidenced outcome was heard: it is a new claim, or a revision of the claim it already has."""

from claims.operations.loading import claim_among_others
from claims.storage import claims
from claims.storage.access import give_lead
from common.contracts.cases import OutcomeEvidenced
from common.transaction import Transaction

from .judge_others import others_judged
from .raise_claim import raise_claim
from .revise_claim import revise_claim


async def receive_outcome(tx: Transaction, event: OutcomeEvidenced) -> None:
    """Raise or revise, with the participant's keys locked, so that of two at once one is the duplicate (BR-F8)."""
    await claims.lock_subjects(tx.session, tx.programme_id, event.participant_id)
    subject_id = await claims.survivor_of(tx.session, tx.programme_id, event.participant_id)
    if subject_id != event.participant_id:
        await claims.lock_subjects(tx.session, tx.programme_id, subject_id)
    claim_id = await claims.id_of_outcome(tx.session, tx.programme_id, event.outcome_id)
    claim = None if claim_id is None else await claim_among_others(tx, claim_id)
    await give_lead(tx.session, event)
    async with others_judged(tx, subject_id if claim is None else claim.subject_id) as on_record:
        if claim is None:
            await raise_claim(tx, event, subject_id, on_record[subject_id])
        else:
            await revise_claim(tx, claim, event, on_record[claim.subject_id])
