from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from common.contracts.referrals import ReferralReceived
from common.ids import new_id
from common.transaction import Transaction
from common.web.problems import NotAllowed
from referral_hub.domain.dates import age_on
from referral_hub.domain.eligibility import Arrival, refusals_of_arrival
from referral_hub.domain.pathway import Traveller, automatic_pathway, refusals_of_pathway, unknown_pathway
from referral_hub.domain.priority import Circumstances, reasons_for_priority
from referral_hub.domain.referral import is_open, participant_has_no_open_referral
from referral_hub.storage.participants import ids_of
from referral_hub.storage.policies import Policy
from referral_hub.storage.referrals import referrals_of
from referral_hub.storage.tables import Referral

from .asking import policy_in_force, speak_for_the_hub
from .problems import AlreadyReferred, IdTaken, refuse_if_any, shown
from .recognise_participant import Person, Recognised, recognise_participant

YOUNG = 25


@dataclass(frozen=True, slots=True)
class NewReferral:
    """What a referrer sends (S-01 to S-04, S-17 to S-21)."""

    person: Person
    source: str
    needs: frozenset[str]
    id: UUID | None = None
    participant_id: UUID | None = None
    agency_id: str | None = None
    pathway: str | None = None
    referred_on: date | None = None
    homeless_at_referral: bool = False
    threatened_with_eviction: bool = False
    domestic_abuse_risk: bool = False
    housed_at_referral: bool = False
    stable_employment_at_referral: bool = False
    release_on: date | None = None
    funding_stream: Literal["lcf", "historic"] = "lcf"
    consent_to_share: bool = False
    notes: str | None = None


async def receive_referral(tx: Transaction, new: NewReferral) -> tuple[Referral, Recognised]:
    """Take a referral in through the one door (BR-A1), recognise the person, and put them on the waiting list.

    Raises:
        Refused: a rule of eligibility or of the pathway said no.
        AlreadyReferred: the person has an open referral (BR-A5); only the hub is told which.
        IdTaken: an id of the referrer's choosing is in use.
        NotAllowed: an agency referred for another.
    """
    policy = await policy_in_force(tx)
    agency_id = _agency(tx, new)
    referred_on = new.referred_on or tx.today
    born_on = new.person.date_of_birth
    arrival = Arrival(born_on, referred_on, new.needs, new.source, agency_id)
    refuse_if_any(refusals_of_arrival(arrival, policy.cohort, tx.today))
    pathway = _pathway(policy, new, Traveller(born_on, referred_on, agency_id, new.needs))
    await speak_for_the_hub(tx)
    recognised = await recognise_participant(tx, new.person, new.participant_id)
    await _refuse_second(tx, recognised)
    referral = _received(tx, new, recognised, agency_id, referred_on, pathway)
    referral.priority_reasons = list(reasons_for_priority(circumstances(referral, born_on), policy.priority))
    referral.priority = bool(referral.priority_reasons)
    await _keep(tx, referral, new)
    _announce(tx, referral, born_on)
    return referral, recognised


def _agency(tx: Transaction, new: NewReferral) -> str | None:
    """The hub refers for anyone, an agency for itself."""
    if tx.actor.has("hub"):
        return new.agency_id
    if new.agency_id not in (None, tx.actor.organisation):
        raise NotAllowed(f"Refer for your own organisation: leave `agency_id` out, or say {tx.actor.organisation}.")
    return tx.actor.organisation


def _pathway(policy: Policy, new: NewReferral, traveller: Traveller) -> str | None:
    """The pathway asked for, if it may be used; else the automatic one that fits, if one does (S-16, S-17)."""
    if new.pathway is not None:
        return pathway_allowed(policy, new.pathway, traveller)
    automatic = automatic_pathway(policy.pathways, traveller)
    return automatic.code if automatic else None


def pathway_allowed(policy: Policy, code: str, traveller: Traveller) -> str:
    """A pathway by which this person may come.

    Raises:
        Refused: the programme does not know it, or it is not for them.
    """
    pathway = next((one for one in policy.pathways if one.code == code), None)
    refuse_if_any(refusals_of_pathway(pathway, traveller) if pathway else (unknown_pathway(code, policy.pathways),))
    return code


async def _refuse_second(tx: Transaction, recognised: Recognised) -> None:
    if not recognised.returning:
        return
    ids = await ids_of(tx.session, recognised.participant.id)
    earlier = await referrals_of(tx.session, ids)
    refusal = participant_has_no_open_referral(referral.state for referral in earlier)
    if refusal is None:
        return
    standing = [str(referral.id) for referral in earlier if is_open(referral.state)]
    if tx.actor.has("hub"):
        raise AlreadyReferred(refusal.remedy, referral_id=standing[0], refusals=shown([refusal]))
    raise AlreadyReferred("The hub knows this person and will be in touch: nothing more is needed.")


def _received(
    tx: Transaction,
    new: NewReferral,
    recognised: Recognised,
    agency_id: str | None,
    referred_on: date,
    pathway: str | None,
) -> Referral:
    recognised.participant.restricted = recognised.participant.restricted or new.domestic_abuse_risk
    return Referral(
        id=new.id or new_id(),
        programme_id=tx.programme_id,
        participant_id=recognised.participant.id,
        state="received",
        version=1,
        source=new.source,
        agency_id=agency_id,
        pathway=pathway,
        referred_on=referred_on,
        received_at=tx.now,
        returning=recognised.returning,
        needs=sorted(new.needs),
        homeless_at_referral=new.homeless_at_referral,
        threatened_with_eviction=new.threatened_with_eviction,
        domestic_abuse_risk=new.domestic_abuse_risk,
        housed_at_referral=new.housed_at_referral,
        stable_employment_at_referral=new.stable_employment_at_referral,
        release_on=new.release_on,
        funding_stream=new.funding_stream,
        consent_to_share=new.consent_to_share,
        notes=new.notes,
        aspirations=[],
        strengths=[],
        complex=False,
    )


def circumstances(referral: Referral, born_on: date) -> Circumstances:
    return Circumstances(
        referred_on=referral.referred_on,
        born_on=born_on,
        homeless_now=referral.homeless_at_referral,
        threatened_with_eviction=referral.threatened_with_eviction,
        at_risk_of_domestic_abuse=referral.domestic_abuse_risk,
        tenancy_at_risk=referral.housed_at_referral and referral.threatened_with_eviction,
        release_on=referral.release_on,
    )


async def _keep(tx: Transaction, referral: Referral, new: NewReferral) -> None:
    if new.id is not None and await tx.session.get(Referral, new.id) is not None:
        raise IdTaken("Choose another id.")
    await tx.session.flush()
    tx.session.add(referral)
    tx.touched(f"referral/{referral.id}", f"participant/{referral.participant_id}")


def _announce(tx: Transaction, referral: Referral, born_on: date) -> None:
    tx.announce(
        ReferralReceived(
            **tx.envelope(),
            participant_id=referral.participant_id,
            referral_id=referral.id,
            source=referral.source,
            agency_id=referral.agency_id,
            pathway=referral.pathway,
            referred_on=referral.referred_on,
            returning=referral.returning,
            funding_stream=referral.funding_stream,
            under_25=is_young(referral, born_on),
            needs=tuple(referral.needs),
        )
    )


def is_young(referral: Referral, born_on: date) -> bool:
    """Under 25 on the day of referral: counted apart in what is published (S-17)."""
    return age_on(referral.referred_on, born_on) < YOUNG
