from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement

from common.transaction import Answer, Transaction
from common.web.access import reading, writing
from common.web.fields import Asked, BirthDay, BusinessDay, Line, Prose, ShortCode
from common.web.pages import Cursor, Limit, Page, key_of, page_of
from referral_hub.domain.allocation import Intensity
from referral_hub.domain.identity import recognise
from referral_hub.domain.referral import ReferralState
from referral_hub.domain.triage import Risk
from referral_hub.operations.problems import NoSuchReferral
from referral_hub.operations.receive_referral import NewReferral, receive_referral
from referral_hub.operations.recognise_participant import Person
from referral_hub.storage.participants import identity_of, known_like, participant_of
from referral_hub.storage.referrals import list_referrals, referral_of, requests_about
from referral_hub.storage.tables import Referral

from .corrections import CorrectionOut, corrections_shown
from .names import names_of
from .roles import PROVIDER_ROLES

router = APIRouter(prefix="/v1/referrals", tags=["referrals"])

Codes = Annotated[list[ShortCode], Field(min_length=0, max_length=40)]
Spoken = Annotated[list[Prose], Field(max_length=20)]


class PersonIn(Asked):
    """Who is referred. Kept in one row of the hub and nowhere else."""

    given_name: Line
    family_name: Line
    date_of_birth: BirthDay
    sex: ShortCode | None = None
    address: Prose | None = None
    phone: Line | None = None
    email: Line | None = None
    national_insurance: Line | None = None
    nhs_number: Line | None = None


class ReferralIn(Asked):
    """A referral as an agency, or the hub for someone, makes it."""

    id: UUID | None = None
    participant_id: UUID | None = None
    """Minted for someone new; the hub may name someone it knows, and so decide a possible match."""
    source: ShortCode
    """Kind of referrer, from the programme's list (S-03)."""
    agency_id: ShortCode | None = None
    """Left out by an agency: it refers for itself. A self-referral has none (S-04)."""
    pathway: ShortCode | None = None
    """Left out, an automatic pathway that fits is taken (S-17)."""
    referred_on: BusinessDay | None = None
    """Today unless given."""
    person: PersonIn
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

    @property
    def asked(self) -> NewReferral:
        sent = self.model_dump()
        sent["person"] = Person(**sent["person"])
        sent["needs"] = frozenset(self.needs)
        return NewReferral(**sent)


class ReferralReceipt(Answer):
    """What became of a referral. An agency is not told whether the person was known before."""

    id: UUID
    participant_id: UUID
    state: ReferralState
    returning: bool | None
    possible_matches: int | None
    priority: bool
    version: int


class ReferralStatus(BaseModel):
    """All that the referring agency is told."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    state: ReferralState
    agency_id: str | None
    referred_on: date
    closed_on: date | None
    version: int


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


class ReferralLine(ReferralStatus):
    """A referral in a list."""

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


class PossibleMatchOut(BaseModel):
    """Someone known who may be the same person, and what suggests it; a person decides (BR-C6)."""

    participant_id: UUID
    signs: list[str]


class ReferralOut(ReferralLine):
    """A referral in full."""

    needs: list[str]
    homeless_at_referral: bool
    threatened_with_eviction: bool
    domestic_abuse_risk: bool
    housed_at_referral: bool
    stable_employment_at_referral: bool
    release_on: date | None
    consent_to_share: bool
    notes: str | None
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
    """What was put right since: facts, triage, end; for hub, prime and council."""


@router.post("", status_code=201)
async def receive(body: ReferralIn, tx: Annotated[Transaction, writing("hub", "referrer")]) -> ReferralReceipt:
    """Refer someone (BR-A1). A returning participant is recognised by name and date of birth (S-14).

    409 `already-referred`: the person has an open referral; the hub is told which. 422 `refused`: why, and what to do.
    """
    referral, recognised = await receive_referral(tx, body.asked)
    hub = tx.actor.has("hub")
    return tx.answered(
        ReferralReceipt(
            id=referral.id,
            participant_id=referral.participant_id,
            state=referral.state,
            returning=recognised.returning if hub else None,
            possible_matches=recognised.possible_matches if hub else None,
            priority=referral.priority,
            version=referral.version,
        )
    )


@router.get("")
async def list_all(
    tx: Annotated[Transaction, reading("hub", "prime-manager", "council-oversight", "referrer")],
    state: ReferralState | None = None,
    agency: Annotated[str | None, Query(pattern=r"^[a-z0-9-]{1,60}$")] = None,
    provider: Annotated[str | None, Query(pattern=r"^[a-z0-9-]{1,60}$")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ReferralLine] | Page[ReferralStatus]:
    """Referrals, newest first. A referring agency sees its own, and of them the state only."""
    outside = _is_referrer(tx)
    if outside:
        agency = tx.actor.organisation
    wanted: list[ColumnElement[bool]] = [Referral.programme_id == tx.programme_id]
    asked = {Referral.state: state, Referral.agency_id: agency, Referral.provider_id: provider}
    wanted += [column == value for column, value in asked.items() if value is not None]
    found = await list_referrals(tx.session, wanted, key_of(cursor, date.fromisoformat, UUID), limit)
    names = await names_of(tx, found[:limit])
    if outside:
        return page_of(found, limit, _key, ReferralStatus.model_validate)
    return page_of(found, limit, _key, lambda referral: _line(referral, names))


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
    response.headers["ETag"] = f'"{referral.version}"'
    tx.touched(f"referral/{referral.id}", f"participant/{referral.participant_id}")
    if _is_referrer(tx):
        return OwnReferral.model_validate(referral).model_copy(update=await _asked(tx, referral))
    return await _in_full(tx, referral)


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
    names = await names_of(tx, [referral])
    more: dict[str, Any] = {"name": names.get(referral.participant_id), **await _asked(tx, referral)}
    more["corrections"] = (await corrections_shown(tx, referral.id))[referral.id]
    if tx.actor.has("hub"):
        more["possible_matches"] = await _possible_matches(tx, referral)
    return ReferralOut.model_validate(referral).model_copy(update=more)


async def _possible_matches(tx: Transaction, referral: Referral) -> list[PossibleMatchOut]:
    participant = await participant_of(tx.session, referral.participant_id)
    if participant is None:
        return []
    known = await known_like(tx.session, tx.programme_id, identity_of(participant))
    others = [one for one in known if one.participant_id != participant.id]
    recognition = recognise(identity_of(participant), others)
    tx.touched(*(f"participant/{one.participant_id}" for one in recognition.possible))
    return [PossibleMatchOut(participant_id=one.participant_id, signs=list(one.signs)) for one in recognition.possible]
