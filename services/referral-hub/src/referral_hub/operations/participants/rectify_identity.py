from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from common.contracts.referrals import AgeAtReferralCorrected
from common.transaction import Transaction
from common.web.refused import refuse_if_any
from referral_hub.domain.birth import Birth
from referral_hub.domain.eligibility import Arrival, birth_is_possible, refusals_of_arrival
from referral_hub.domain.identity import somebody_is_named
from referral_hub.domain.pathway import Traveller, refusals_of_pathway
from referral_hub.domain.referral import WAITING, is_open
from referral_hub.operations.loading import policy_in_force
from referral_hub.operations.problems import NoSuchParticipant
from referral_hub.operations.referrals.receive_referral import is_young
from referral_hub.operations.triage.judge_priority import judge_priority
from referral_hub.storage.participants import birth_of, identity_of, ids_of, participant_of, participant_to_change
from referral_hub.storage.policies import Policy
from referral_hub.storage.referrals import hold_open_referrals, referrals_of
from referral_hub.storage.tables.participants import ParticipantRow
from referral_hub.storage.tables.referrals import ReferralRow
from rulebook.correction import something_is_put_right
from rulebook.refusal import Refusal, every_refusal

from .recognise_participant import born, change_identity


@dataclass(frozen=True, slots=True)
class Rectification:
    """Who was put right, in which facts, and what the rules say of their open referral now."""

    participant: ParticipantRow
    changed: tuple[str, ...]
    refusals: tuple[Refusal, ...]


async def rectify_identity(
    tx: Transaction, participant_id: UUID, facts: Mapping[str, Any], birth: Birth | None, reason: str
) -> Rectification:
    """Put right what is recorded of who someone is, by addition: what it was stays readable to the hub (BR-N4).

    What was judged on a wrong birth date is judged again: whether they were under 25, and what makes them a priority.
    An open referral stays, whatever the rules say of it now: the hub is told, and decides.

    Raises:
        NoSuchParticipant: absent.
        Refused: nothing is put right, no name is left, or nobody born then was referred when they were.
        StaleVersion: it changed since the asker read it.
    """
    policy = await policy_in_force(tx)
    participant = await _held(tx, participant_id)
    before = birth_of(participant)
    columns: dict[str, Any] = {**facts, **(born(birth) if birth is not None else {})}
    changes = {name: value for name, value in columns.items() if getattr(participant, name) != value}
    referrals = await referrals_of(tx.session, await ids_of(tx.session, participant.id))
    names = [changes.get(name, getattr(participant, name)) for name in ("given_name", "family_name")]
    refuse_if_any(
        (
            *every_refusal([something_is_put_right], changes),
            *every_refusal([somebody_is_named], names),
            *_impossible(tx, policy, referrals, birth),
        )
    )
    for name, value in changes.items():
        change_identity(tx, participant, name, value, reason)
    participant.name_key = identity_of(participant, policy.placeholders).name_key
    after = birth_of(participant)
    own = [one for one in referrals if one.joined_to is None]
    for referral in own:
        if is_young(referral, before) != is_young(referral, after):
            tx.announce(_corrected(tx, referral, after))
    for referral in own:
        joiners = [one for one in referrals if one.joined_to == referral.id]
        if referral.state in WAITING and judge_priority(tx, policy, referral, joiners, after):
            referral.version += 1
    standing = [one for one in own if is_open(one.state)]
    return Rectification(participant, tuple(sorted(changes)), _judged(tx, policy, standing, after))


async def _held(tx: Transaction, participant_id: UUID) -> ParticipantRow:
    """The record that survives behind an id, held after its open referrals."""
    behind = await participant_of(tx.session, participant_id)
    if behind is None:
        raise NoSuchParticipant("Check the id.")
    await hold_open_referrals(tx.session, await ids_of(tx.session, behind.id))
    participant = await participant_to_change(tx.session, behind.id)
    if participant is None or participant.merged_into is not None:
        raise NoSuchParticipant("It was merged just now: read it again.")
    tx.expect_version(participant.version)
    tx.touched(f"participant/{participant.id}")
    return participant


def _arrival(referral: ReferralRow, birth: Birth) -> Arrival:
    needs = frozenset(referral.needs)
    return Arrival(birth, referral.referred_on, needs, referral.source, referral.agency_id, referral.believed_of_age)


def _impossible(
    tx: Transaction, policy: Policy, referrals: Sequence[ReferralRow], birth: Birth | None
) -> tuple[Refusal, ...]:
    """Nobody is referred before they are born."""
    if birth is None:
        return ()
    checks = (birth_is_possible(_arrival(one, birth), policy.cohort, tx.today) for one in referrals)
    return tuple(dict.fromkeys(refusal for refusal in checks if refusal))


def _judged(tx: Transaction, policy: Policy, standing: Sequence[ReferralRow], birth: Birth) -> tuple[Refusal, ...]:
    """What the rules of eligibility and of the pathway say of the open referral now."""
    refusals: list[Refusal] = []
    for referral in standing:
        refusals += refusals_of_arrival(_arrival(referral, birth), policy.cohort, tx.today)
        traveller = Traveller(birth, referral.referred_on, referral.agency_id, frozenset(referral.needs))
        pathway = next((one for one in policy.pathways if one.code == referral.pathway), None)
        refusals += refusals_of_pathway(pathway, traveller) if pathway else ()
    return tuple(refusals)


def _corrected(tx: Transaction, referral: ReferralRow, birth: Birth) -> AgeAtReferralCorrected:
    return AgeAtReferralCorrected(
        **tx.envelope(),
        participant_id=referral.participant_id,
        referral_id=referral.id,
        under_25=is_young(referral, birth),
    )
