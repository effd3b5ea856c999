from collections.abc import Sequence
from typing import Any
from uuid import UUID

from common.contracts.referrals import ParticipantAllocated
from common.database.lookup import every
from common.ids import new_id
from common.transaction import Transaction
from common.web.refused import refuse_if_any, told
from referral_hub.domain.allocation import Candidate, Intensity, PlacementNeed, Weighing, allocate
from referral_hub.domain.allocation import Choice as Verdict
from referral_hub.domain.override import Override, overridden, refusals_of_override
from referral_hub.domain.referral import WAYS_ON
from referral_hub.operations.loading import PolicyLookup, checked, policy_with
from referral_hub.operations.problems import MoveNotPossible, NobodyFits, NoSuchReferral
from referral_hub.operations.transitions import move
from referral_hub.storage.allocations import HANDED_BACK
from referral_hub.storage.participants import lead_access
from referral_hub.storage.providers import CASELOADS, candidates, caseloads_in, providers_of
from referral_hub.storage.referrals import referral_and_person_to_change
from referral_hub.storage.tables.allocations import AllocationRow
from referral_hub.storage.tables.participants import ParticipantRow
from referral_hub.storage.tables.referrals import ReferralRow


class PlacementLookup(PolicyLookup):
    """What a placement rests on besides its referral and the providers, whose fullness is read once they are held."""

    handed_back: list[str | None] = every(HANDED_BACK)
    caseloads: list[tuple[str, Intensity, int]] = every(CASELOADS)


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
    both = await referral_and_person_to_change(tx.session, referral_id)
    if both is None:
        raise NoSuchReferral("Check the id.")
    referral, participant = checked(tx, both[0]), both[1]
    providers = await providers_of(tx.session, tx.programme_id, to_allocate=True)
    policy, lookup = await policy_with(tx, PlacementLookup, referral_id=referral_id)
    everyone = candidates(providers, caseloads_in(lookup.caseloads))
    recommendation = allocate(placement_need(referral, lookup), everyone, tx.today, policy.weights)
    verdict = _decided(recommendation, provider_id, override_reason)
    explanation = explained(verdict, everyone)
    if verdict.chosen is None:
        raise NobodyFits("Wait for capacity, or choose a provider with a reason.", explanation=explanation)
    allocation = _placed(tx, referral, verdict, verdict.chosen, explanation)
    _keep(tx, referral, participant, allocation)
    _announce(tx, referral, participant, allocation)
    return allocation


def placement_need(referral: ReferralRow, lookup: PlacementLookup) -> PlacementNeed:
    """What a triaged participant needs of a provider.

    Raises:
        MoveNotPossible: it is not triaged, or placed already.
    """
    if referral.state != "triaged" or referral.specialism is None or referral.intensity is None:
        raise MoveNotPossible(
            f"A referral that is {referral.state} cannot be allocated. {WAYS_ON[referral.state]}", state=referral.state
        )
    return PlacementNeed(referral.specialism, referral.intensity, frozenset(filter(None, lookup.handed_back)))


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


def _keep(tx: Transaction, referral: ReferralRow, participant: ParticipantRow, allocation: AllocationRow) -> None:
    move(referral, "allocated")
    referral.provider_id, referral.allocation_id = allocation.provider_id, allocation.id
    tx.session.add_all((allocation, *lead_access(participant, allocation)))
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
