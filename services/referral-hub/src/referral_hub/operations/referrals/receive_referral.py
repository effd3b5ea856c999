from collections.abc import Sequence

from common.contracts.referrals import ReferralJoined, ReferralReceived
from common.transaction import Transaction
from common.web.http.external_ids import NamedThing, keep_external_ids
from common.web.problems import NotAllowed
from common.web.refused import refuse_if_any
from referral_hub.domain.birth import Birth, is_under
from referral_hub.domain.eligibility import Arrival, refusals_of_arrival
from referral_hub.domain.pathway import Traveller, automatic_pathway, refusals_of_pathway, unknown_pathway
from referral_hub.domain.priority import Circumstances, reasons_for_priority
from referral_hub.domain.referral import comes_first, is_open
from referral_hub.operations.loading import policy_in_force
from referral_hub.operations.participants.recognise_participant import (
    RecognisedPerson,
    bring_up_to_date,
    recognise_participant,
)
from referral_hub.operations.participants.restrict_participant import restrict_participant, restrict_records
from referral_hub.operations.problems import IdTaken
from referral_hub.operations.requests import PersonIn, ReferralIn
from referral_hub.storage.participants import records_of
from referral_hub.storage.policies import Policy
from referral_hub.storage.referrals import referrals_of
from referral_hub.storage.tables.external_ids import ExternalIdRow
from referral_hub.storage.tables.referrals import ReferralRow

from .tell_agency import StandingLookup, tell_standing

YOUNG = 25


async def receive_referral(tx: Transaction, new: ReferralIn) -> tuple[ReferralRow, RecognisedPerson]:
    """Take a referral in through the one door (BR-A1), recognise the person, and put them on the waiting list.

    One person has one open referral (BR-A5): another joins it, as what its source adds, and ends as its duplicate.
    Nobody outside the hub is told which of the two came of it (X-2).

    Raises:
        Refused: a rule of eligibility or of the pathway said no.
        IdTaken: an id of the referrer's choosing is in use.
        ExternalIdTaken: one of the referrer's systems calls another referral so.
        NotAllowed: an agency referred for another, or said who somebody is.
    """
    policy = await policy_in_force(tx)
    agency_id = _agency(tx, new)
    referred_on = new.referred_on or tx.today
    identity = new.person.identity(referred_on, policy.placeholders)
    birth, needs = identity.birth, frozenset(new.needs)
    arrival = Arrival(birth, referred_on, needs, new.source, agency_id, new.believed_of_age)
    refuse_if_any(refusals_of_arrival(arrival, policy.cohort, tx.today))
    pathway = _pathway(policy, new.pathway, Traveller(birth, referred_on, agency_id, needs))
    recognition = await recognise_participant(tx, identity, new)
    standing = await _open_referral(tx, recognition)
    _bring_up_to_date(tx, new.person, recognition, in_touch=standing is not None)
    referral = _received(tx, new, arrival, pathway, recognition)
    referral.priority_reasons = list(reasons_for_priority(circumstances(referral, birth), policy.priority))
    referral.priority = bool(referral.priority_reasons)
    if standing is not None:
        join(tx, referral, standing)
    await _keep(tx, referral, new)
    thing = NamedThing("referral", referral.id, referral.participant_id)
    await keep_external_ids(tx, ExternalIdRow, thing, new.external_ids)
    tx.announce(_joined(tx, referral, standing) if standing else _announced(tx, referral, birth))
    tell_standing(tx, StandingLookup.of_new(standing), referral)
    if new.domestic_abuse_risk:
        await _restrict(tx, recognition)
    return referral, recognition


async def _open_referral(tx: Transaction, recognition: RecognisedPerson) -> ReferralRow | None:
    """Of somebody known, read once they are held; who is new has none."""
    if not recognition.returning:
        return None
    return first_of(await referrals_of(tx.session, records_of(recognition.participant.id)))


async def _restrict(tx: Transaction, recognition: RecognisedPerson) -> None:
    """Who is new is nobody else's to change yet, and need not be held."""
    if recognition.returning:
        await restrict_participant(tx, recognition.participant.id)
    else:
        restrict_records(tx, [recognition.participant])


def first_of(referrals: Sequence[ReferralRow]) -> ReferralRow | None:
    """Of one person's open referrals, the one that stays; none when all have ended."""
    standing = [one for one in referrals if is_open(one.state)]
    return min(standing, key=lambda one: comes_first(one.state, one.received_at, one.id), default=None)


def _bring_up_to_date(tx: Transaction, person: PersonIn, recognition: RecognisedPerson, *, in_touch: bool) -> None:
    if recognition.returning:
        bring_up_to_date(tx, recognition.participant, person, trusted=tx.actor.has("hub") or not in_touch)


def join(tx: Transaction, referral: ReferralRow, standing: ReferralRow) -> None:
    """Add a referral to the open one: ended as its duplicate, and what makes it urgent makes the other so (BR-B5)."""
    referral.joined_to, referral.state = standing.id, "closed"
    referral.closing_reason, referral.closed_on = "duplicate", tx.today
    standing.priority_reasons = list(dict.fromkeys((*standing.priority_reasons, *referral.priority_reasons)))
    standing.priority = bool(standing.priority_reasons)
    standing.version += 1
    tx.touched(f"referral/{standing.id}", f"participant/{standing.participant_id}")


def _agency(tx: Transaction, new: ReferralIn) -> str | None:
    """The hub refers for anyone and says who they are, an agency for itself."""
    if tx.actor.has("hub"):
        return new.agency_id
    if new.participant_id is not None:
        raise NotAllowed("The hub says who somebody is: leave `participant_id` out.")
    if new.agency_id not in (None, tx.actor.organisation):
        raise NotAllowed(f"Refer for your own organisation: leave `agency_id` out, or say {tx.actor.organisation}.")
    return tx.actor.organisation


def _pathway(policy: Policy, code: str | None, traveller: Traveller) -> str | None:
    """The pathway asked for, if it may be used; else the automatic one that fits, if one does (S-16, S-17)."""
    if code is not None:
        return pathway_allowed(policy, code, traveller)
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


def _received(
    tx: Transaction, new: ReferralIn, arrival: Arrival, pathway: str | None, recognition: RecognisedPerson
) -> ReferralRow:
    participant = recognition.participant
    return ReferralRow(
        id=tx.minted(new.id),
        programme_id=tx.programme_id,
        participant_id=participant.id,
        state="received",
        version=1,
        source=new.source,
        agency_id=arrival.agency_id,
        pathway=pathway,
        referred_on=arrival.referred_on,
        received_at=tx.now,
        returning=recognition.returning,
        needs=sorted(arrival.needs),
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
        believed_of_age=new.believed_of_age,
    )


def circumstances(referral: ReferralRow, birth: Birth) -> Circumstances:
    return Circumstances(
        referred_on=referral.referred_on,
        birth=birth,
        homeless_now=referral.homeless_at_referral,
        threatened_with_eviction=referral.threatened_with_eviction,
        at_risk_of_domestic_abuse=referral.domestic_abuse_risk,
        tenancy_at_risk=referral.housed_at_referral and referral.threatened_with_eviction,
        release_on=referral.release_on,
    )


async def _keep(tx: Transaction, referral: ReferralRow, new: ReferralIn) -> None:
    if new.id is not None and await tx.session.get(ReferralRow, referral.id) is not None:
        raise IdTaken
    tx.session.add(referral)
    tx.touched(f"referral/{referral.id}", f"participant/{referral.participant_id}")


def _announced(tx: Transaction, referral: ReferralRow, birth: Birth) -> ReferralReceived:
    return ReferralReceived(
        **tx.envelope(),
        participant_id=referral.participant_id,
        referral_id=referral.id,
        source=referral.source,
        agency_id=referral.agency_id,
        pathway=referral.pathway,
        referred_on=referral.referred_on,
        returning=referral.returning,
        funding_stream=referral.funding_stream,
        under_25=is_young(referral, birth),
        needs=tuple(referral.needs),
    )


def _joined(tx: Transaction, referral: ReferralRow, standing: ReferralRow) -> ReferralJoined:
    return ReferralJoined(
        **tx.envelope(),
        participant_id=referral.participant_id,
        referral_id=referral.id,
        joined_to=standing.id,
        source=referral.source,
        agency_id=referral.agency_id,
        referred_on=referral.referred_on,
    )


def is_young(referral: ReferralRow, birth: Birth) -> bool:
    """Whether someone was under 25 when referred (S-17); who may be older is not counted."""
    return is_under(YOUNG, birth, referral.referred_on) is True
