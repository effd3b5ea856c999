from collections.abc import Sequence
from typing import Any
from uuid import UUID

from common.contracts.referrals import ParticipantAllocated
from common.ids import new_id
from common.transaction import Transaction
from common.web.refused import refuse_if_any, told
from referral_hub.domain.allocation import Candidate, PlacementNeed, Weighing, allocate
from referral_hub.domain.allocation import Choice as Verdict
from referral_hub.domain.override import Override, overridden, refusals_of_override
from referral_hub.domain.referral import WAYS_ON
from referral_hub.operations.loading import policy_in_force, referral_held
from referral_hub.operations.problems import MoveNotPossible, NobodyFits, NoSuchParticipant
from referral_hub.operations.transitions import move
from referral_hub.storage.allocations import handed_back_by
from referral_hub.storage.participants import give_lead, participant_to_change
from referral_hub.storage.providers import candidates_of
from referral_hub.storage.tables.allocations import AllocationRow
from referral_hub.storage.tables.participants import ParticipantRow
from referral_hub.storage.tables.referrals import ReferralRow


async def allocate_participant(
    tx: Transaction, referral_id: UUID, provider_id: str | None, override_reason: str | None
) -> AllocationRow:
    """Place a triaged participant by expertise, capacity and intensity, and keep why (BR-A2, BR-A3, BR-A12).

    Providers are held, so that two allocations never fill the same place. Another provider than the one recommended
    needs a reason.

    Raises:
        NobodyFits: no provider fits; the referral stays on the waiting list.
        Refused: the override may not be made.
        NoSuchReferral, MoveNotPossible, StaleVersion: see `referral_held` and `move`.
    """
    policy = await policy_in_force(tx)
    referral = await referral_held(tx, referral_id)
    need = placement_need(referral, await handed_back_by(tx.session, referral_id))
    candidates = await candidates_of(tx.session, tx.programme_id)
    recommendation = allocate(need, candidates, tx.today, policy.weights)
    verdict = _decided(recommendation, provider_id, override_reason)
    explanation = explained(verdict, candidates)
    if verdict.chosen is None:
        raise NobodyFits("Wait for capacity, or choose a provider with a reason.", explanation=explanation)
    participant = await participant_to_change(tx.session, referral.participant_id)
    if participant is None:
        raise NoSuchParticipant("Check the id.")
    allocation = _placed(tx, referral, verdict, verdict.chosen, explanation)
    await _keep(tx, referral, participant, allocation)
    _announce(tx, referral, participant, allocation)
    return allocation


def placement_need(referral: ReferralRow, handed_back: frozenset[str]) -> PlacementNeed:
    """What a triaged participant needs of a provider.

    Raises:
        MoveNotPossible: it is not triaged, or placed already.
    """
    if referral.state != "triaged" or referral.specialism is None or referral.intensity is None:
        raise MoveNotPossible(
            f"A referral that is {referral.state} cannot be allocated. {WAYS_ON[referral.state]}", state=referral.state
        )
    return PlacementNeed(referral.specialism, referral.intensity, handed_back)


def _decided(recommendation: Verdict, provider_id: str | None, reason: str | None) -> Verdict:
    """The recommendation, or the provider a person at the hub chose instead (S-07)."""
    if provider_id is None or provider_id == recommendation.chosen:
        return recommendation
    override = Override(provider_id, reason or "")
    refuse_if_any(refusals_of_override(override, recommendation))
    return overridden(recommendation, override)


def explained(verdict: Verdict, candidates: Sequence[Candidate]) -> dict[str, Any]:
    """Why, as it is kept and shown: every candidate with its figures then and every reason against it (BR-A12)."""
    explanation = verdict.explanation
    caseloads = {one.provider_id: sum(one.caseload.values()) for one in candidates}
    return {
        "criteria": {
            "specialism": explanation.need.specialism,
            "intensity": explanation.need.intensity,
            "capacity_needed": explanation.cost,
            "on": explanation.on.isoformat(),
            "tie_break": explanation.tie_break,
        },
        "candidates": [_candidate(one, caseloads[one.provider_id]) for one in explanation.weighings],
        "recommended": explanation.recommended,
        "chosen": verdict.chosen,
        "override": explanation.override_reason,
    }


def _candidate(weighing: Weighing, open_caseload: int) -> dict[str, Any]:
    return {
        "provider_id": weighing.provider_id,
        "fits": not weighing.exclusions,
        "reasons": told(weighing.exclusions),
        "capacity": weighing.capacity,
        "load": weighing.load,
        "open_caseload": open_caseload,
        "spare_share": round(float(weighing.spare_share), 4),
    }


def _placed(
    tx: Transaction, referral: ReferralRow, verdict: Verdict, provider_id: str, explanation: dict[str, Any]
) -> AllocationRow:
    return AllocationRow(
        id=new_id(),
        programme_id=tx.programme_id,
        referral_id=referral.id,
        participant_id=referral.participant_id,
        provider_id=provider_id,
        recommended_provider_id=verdict.explanation.recommended,
        override_reason=verdict.explanation.override_reason,
        explanation=explanation,
        specialism=verdict.explanation.need.specialism,
        intensity=verdict.explanation.need.intensity,
        complex=referral.complex,
        allocated_on=tx.today,
        allocated_at=tx.now,
        state="placed",
        version=1,
    )


async def _keep(tx: Transaction, referral: ReferralRow, participant: ParticipantRow, allocation: AllocationRow) -> None:
    move(referral, "allocated")
    referral.provider_id, referral.allocation_id = allocation.provider_id, allocation.id
    tx.session.add(allocation)
    await give_lead(tx.session, participant, allocation)
    tx.touched(f"allocation/{allocation.id}")


def _announce(tx: Transaction, referral: ReferralRow, participant: ParticipantRow, allocation: AllocationRow) -> None:
    tx.announce(
        ParticipantAllocated(
            **tx.envelope(),
            participant_id=referral.participant_id,
            referral_id=referral.id,
            allocation_id=allocation.id,
            provider_id=allocation.provider_id,
            referred_on=referral.referred_on,
            allocated_on=allocation.allocated_on,
            specialism=allocation.specialism,
            intensity=allocation.intensity,
            complex=allocation.complex,
            priority=referral.priority,
            returning=referral.returning,
            restricted=participant.restricted,
            funding_stream=referral.funding_stream,
            pathway=referral.pathway,
            overridden=allocation.override_reason is not None,
            housed_at_referral=referral.housed_at_referral,
            stable_employment_at_referral=referral.stable_employment_at_referral,
        )
    )
