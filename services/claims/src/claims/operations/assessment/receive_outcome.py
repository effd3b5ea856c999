"""An evidenced outcome was heard: it is a new claim, once, or a revision of the claim it already has.

Several that are heard together and plainly new are judged on one reading of what is known (`raise_plainly`, ADR 0034);
all others one by one (`receive_outcome`). Both keep the same (`_keep_raised`): a duplicate becomes a claim that is
refused at once, under its own number. A revision goes on in `revise_claim`, the participant's other claims in
`judge_others`.
"""

from uuid import UUID

from claims.domain.eligibility import Assessment, Basis, assess
from claims.domain.others import rests_on_others
from claims.operations.loading import claim_among_others
from claims.operations.transitions import about, keep_act, say_duplicate
from claims.storage import claims, rate_cards
from claims.storage.access import give_lead, lead_of
from claims.storage.new_outcomes import NewOutcomes, access_of
from claims.storage.tables.claims import ClaimRow
from claims.storage.tables.participants import ParticipantAccessRow
from common.contracts.cases import OutcomeEvidenced
from common.contracts.claims import ClaimRaised
from common.database import added, write_by_table
from common.ids import new_id
from common.transaction import Transaction
from rulebook.claims_on_record import ClaimOnRecord

from .assess_claim import NONE, assess_outcome, keep_assessment, keep_heard, outcome_in
from .judge_others import others_judged
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
            await _raise(tx, event, subject_id, on_record[subject_id])
        else:
            await revise_claim(tx, claim, event, on_record[claim.subject_id])


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
    _keep_raised(tx, event, participant_id, assessment, next(facts.numbers))
    return True


async def _raise(
    tx: Transaction, event: OutcomeEvidenced, subject_id: UUID, on_record: tuple[ClaimOnRecord, ...]
) -> None:
    """Raise a claim for a participant whose keys are locked; it keeps facts and card version (BR-F1, BR-F8)."""
    outcome = outcome_in(event, subject_id)
    card = await rate_cards.card_for(tx.session, tx.programme_id, event.provider_id, event.achieved_on)
    assessment = await assess_outcome(tx, outcome, card, on_record=on_record)
    _keep_raised(tx, event, subject_id, assessment, await claims.next_number(tx.session, tx.programme_id))
    await write_by_table(tx.session, added(tx.session))


def _keep_raised(
    tx: Transaction, event: OutcomeEvidenced, subject_id: UUID, assessment: Assessment, number: str
) -> None:
    """Add the claim and all that is kept of how it came about, yet to be written, and announce it."""
    claim = _new_claim(tx, event, subject_id, assessment, number)
    tx.session.add(claim)
    announcement = ClaimRaised(
        **tx.envelope(),
        **about(claim),
        achieved_on=claim.achieved_on,
        rate_card_version=claim.rate_card_version,
        ready=assessment.ready,
        refusals=assessment.codes,
    )
    tx.announce(announcement)
    keep_act(tx, claim, "raise", announcement.event_id, state="raised", ready=assessment.ready)
    if assessment.duplicate:
        say_duplicate(tx, claim, assessment.refusals)
    keep_heard(tx, claim, event, {})
    keep_assessment(tx, claim, assessment, None, "raised", announcement.event_id)


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
