from collections.abc import Mapping
from typing import Any
from uuid import UUID

from common.contracts.referrals import ReferralCorrected
from common.transaction import Transaction
from common.web.refused import refuse_if_any
from referral_hub.domain.birth import Birth
from referral_hub.domain.eligibility import Arrival, refusals_of_arrival
from referral_hub.domain.pathway import Traveller
from referral_hub.domain.placement_clock import referral_is_not_after_its_entry
from referral_hub.domain.triage import is_still_complex
from referral_hub.operations.correcting import put_right
from referral_hub.operations.loading import policy_with, referral_held
from referral_hub.operations.problems import NoSuchParticipant
from referral_hub.operations.triage.judge_priority import judge_priority
from referral_hub.operations.triage.triage_referral import TriageLookup, restrict
from referral_hub.storage.allocations import allocation_to_change
from referral_hub.storage.participants import birth_of
from referral_hub.storage.policies import Policy
from referral_hub.storage.referrals import joined_to, referral_to_change
from referral_hub.storage.tables.allocations import AllocationRow
from referral_hub.storage.tables.referrals import ReferralRow
from rulebook.refusal import every_refusal

from .receive_referral import is_young, pathway_allowed
from .tell_agency import tell_standing

JUDGED = frozenset({"source", "agency_id", "referred_on", "needs", "believed_of_age"})
"""What eligibility looks at; a pathway besides looks at itself."""
KEPT = (
    "source", "agency_id", "pathway", "referred_on", "needs", "homeless_at_referral", "threatened_with_eviction",
    "domestic_abuse_risk", "housed_at_referral", "stable_employment_at_referral", "release_on", "funding_stream",
    "consent_to_share", "believed_of_age", "notes", "priority", "priority_reasons", "complex",
)  # fmt: skip


async def correct_referral(tx: Transaction, referral_id: UUID, changes: Mapping[str, Any], reason: str) -> ReferralRow:
    """Put facts of a referral right, at whatever point of its life; what rests on them is judged again.

    The rules of arrival hold for what stands then; priority and complexity follow. Those who were told the facts hear
    the new ones, and decide again what they had decided by them.

    Raises:
        Refused: a rule said no to what would stand, or nothing is different.
        NoSuchReferral, StaleVersion: see `referral_held`.
    """
    referral = await referral_held(tx, referral_id)
    standing = await referral_to_change(tx.session, referral.joined_to) if referral.joined_to else None
    allocation = await allocation_to_change(tx.session, referral.allocation_id) if referral.allocation_id else None
    whose = {"participant_id": referral.participant_id, "referral_ids": [referral_id]}
    policy, lookup = await policy_with(tx, TriageLookup, **whose)
    if lookup.participant is None:
        raise NoSuchParticipant("Check the id.")
    birth = birth_of(lookup.participant)
    before = _facts(referral)
    _change(referral, changes)
    _refuse(tx, policy, referral, birth, changes)
    judge_priority(tx, policy, referral, lookup.joiners, birth)
    if standing is not None:
        await _judge_standing(tx, policy, standing, birth)
    _follow(tx, policy, referral, allocation, before["needs"])
    referral.version += 1
    after = _facts(referral)
    put_right(tx, "referral", referral.id, referral.participant_id, reason, before, after)
    restricted: bool = await restrict(tx, referral, lookup.participant)
    names = tuple(name for name in KEPT if before[name] != after[name])
    _announce(tx, referral, names, restricted=restricted, under_25=is_young(referral, birth))
    tell_standing(tx, lookup, referral)
    return referral


async def _judge_standing(tx: Transaction, policy: Policy, standing: ReferralRow, birth: Birth) -> None:
    """The priority of the open referral that the corrected one was added to, held before."""
    if judge_priority(tx, policy, standing, await joined_to(tx.session, [standing.id]), birth):
        standing.version += 1


def _facts(referral: ReferralRow) -> dict[str, Any]:
    return {name: getattr(referral, name) for name in KEPT}


def _change(referral: ReferralRow, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        setattr(referral, name, sorted(set(value)) if name == "needs" else value)


def _refuse(tx: Transaction, policy: Policy, referral: ReferralRow, birth: Birth, changes: Mapping[str, Any]) -> None:
    """What nobody changed was judged when it came, by what held then."""
    needs = frozenset(referral.needs)
    if JUDGED & changes.keys():
        arrival = Arrival(
            birth, referral.referred_on, needs, referral.source, referral.agency_id, referral.believed_of_age
        )
        refuse_if_any(
            (
                *every_refusal([referral_is_not_after_its_entry], referral.referred_on, referral.received_at),
                *refusals_of_arrival(arrival, policy.cohort, tx.today),
            )
        )
    if referral.pathway and (JUDGED | {"pathway"}) & changes.keys():
        pathway_allowed(policy, referral.pathway, Traveller(birth, referral.referred_on, referral.agency_id, needs))


def _follow(
    tx: Transaction, policy: Policy, referral: ReferralRow, allocation: AllocationRow | None, needs_before: list[str]
) -> None:
    """Complexity follows the needs, unless the hub called the case complex for a reason of its own."""
    if referral.risk_level is None:
        return
    referral.complex = is_still_complex(
        referral.complex, referral.risk_level, len(needs_before), len(referral.needs), policy.triage
    )
    if allocation is not None and allocation.complex != referral.complex:
        allocation.complex = referral.complex
        allocation.version += 1
        tx.touched(f"allocation/{allocation.id}")


def _announce(
    tx: Transaction, referral: ReferralRow, names: tuple[str, ...], *, restricted: bool, under_25: bool
) -> None:
    tx.announce(
        ReferralCorrected(
            **tx.envelope(),
            participant_id=referral.participant_id,
            referral_id=referral.id,
            corrected_on=tx.today,
            changed=names,
            source=referral.source,
            agency_id=referral.agency_id,
            pathway=referral.pathway,
            referred_on=referral.referred_on,
            funding_stream=referral.funding_stream,
            under_25=under_25,
            needs=tuple(referral.needs),
            priority=referral.priority,
            complex=referral.complex,
            restricted=restricted,
            housed_at_referral=referral.housed_at_referral,
            stable_employment_at_referral=referral.stable_employment_at_referral,
            duplicate_of=referral.joined_to,
            allocation_id=referral.allocation_id,
            provider_id=referral.provider_id,
        )
    )
