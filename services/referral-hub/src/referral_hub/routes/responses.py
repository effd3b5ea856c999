"""What answers show."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from common.transaction import Answer
from referral_hub.domain.allocation import Intensity
from referral_hub.domain.identity import Verdict
from referral_hub.domain.referral import ReferralState, ShownToAgency
from referral_hub.domain.triage import Risk


class RefusalOut(BaseModel):
    code: str
    reason: str
    remedy: str


class Criteria(BaseModel):
    """What was asked of a provider. `capacity_needed` is in units."""

    specialism: str
    intensity: Intensity
    capacity_needed: int
    on: date
    tie_break: str


class CandidateOut(BaseModel):
    """One provider as weighed then; `reasons` are all those against it. Capacity and load are in units."""

    provider_id: str
    fits: bool
    reasons: list[RefusalOut]
    capacity: int
    load: int
    open_caseload: int
    spare_share: float


class AllocationOut(BaseModel):
    """An allocation with its full explanation (BR-A12)."""

    id: UUID
    referral_id: UUID
    participant_id: UUID
    provider_id: str
    state: str
    allocated_on: date
    started_on: date | None
    ended_on: date | None
    version: int
    criteria: Criteria
    candidates: list[CandidateOut]
    """In order of preference: the fitting ones first."""
    recommended: str | None
    chosen: str
    override: str | None
    """Why a person at the hub chose another provider."""


class RefusedDecline(Answer):
    """A decline that was not accepted: kept for hub and council, while the allocation stands."""

    type: str
    title: str
    status: int
    detail: str
    refusals: list[dict[str, str]]


class CorrectionOut(BaseModel):
    """What was put right: only what is different, before and after."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: str
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]
    made_by: str
    """The id of who did it, as in the audit."""
    made_at: datetime


class PlacementReceipt(Answer):
    """A placement looked at again after its triage was put right. It stands until somebody takes it back."""

    allocation_id: UUID
    provider_id: str
    fits: bool
    reasons: list[RefusalOut]
    """Why that provider does not fit what is needed."""
    recommended: str | None
    """Who would be recommended now."""
    would_differ: bool
    """To place again, withdraw the allocation while its case has not begun."""


class ReferralMoveReceipt(Answer):
    """Where a referral is now."""

    id: UUID
    participant_id: UUID
    state: ReferralState
    priority: bool
    complex: bool
    version: int


class TriageReceipt(ReferralMoveReceipt):
    placement: PlacementReceipt | None
    """None while nobody is placed."""


class DeclineOut(BaseModel):
    """A decline by a provider, or by the hub when no provider is named (BR-A8)."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    referral_id: UUID
    participant_id: UUID
    allocation_id: UUID | None
    provider_id: str | None
    reason: str
    account: str
    final: bool
    """False: not accepted; the hub owes the provider a joint risk plan (S-13)."""
    complex: bool
    source: str
    declined_on: date
    capacity: int | None
    """In units, what the provider had at that moment; none where the hub itself declined."""
    load: int | None
    """Of these, taken by others."""
    needed: int | None
    """Units this participant takes."""
    had_room: bool | None
    """Whether the provider could have taken the participant, whatever reason it gave."""
    withdrawn_on: date | None
    """When it was taken back as a mistake, and the referral opened again."""
    version: int
    corrections: list[CorrectionOut] = []
    """What its reason or account said before."""


class DeclineReceipt(Answer):
    id: UUID
    reason: str
    version: int


class DropInReceipt(Answer):
    id: UUID
    participant_id: UUID
    dropped_in_on: date
    version: int


class DropInOut(BaseModel):
    """Light-touch support after completion."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    participant_id: UUID
    provider_id: str | None
    """None where they came to the hub."""
    dropped_in_on: date
    withdrawn_on: date | None
    """It never happened: recorded by mistake, and counted nowhere."""
    version: int


class ParticipantName(BaseModel):
    """A name beside an id."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    given_name: str
    family_name: str
    """Either may be empty: some people have one name."""
    date_of_birth: date | None
    """The day, when it is known."""
    born_from: date | None
    born_until: date | None
    """Between which days, when it is an estimate; nothing at all when nobody knows."""
    restricted: bool
    """Need-to-know: domestic abuse (§2.M)."""
    merged_into: UUID | None


class ParticipantOut(ParticipantName):
    """Who someone is. Of a restricted participant, contact details are for hub, prime and lead provider alone."""

    aliases: list[UUID] = []
    """Other ids of the same person."""
    sex: str | None
    address: str | None
    phone: str | None
    email: str | None
    national_insurance: str | None
    nhs_number: str | None
    version: int


class CorrectionReceipt(Answer):
    """Which facts were put right, and what the rules say of the open referral now: the hub decides on it."""

    id: UUID
    version: int
    changed: list[str]
    refusals: list[dict[str, str]]


class ChangeOut(BaseModel):
    """One fact about who someone is, as it was and as it was then said to be."""

    model_config = ConfigDict(from_attributes=True)

    participant_id: UUID
    field: str
    before: str | None
    after: str | None
    taken: bool
    """False: an agency said so of somebody the hub is already in touch with; correct it if it is right."""
    reason: str
    changed_by: str
    organisation_id: str
    changed_at: datetime


class DecisionOut(BaseModel):
    """What somebody said of two records."""

    model_config = ConfigDict(from_attributes=True)

    participant_id: UUID
    other_id: UUID
    verdict: Verdict
    reason: str
    decided_by: str
    decided_at: datetime
    ended_referral_id: UUID | None


class HistoryOut(BaseModel):
    """How who someone is has been recorded, under every record they have had."""

    changes: list[ChangeOut]
    decisions: list[DecisionOut]


class MergeReceipt(Answer):
    id: UUID
    alias_id: UUID
    version: int


class ProgrammeReceipt(Answer):
    """The policy's version, and which providers are new or changed."""

    programme_id: str
    version: int
    providers_changed: list[str]


class ProviderOut(BaseModel):
    """A provider as the hub knows it now. Capacity and load are in units: one participant takes 1, 2 or 3 of them."""

    provider_id: str
    name: str
    specialisms: list[str]
    capacity: int
    load: int
    open_caseload: int
    """Participants placed and not closed."""
    joined_on: date
    left_on: date | None
    illustrative: bool
    """The capacity is ours, not published."""


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


class AllocationReceipt(Answer):
    """With whom a participant is placed."""

    id: UUID
    referral_id: UUID
    participant_id: UUID
    provider_id: str
    recommended_provider_id: str | None
    overridden: bool
    state: str
    version: int


class AnswerReceipt(Answer):
    """How the referral stands once its agency has answered, as the agency is told (X-2)."""

    id: UUID
    state: ShownToAgency


class Waiting(BaseModel):
    """Someone waiting, with how long and by when they should be placed (BR-B1, BR-B2, BR-B6)."""

    referral_id: UUID
    participant_id: UUID
    name: str | None
    """For the hub and the prime alone."""
    state: ReferralState
    source: str
    pathway: str | None
    referred_on: date
    received_at: datetime
    """When it was entered here."""
    waits_since: datetime
    """When the wait began: at entry, or as the earlier day began on which the referral was made."""
    days_waiting: int
    """Whole days of 24 hours since then."""
    days_awaiting_information: int
    """Of these, spent waiting for the referrer."""
    due_at: datetime
    on_time: bool
    priority: bool
    complex: bool
    specialism: str | None
    intensity: Intensity | None
    version: int
