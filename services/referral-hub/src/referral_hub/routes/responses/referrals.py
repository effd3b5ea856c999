"""Referrals, as the hub, a provider and their agency see them."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from common.transaction import Answer
from common.web.fields import AnswerBody
from referral_hub.domain.allocation import Intensity
from referral_hub.domain.referral import ReferralState, ShownToAgency
from referral_hub.domain.triage import Risk

from .corrections import CorrectionOut


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


class ReferralStatus(AnswerBody):
    """All that the referring agency is told: nothing that shows whether the person was known (X-2)."""

    id: UUID
    state: ShownToAgency
    agency_id: str | None
    referred_on: date
    closed_on: date | None


class InformationRequestOut(AnswerBody):
    """What the hub asked the referrer, in words, and what was answered; open while neither answered nor withdrawn."""

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

    information_requests: list[InformationRequestOut] = Field(default=[])


class ReferralLine(AnswerBody):
    """A referral in a list."""

    id: UUID
    state: ReferralState
    agency_id: str | None
    referred_on: date
    closed_on: date | None
    version: int
    participant_id: UUID
    name: str | None = None
    """The participant's name, for the hub and the prime alone."""
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
    """The id of the referral of the same person that this one adds to."""


class PossibleMatchOut(AnswerBody):
    """Someone known who may be the same person: what suggests it, and why a person decides (BR-C6, F-2)."""

    participant_id: UUID
    signs: list[str]
    doubts: list[str]


class ReferralFacts(AnswerBody):
    """What a source says of somebody."""

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
    information_requests: list[InformationRequestOut] = Field(default=[])
    possible_matches: list[PossibleMatchOut] = Field(default=[])
    corrections: list[CorrectionOut] = Field(default=[])
    """What was put right since: facts, triage or how it ended. For the hub, the prime and, without words that people
    wrote, the council."""
    contributions: list[ContributionOut] = Field(default=[])
    """What each source told of the person, for the hub and the prime alone."""
