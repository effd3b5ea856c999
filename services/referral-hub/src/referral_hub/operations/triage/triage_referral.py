from uuid import UUID

from common.contracts.referrals import ReferralTriaged
from common.database.lookup import first
from common.transaction import Transaction
from common.web.refused import refuse_if_any
from referral_hub.domain.triage import (
    TriagePolicy,
    is_complex,
    refusals_of_completion,
)
from referral_hub.operations.loading import PolicyLookup, policy_with, referral_held
from referral_hub.operations.participants.restrict_participant import restrict_participant
from referral_hub.operations.referrals.tell_agency import PolicyAndStanding, tell_standing
from referral_hub.operations.requests import TriageIn
from referral_hub.operations.transitions import move
from referral_hub.storage.participants import PERSON
from referral_hub.storage.tables.participants import ParticipantRow
from referral_hub.storage.tables.referrals import ReferralRow

DOMESTIC_ABUSE = "domestic-abuse"
BY_TRIAGE = "by-triage"


class PersonLookup(PolicyLookup):
    """The person behind `participant_id`, merged or not."""

    participant: ParticipantRow | None = first(PERSON)


class TriageLookup(PersonLookup, PolicyAndStanding):
    """What a triage reads beside its referral."""


async def triage_referral(tx: Transaction, referral_id: UUID, assessment: TriageIn) -> ReferralRow:
    """Complete the standard assessment (BR-A4, BR-A6). Risk informs support and declines nobody (BR-A7).

    Raises:
        Refused: the assessment lacks something.
        NoSuchReferral, MoveNotPossible, StaleVersion: see `referral_held` and `move`.
    """
    referral = await referral_held(tx, referral_id)
    whose = {"participant_id": referral.participant_id, "referral_ids": [referral_id]}
    policy, lookup = await policy_with(tx, TriageLookup, **whose)
    refuse_if_any(refusals_of_completion(assessment.in_conversation, policy.triage))
    move(referral, "triaged")
    write_down(referral, assessment, policy.triage)
    referral.triaged_on = tx.today
    lookup.answer(tx, referral)
    await restrict(tx, referral, lookup.participant)
    _announce(tx, referral, assessment)
    tell_standing(tx, lookup, referral)
    return referral


def write_down(referral: ReferralRow, assessment: TriageIn, policy: TriagePolicy) -> None:
    referral.aspirations = list(assessment.aspirations)
    referral.strengths = list(assessment.strengths)
    referral.needs = sorted(set(assessment.needs))
    referral.risk_level = assessment.risk_level
    referral.specialism = assessment.specialism
    referral.intensity = assessment.intensity
    referral.complex = bool(assessment.complex) or is_complex(assessment.in_conversation, policy)
    by_criteria = [one for one in referral.priority_reasons if one != BY_TRIAGE]
    referral.priority_reasons = [*by_criteria, BY_TRIAGE] if assessment.priority_reason else by_criteria
    referral.priority = bool(referral.priority_reasons)
    referral.priority_note = assessment.priority_reason


async def restrict(tx: Transaction, referral: ReferralRow, participant: ParticipantRow | None) -> bool:
    """Whether the record is need-to-know, as it is from now on where this referral speaks of domestic abuse (§2.M).

    `participant` is the person behind it. What is need-to-know stays so: nothing is held for what is so already.
    """
    if participant is None or participant.restricted:
        return participant is not None
    if referral.specialism == DOMESTIC_ABUSE or referral.domestic_abuse_risk:
        await restrict_participant(tx, referral.participant_id)
    return participant.restricted


def _announce(tx: Transaction, referral: ReferralRow, assessment: TriageIn) -> None:
    tx.announce(
        ReferralTriaged(
            **tx.envelope(),
            participant_id=referral.participant_id,
            referral_id=referral.id,
            triaged_on=tx.today,
            specialism=assessment.specialism,
            intensity=assessment.intensity,
            complex=referral.complex,
            priority=referral.priority,
        )
    )
