from typing import Any
from uuid import UUID

from common.contracts.referrals import TriageCorrected
from common.transaction import Transaction
from common.web.refused import refuse_if_any
from referral_hub.domain.allocation import PlacementNeed, Rejudgement, judged_again, without
from referral_hub.domain.triage import refusals_of_completion
from referral_hub.operations.correcting import put_right
from referral_hub.operations.loading import policy_with, referral_held
from referral_hub.operations.problems import MoveNotPossible
from referral_hub.operations.requests import TriageIn
from referral_hub.storage.allocations import allocation_to_change, handed_back_by
from referral_hub.storage.policies import Policy
from referral_hub.storage.providers import candidates_of
from referral_hub.storage.tables.allocations import AllocationRow
from referral_hub.storage.tables.referrals import ReferralRow

from .triage_referral import PersonLookup, restrict, write_down

TRIAGED = (
    "aspirations", "strengths", "needs", "risk_level", "specialism", "intensity", "complex", "priority",
    "priority_reasons", "priority_note",
)  # fmt: skip


async def correct_triage(
    tx: Transaction, referral_id: UUID, assessment: TriageIn, reason: str
) -> tuple[ReferralRow, Rejudgement | None]:
    """Put a triage right: the one before stays readable, and a placement that rested on it is judged again.

    The placement itself stands until the hub takes it back; its provider's capacity counts what is needed now.

    Raises:
        Refused: the assessment lacks something, or says nothing new.
        MoveNotPossible: the referral was never triaged.
        NoSuchReferral, StaleVersion: see `referral_held`.
    """
    referral = await referral_held(tx, referral_id)
    policy, lookup = await policy_with(tx, PersonLookup, participant_id=referral.participant_id)
    if referral.triaged_on is None:
        raise MoveNotPossible("This referral has no triage yet: triage it.", state=referral.state)
    refuse_if_any(refusals_of_completion(assessment.in_conversation, policy.triage))
    before = _told(referral)
    write_down(referral, assessment, policy.triage)
    referral.version += 1
    put_right(tx, "triage", referral.id, referral.participant_id, reason, before, _told(referral))
    restricted: bool = await restrict(tx, referral, lookup.participant)
    rejudgement = await _judge_again(tx, referral, policy)
    tx.announce(
        TriageCorrected(
            **tx.envelope(),
            participant_id=referral.participant_id,
            referral_id=referral.id,
            corrected_on=tx.today,
            specialism=assessment.specialism,
            intensity=assessment.intensity,
            complex=referral.complex,
            priority=referral.priority,
            restricted=restricted,
            allocation_id=referral.allocation_id,
            provider_id=referral.provider_id,
            would_differ=rejudgement.would_differ if rejudgement else None,
        )
    )
    return referral, rejudgement


def _told(referral: ReferralRow) -> dict[str, Any]:
    return {name: getattr(referral, name) for name in TRIAGED}


async def _judge_again(tx: Transaction, referral: ReferralRow, policy: Policy) -> Rejudgement | None:
    """What the placement looks like now; none where nobody is placed, or the case has ended."""
    allocation = await allocation_to_change(tx.session, referral.allocation_id) if referral.allocation_id else None
    if allocation is None or referral.state != "allocated" or referral.specialism is None or referral.intensity is None:
        return None
    handed_back = await handed_back_by(tx.session, referral.id)
    before = PlacementNeed(allocation.specialism, allocation.intensity, handed_back)
    after = PlacementNeed(referral.specialism, referral.intensity, handed_back)
    candidates = without(await candidates_of(tx.session, tx.programme_id), allocation.provider_id, allocation.intensity)
    _follow(tx, allocation, referral)
    return judged_again(allocation.provider_id, before, after, candidates, tx.today, policy.weights)


def _follow(tx: Transaction, allocation: AllocationRow, referral: ReferralRow) -> None:
    if referral.specialism is not None and referral.intensity is not None:
        allocation.specialism, allocation.intensity = referral.specialism, referral.intensity
    allocation.complex = referral.complex
    allocation.version += 1
    tx.touched(f"allocation/{allocation.id}")
