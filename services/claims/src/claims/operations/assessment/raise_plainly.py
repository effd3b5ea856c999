"""Outcomes that are heard together: each that is plainly new is judged on what was read for all of them."""

from claims.domain.eligibility import Basis, assess
from claims.domain.others import rests_on_others
from claims.storage.access import lead_of
from claims.storage.new_outcomes import NewOutcomes, access_of
from claims.storage.tables.participants import ParticipantAccessRow
from common.contracts.cases import OutcomeEvidenced
from common.transaction import Transaction

from .outcomes import outcome_in
from .raise_claim import keep_raised


def raise_plainly(tx: Transaction, event: OutcomeEvidenced, facts: NewOutcomes) -> bool:
    """Raise a claim as `receive_outcome` would, unless it is a revision, of records that were merged, or another claim
    of the participant's would have to be judged again (BR-F1, BR-F8)."""
    participant_id = event.participant_id
    on_record = facts.on_record.get(participant_id, ())
    if event.outcome_id in facts.claimed or participant_id in facts.merged:
        return False
    for claim in on_record:
        rate = facts.rates[claim.claim_id]
        if claim.outcome == event.outcome or (rate is not None and rests_on_others(rate)):
            return False
    if access_of(event) not in facts.led:
        tx.session.add(ParticipantAccessRow(**lead_of(event)))
    precedents = facts.precedents_for(event.outcome)
    basis = Basis(tx.today, on_record, precedents=precedents, answers=facts.answers)
    assessment = assess(outcome_in(event, participant_id), facts.card_for(event), basis)
    keep_raised(tx, event, participant_id, assessment, next(facts.numbers))
    return True
