from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement

from common.transaction import Answer, Transaction
from common.web.access import reading, writing
from common.web.fields import BusinessDay, Prose, RequestBody, ShortCode
from common.web.pages import Cursor, Limit, Page, key_of, page_of
from referral_hub.domain.allocation import Intensity
from referral_hub.domain.identity import possible_matches
from referral_hub.domain.referral import ReferralState, ShownToAgency, shown_of_joined, shown_to_agency
from referral_hub.domain.triage import Risk
from referral_hub.operations.loading import policy_in_force, speak_for_the_hub
from referral_hub.operations.problems import NoSuchReferral
from referral_hub.operations.referrals.receive_referral import NewReferral, receive_referral
from referral_hub.storage.decisions import ruled_out_for
from referral_hub.storage.participants import identity_of, ids_of, known_like, participant_of
from referral_hub.storage.referrals import (
    is_shown_as,
    joined_to,
    list_referrals,
    referral_of,
    referrals_with,
    requests_about,
)
from referral_hub.storage.tables import Referral

from .corrections import CorrectionOut, corrections_shown
from .names import names_of
from .requests import PersonIn
from .roles import PROVIDER_ROLES

router = APIRouter(prefix="/v1/referrals", tags=["referrals"])

WITHHELD: dict[str, Any] = {"notes": None, "aspirations": [], "strengths": []}
"""What is left of a person's own words, and words about them, where only facts are needed."""

Codes = Annotated[list[ShortCode], Field(min_length=0, max_length=40)]
Spoken = Annotated[list[Prose], Field(max_length=20)]


class ReferralIn(RequestBody):
    """A referral as an agency, or the hub for someone, makes it."""

    id: UUID | None = None
    participant_id: UUID | None = None
    """For the hub alone: minted for someone new, or naming someone it knows, which decides a possible match."""
    source: ShortCode
    """Kind of referrer, from the programme's list (S-03)."""
    agency_id: ShortCode | None = None
    """Left out by an agency: it refers for itself. A self-referral has none (S-04)."""
    pathway: ShortCode | None = None
    """Left out, an automatic pathway that fits is taken (S-17)."""
    referred_on: BusinessDay | None = None
    """Today unless given."""
    person: PersonIn
    believed_of_age: bool = False
    """You believe them to be of the programme's age: asked where the birth date cannot tell."""
    needs: Codes
    homeless_at_referral: bool = False
    threatened_with_eviction: bool = False
    domestic_abuse_risk: bool = False
    release_on: BusinessDay | None = None
    """Leaving prison (S-18)."""
    housed_at_referral: bool = False
    stable_employment_at_referral: bool = False
    funding_stream: Literal["lcf", "historic"] = "lcf"
    consent_to_share: bool
    """Whether a provider may read `notes` (BR-N3)."""
    notes: Prose | None = None
    """Never leaves the hub in an event."""

    def asked(self, today: date) -> NewReferral:
        said = self.model_dump(exclude={"person", "needs"})
        return NewReferral(self.person.person(self.referred_on or today), needs=frozenset(self.needs), **said)


class ReferralReceipt(Answer):
    """What became of a referral. An agency is told the same of someone known as of someone new (X-2)."""

    id: UUID
    participant_id: UUID | None
    state: ReferralState
    returning: bool | None
    possible_matches: int | None
    joined_to: UUID | None
    """The open referral of the same person, to which this one adds what its source says."""
    priority: bool
    version: int


class ReferralStatus(BaseModel):
    """All that the referring agency is told: nothing that shows whether the person was known (X-2)."""

    id: UUID
    state: ShownToAgency
    agency_id: str | None
    referred_on: date
    closed_on: date | None


class InformationRequestOut(BaseModel):
    """What the hub asked the referrer, in words, and what was answered; open while neither answered nor withdrawn."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    question_code: str
    note: str
    chaser: bool
    asked_at: datetime
    answered_at: datetime | None
    answer: str | None
    withdrawn_at: datetime | None
    """When the hub took the question back."""


class OwnReferral(ReferralStatus):
    """What the referring agency is told of one of its referrals: how it stands, and what the hub asks (S-02)."""

    information_requests: list[InformationRequestOut] = []


class ReferralLine(BaseModel):
    """A referral in a list."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    state: ReferralState
    agency_id: str | None
    referred_on: date
    closed_on: date | None
    version: int
    participant_id: UUID
    name: str | None = None
    """For the hub and the prime alone."""
    source: str
    pathway: str | None
    received_at: datetime
    returning: bool
    priority: bool
    complex: bool
    specialism: str | None
    intensity: Intensity | None
    provider_id: str | None
    funding_stream: str
    joined_to: UUID | None
    """The referral of the same person that this one adds to."""


class PossibleMatchOut(BaseModel):
    """Someone known who may be the same person: what suggests it, and why a person decides (BR-C6, F-2)."""

    participant_id: UUID
    signs: list[str]
    doubts: list[str]


class ReferralFacts(BaseModel):
    """What a source says of somebody."""

    model_config = ConfigDict(from_attributes=True)

    needs: list[str]
    homeless_at_referral: bool
    threatened_with_eviction: bool
    domestic_abuse_risk: bool
    housed_at_referral: bool
    stable_employment_at_referral: bool
    release_on: date | None
    consent_to_share: bool
    notes: str | None


class ContributionOut(ReferralFacts):
    """What another source said of the same person while this referral was open (BR-A5)."""

    id: UUID
    source: str
    agency_id: str | None
    referred_on: date
    received_at: datetime


class ReferralOut(ReferralLine, ReferralFacts):
    """A referral in full; the council, which oversees, reads none of what was said of the person in words (§2.M)."""

    priority_reasons: list[str]
    priority_note: str | None
    aspirations: list[str]
    strengths: list[str]
    risk_level: Risk | None
    triaged_on: date | None
    allocation_id: UUID | None
    closing_reason: str | None
    closing_note: str | None
    information_requests: list[InformationRequestOut] = []
    possible_matches: list[PossibleMatchOut] = []
    corrections: list[CorrectionOut] = []
    """What was put right since: facts, triage, end; for hub, prime and, but for words, the council."""
    contributions: list[ContributionOut] = []
    """For the hub and the prime alone."""


@router.post("", status_code=201)
async def receive(body: ReferralIn, tx: Annotated[Transaction, writing("hub", "referrer")]) -> ReferralReceipt:
    """Refer someone (BR-A1). A returning participant is recognised by name and date of birth (S-14).

    Where the person has an open referral already, this one joins it, and the hub is told to which (BR-A5). 422
    `refused`: why, and what to do.
    """
    referral, recognised = await receive_referral(tx, body.asked(tx.today))
    if tx.actor.has("hub"):
        told: dict[str, Any] = {
            "participant_id": referral.participant_id,
            "state": referral.state,
            "returning": recognised.returning,
            "possible_matches": recognised.possible_matches,
            "joined_to": referral.joined_to,
        }
    else:
        told = dict.fromkeys(("participant_id", "returning", "possible_matches", "joined_to")) | {"state": "received"}
    return tx.answered(ReferralReceipt(id=referral.id, priority=referral.priority, version=referral.version, **told))


@router.get("")
async def list_all(
    tx: Annotated[Transaction, reading("hub", "prime-manager", "council-oversight", "referrer")],
    state: ReferralState | None = None,
    agency: Annotated[str | None, Query(pattern=r"^[a-z0-9-]{1,60}$")] = None,
    provider: Annotated[str | None, Query(pattern=r"^[a-z0-9-]{1,60}$")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ReferralLine] | Page[ReferralStatus]:
    """Referrals, newest first. A referring agency sees its own, and of them the state only, by which it asks."""
    outside = _is_referrer(tx)
    wanted: list[ColumnElement[bool]] = [Referral.programme_id == tx.programme_id]
    if outside:
        agency, provider = tx.actor.organisation, None
        await speak_for_the_hub(tx)
    if state is not None:
        wanted.append(is_shown_as(state) if outside else Referral.state == state)
    asked = {Referral.agency_id: agency, Referral.provider_id: provider}
    wanted += [column == value for column, value in asked.items() if value is not None]
    found = await list_referrals(tx.session, wanted, key_of(cursor, date.fromisoformat, UUID), limit)
    names = await names_of(tx, found[:limit])
    if outside:
        standing = await _standing(tx, found)
        return Page[ReferralStatus](**dict(page_of(found, limit, _key, lambda one: _status(one, standing))))
    return Page[ReferralLine](**dict(page_of(found, limit, _key, lambda one: _line(one, names))))


@router.get("/{referral_id}")
async def read(
    referral_id: UUID,
    tx: Annotated[Transaction, reading("hub", "prime-manager", "council-oversight", "referrer", *PROVIDER_ROLES)],
    response: Response,
) -> ReferralOut | OwnReferral:
    """One referral; the referring agency sees its state and what it is asked, a provider the ones placed with it."""
    referral = await referral_of(tx.session, referral_id)
    if referral is None or (_is_referrer(tx) and referral.agency_id != tx.actor.organisation):
        raise NoSuchReferral("Check the id.")
    tx.touched(f"referral/{referral.id}", f"participant/{referral.participant_id}")
    if _is_referrer(tx):
        status = _status(referral, await _standing(tx, [referral]))
        return OwnReferral(**dict(status), **await _asked(tx, referral))
    response.headers["ETag"] = f'"{referral.version}"'
    return await _in_full(tx, referral)


async def _standing(tx: Transaction, referrals: Sequence[Referral]) -> dict[UUID, Referral]:
    """What an agency's referrals were joined to: asked for of every agency alike, and shown to none."""
    await speak_for_the_hub(tx)
    return await referrals_with(tx.session, [one.joined_to for one in referrals if one.joined_to])


def _status(referral: Referral, standing: dict[UUID, Referral]) -> ReferralStatus:
    """As an agency sees it; of one that joined another, how that one stands."""
    stands = standing.get(referral.joined_to, referral) if referral.joined_to else referral
    return ReferralStatus(
        id=referral.id,
        state=shown_to_agency(stands.state) if stands is referral else shown_of_joined(stands.state),
        agency_id=referral.agency_id,
        referred_on=referral.referred_on,
        closed_on=stands.closed_on,
    )


def _without_words(correction: CorrectionOut) -> CorrectionOut:
    values = {side: _but_words(getattr(correction, side)) for side in ("before", "after")}
    return correction.model_copy(update=values)


def _but_words(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in WITHHELD}


def _line(referral: Referral, names: dict[UUID, str]) -> ReferralLine:
    line = ReferralLine.model_validate(referral)
    return line.model_copy(update={"name": names.get(referral.participant_id)})


def _is_referrer(tx: Transaction) -> bool:
    """Asks from outside: nothing but a referrer, or a provider's people."""
    return not tx.actor.has("hub", "prime-manager", "council-oversight", *PROVIDER_ROLES)


def _key(referral: Referral) -> tuple[date, UUID]:
    return referral.referred_on, referral.id


async def _asked(tx: Transaction, referral: Referral) -> dict[str, Any]:
    requests = await requests_about(tx.session, [referral.id])
    return {"information_requests": [InformationRequestOut.model_validate(one) for one in requests]}


async def _in_full(tx: Transaction, referral: Referral) -> ReferralOut:
    if tx.actor.has(*PROVIDER_ROLES):
        withheld: dict[str, Any] = {} if referral.consent_to_share else {"notes": None}
        return ReferralOut.model_validate(referral).model_copy(update=withheld)
    corrections = (await corrections_shown(tx, referral.id))[referral.id]
    if not tx.actor.has("hub", "prime-manager"):
        overseen: dict[str, Any] = {"corrections": [_without_words(one) for one in corrections]}
        return ReferralOut.model_validate(referral).model_copy(update=overseen | WITHHELD)
    names = await names_of(tx, [referral])
    more: dict[str, Any] = {"name": names.get(referral.participant_id), **await _asked(tx, referral)}
    more["corrections"] = corrections
    added = await joined_to(tx.session, [referral.id])
    more["contributions"] = [ContributionOut.model_validate(one) for one in added]
    if tx.actor.has("hub"):
        more["possible_matches"] = await _possible_matches(tx, referral)
    return ReferralOut.model_validate(referral).model_copy(update=more)


async def _possible_matches(tx: Transaction, referral: Referral) -> list[PossibleMatchOut]:
    participant = await participant_of(tx.session, referral.participant_id)
    if participant is None:
        return []
    placeholders = (await policy_in_force(tx)).placeholders
    identity = identity_of(participant, placeholders)
    ruled_out = await ruled_out_for(tx.session, await ids_of(tx.session, participant.id))
    known = await known_like(tx.session, tx.programme_id, identity)
    possible = possible_matches(identity, known, {participant.id, *ruled_out})
    tx.touched(*(f"participant/{one.participant_id}" for one in possible))
    return [PossibleMatchOut.model_validate(one, from_attributes=True) for one in possible]
