"""What the hub remembers. The statements that make these tables, with who may see a row, are migration 0002."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from common.contracts.referrals import FundingStream
from common.database import base_for_service
from referral_hub.domain.allocation import Intensity
from referral_hub.domain.correction import CorrectionKind
from referral_hub.domain.decline import Room
from referral_hub.domain.identity import Verdict
from referral_hub.domain.referral import ClosingReason, ReferralState
from referral_hub.domain.triage import Risk

Base = base_for_service()

Id = Annotated[UUID, mapped_column(Uuid, primary_key=True)]
Reference = Annotated[UUID, mapped_column(Uuid)]
Code = Annotated[str, mapped_column(Text)]
Codes = Annotated[list[str], mapped_column(ARRAY(Text))]
Words = Annotated[str, mapped_column(Text)]
Flag = Annotated[bool, mapped_column(Boolean)]
Day = Annotated[date, mapped_column(Date)]
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Whole = Annotated[int, mapped_column(Integer)]
Json = Annotated[dict[str, Any], mapped_column(JSONB)]


class Programme(Base):
    """The hub's part of a programme, as last loaded."""

    __tablename__ = "programme"

    programme_id: Mapped[Annotated[str, mapped_column(Text, primary_key=True)]]
    part: Mapped[Json]
    """Of a `HubPart`, all but its providers."""
    version: Mapped[Whole]


class Provider(Base):
    __tablename__ = "provider"

    programme_id: Mapped[Annotated[str, mapped_column(Text, primary_key=True)]]
    provider_id: Mapped[Annotated[str, mapped_column(Text, primary_key=True)]]
    name: Mapped[Words]
    legal_form: Mapped[Words]
    size: Mapped[Code]
    specialisms: Mapped[Codes]
    capacity: Mapped[Whole]
    joined_on: Mapped[Day]
    left_on: Mapped[Day | None]
    rate_card: Mapped[Code]
    illustrative: Mapped[Flag]


class Participant(Base):
    """Who someone is: the only row in the whole installation with a name in it."""

    __tablename__ = "participant"
    __table_args__ = (
        Index("ix_participant_date_of_birth", "programme_id", "date_of_birth"),
        Index("ix_participant_name_key", "programme_id", "name_key"),
        Index("ix_participant_uncertain", "programme_id", "id", postgresql_where=text("date_of_birth is null")),
        Index("ix_participant_merged_into", "merged_into", postgresql_where=text("merged_into is not null")),
        Index(
            "ix_participant_national_insurance_whole",
            "programme_id",
            "national_insurance",
            postgresql_where=text("national_insurance is not null"),
        ),
        Index(
            "ix_participant_nhs_number",
            "programme_id",
            "nhs_number",
            postgresql_where=text("nhs_number is not null"),
        ),
    )

    id: Mapped[Id]
    programme_id: Mapped[Code]
    given_name: Mapped[Words]
    family_name: Mapped[Words]
    """Either may be empty: some people have one name."""
    name_key: Mapped[Words]
    date_of_birth: Mapped[Day | None]
    """The day, when it is known."""
    born_from: Mapped[Day | None]
    born_until: Mapped[Day | None]
    """The first and the last day it may have been, when it is an estimate."""
    sex: Mapped[Code | None]
    address: Mapped[Words | None]
    phone: Mapped[Words | None]
    email: Mapped[Words | None]
    national_insurance: Mapped[Words | None]
    nhs_number: Mapped[Words | None]
    restricted: Mapped[Flag]
    """Need-to-know: domestic abuse (§2.M)."""
    merged_into: Mapped[Reference | None]
    version: Mapped[Whole]

    @property
    def name(self) -> str:
        """As it is written."""
        return f"{self.given_name} {self.family_name}".strip()


class ParticipantSound(Base):
    """How a word of a name sounds, that somebody is or was recorded with: its first letter, and its other consonants by
    the groups of Soundex. The database keeps it, by a trigger.
    """

    __tablename__ = "participant_sound"
    __table_args__ = (Index("ix_participant_sound_participant_id", "participant_id"),)

    programme_id: Mapped[Annotated[str, mapped_column(Text, primary_key=True)]]
    sound: Mapped[Annotated[str, mapped_column(Text, primary_key=True)]]
    participant_id: Mapped[Annotated[UUID, mapped_column(Uuid, primary_key=True)]]


class IdentityChange(Base):
    """One fact about who someone is, as it was before and is after; goes when its participant does."""

    __tablename__ = "identity_change"
    __table_args__ = (Index("ix_identity_change_participant_id", "participant_id", "position"),)

    position: Mapped[Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]]
    programme_id: Mapped[Code]
    participant_id: Mapped[Reference]
    field: Mapped[Code]
    before: Mapped[Words | None]
    after: Mapped[Words | None]
    taken: Mapped[Flag]
    """False: an agency said so of somebody the hub is already in touch with; kept beside for the hub to look at."""
    reason: Mapped[Words]
    changed_by: Mapped[Code]
    organisation_id: Mapped[Code]
    changed_at: Mapped[Instant]


class IdentityDecision(Base):
    """A person's word that two records are one, or are not; the last one about two counts."""

    __tablename__ = "identity_decision"
    __table_args__ = (
        Index("ix_identity_decision_participant_id", "participant_id", "position"),
        Index("ix_identity_decision_other_id", "other_id", "position"),
    )

    position: Mapped[Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]]
    programme_id: Mapped[Code]
    participant_id: Mapped[Reference]
    """Of two that are the same, the one that stays."""
    other_id: Mapped[Reference]
    verdict: Mapped[Annotated[Verdict, mapped_column(Text)]]
    reason: Mapped[Words]
    decided_by: Mapped[Code]
    decided_at: Mapped[Instant]
    joined_ids: Mapped[Annotated[list[UUID], mapped_column(ARRAY(Uuid))]]
    """What pointed to the other record, and points to the one that stays."""
    ended_referral_id: Mapped[Reference | None]
    """The open referral that ended as a duplicate, since one person has one."""
    ended_in: Mapped[Annotated[ReferralState | None, mapped_column(Text)]]
    """The state it was in."""


class ParticipantAccess(Base):
    """Which provider may see a participant, why, and from when until when; open while `until_on` is null."""

    __tablename__ = "participant_access"
    __table_args__ = (
        UniqueConstraint(
            "programme_id",
            "participant_id",
            "organisation_id",
            "scope",
            "source_id",
            name="uq_participant_access_source",
        ),
        Index("ix_participant_access_organisation", "organisation_id", "participant_id"),
    )

    position: Mapped[Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]]
    programme_id: Mapped[Code]
    participant_id: Mapped[Reference]
    organisation_id: Mapped[Code]
    scope: Mapped[Code]
    """`lead` by an allocation, `joint` by joint work."""
    source_id: Mapped[Reference]
    """The allocation, or the case that is worked on jointly."""
    shareable_only: Mapped[Flag]
    from_on: Mapped[Day]
    until_on: Mapped[Day | None]


class Referral(Base):
    __tablename__ = "referral"
    __table_args__ = (
        Index(
            "uq_referral_open",
            "programme_id",
            "participant_id",
            unique=True,
            postgresql_where=text("state not in ('declined', 'closed')"),
        ),
        Index("ix_referral_referred_on", "programme_id", "referred_on", "id"),
        Index(
            "ix_referral_waiting",
            "programme_id",
            "referred_on",
            "received_at",
            "id",
            postgresql_where=text("state in ('received', 'awaiting-information', 'triaged')"),
        ),
        Index("ix_referral_participant_id", "participant_id"),
        Index("ix_referral_joined_to", "joined_to", postgresql_where=text("joined_to is not null")),
        Index("ix_referral_provider_id", "programme_id", "provider_id", "referred_on", "id"),
        Index("ix_referral_agency_id", "programme_id", "agency_id", "referred_on", "id"),
    )

    id: Mapped[Id]
    programme_id: Mapped[Code]
    participant_id: Mapped[Reference]
    state: Mapped[Annotated[ReferralState, mapped_column(Text)]]
    version: Mapped[Whole]
    source: Mapped[Code]
    agency_id: Mapped[Code | None]
    pathway: Mapped[Code | None]
    referred_on: Mapped[Day]
    received_at: Mapped[Instant]
    """When it was entered here."""
    returning: Mapped[Flag]
    needs: Mapped[Codes]
    homeless_at_referral: Mapped[Flag]
    threatened_with_eviction: Mapped[Flag]
    domestic_abuse_risk: Mapped[Flag]
    housed_at_referral: Mapped[Flag]
    stable_employment_at_referral: Mapped[Flag]
    release_on: Mapped[Day | None]
    funding_stream: Mapped[Annotated[FundingStream, mapped_column(Text)]]
    consent_to_share: Mapped[Flag]
    notes: Mapped[Words | None]
    priority: Mapped[Flag]
    priority_reasons: Mapped[Codes]
    priority_note: Mapped[Words | None]
    aspirations: Mapped[Codes]
    strengths: Mapped[Codes]
    risk_level: Mapped[Annotated[Risk | None, mapped_column(Text)]]
    specialism: Mapped[Code | None]
    intensity: Mapped[Annotated[Intensity | None, mapped_column(Text)]]
    complex: Mapped[Flag]
    triaged_on: Mapped[Day | None]
    provider_id: Mapped[Code | None]
    allocation_id: Mapped[Reference | None]
    closed_on: Mapped[Day | None]
    closing_reason: Mapped[Annotated[ClosingReason | None, mapped_column(Text)]]
    closing_note: Mapped[Words | None]
    joined_to: Mapped[Reference | None]
    """The referral of the same person that this one adds to: it ended as its duplicate."""
    believed_of_age: Mapped[Flag]
    """The referrer believes them old enough, where the birth date cannot tell."""


class InformationRequest(Base):
    """What the hub asked the referrer, and how long it waited (S-02, BR-B6)."""

    __tablename__ = "information_request"
    __table_args__ = (Index("ix_information_request_referral_id", "referral_id"),)

    id: Mapped[Id]
    programme_id: Mapped[Code]
    referral_id: Mapped[Reference]
    question_code: Mapped[Code]
    note: Mapped[Words]
    chaser: Mapped[Flag]
    """Asked while an earlier question was open: it starts no second wait."""
    asked_at: Mapped[Instant]
    answered_at: Mapped[Instant | None]
    answer: Mapped[Words | None]
    withdrawn_at: Mapped[Instant | None]
    """When the hub took the question back: the referral never waited for it."""


class Allocation(Base):
    __tablename__ = "allocation"
    __table_args__ = (
        Index(
            "uq_allocation_open",
            "programme_id",
            "referral_id",
            unique=True,
            postgresql_where=text("state in ('placed', 'started')"),
        ),
        Index(
            "ix_allocation_caseload",
            "programme_id",
            "provider_id",
            "intensity",
            postgresql_where=text("state in ('placed', 'started')"),
        ),
        Index("ix_allocation_participant_id", "participant_id"),
        Index("ix_allocation_referral_id", "referral_id"),
    )

    id: Mapped[Id]
    programme_id: Mapped[Code]
    referral_id: Mapped[Reference]
    participant_id: Mapped[Reference]
    provider_id: Mapped[Code]
    recommended_provider_id: Mapped[Code | None]
    override_reason: Mapped[Words | None]
    explanation: Mapped[Json]
    """Criteria and candidates as they were then (BR-A12)."""
    specialism: Mapped[Code]
    intensity: Mapped[Annotated[Intensity, mapped_column(Text)]]
    complex: Mapped[Flag]
    allocated_on: Mapped[Day]
    allocated_at: Mapped[Instant]
    state: Mapped[Code]
    """placed, started, declined, withdrawn or closed."""
    case_id: Mapped[Reference | None]
    started_on: Mapped[Day | None]
    ended_on: Mapped[Day | None]
    version: Mapped[Whole]


class Decline(Base):
    """Every decline, and every attempt at one that was not accepted; the council sees them all (BR-A8)."""

    __tablename__ = "decline"
    __table_args__ = (
        Index("ix_decline_declined_on", "programme_id", "declined_on", "id"),
        Index("ix_decline_referral_id", "referral_id"),
    )

    id: Mapped[Id]
    programme_id: Mapped[Code]
    referral_id: Mapped[Reference]
    participant_id: Mapped[Reference]
    allocation_id: Mapped[Reference | None]
    """None when the hub declined the referral itself."""
    provider_id: Mapped[Code | None]
    reason: Mapped[Code]
    account: Mapped[Words]
    final: Mapped[Flag]
    """False: not accepted; the hub owes the provider a joint risk plan (S-13)."""
    complex: Mapped[Flag]
    source: Mapped[Code]
    declined_on: Mapped[Day]
    withdrawn_on: Mapped[Day | None]
    """When the referral was opened again: it was declined by mistake."""
    version: Mapped[Whole]
    capacity: Mapped[Whole | None]
    """In units, what the provider had as it handed the participant back; none where the hub declined."""
    load: Mapped[Whole | None]
    """Without this participant."""
    needed: Mapped[Whole | None]
    """Units this participant takes."""

    @property
    def had_room(self) -> bool | None:
        """Whether the provider could have taken the participant; none where nothing was kept of it."""
        if self.capacity is None or self.load is None or self.needed is None:
            return None
        return Room(self.capacity, self.load, self.needed).was_enough


class DropIn(Base):
    """Light-touch support after completion (S-15)."""

    __tablename__ = "drop_in"
    __table_args__ = (
        Index("ix_drop_in_participant_id", "participant_id"),
        Index("ix_drop_in_dropped_in_on", "programme_id", "dropped_in_on", "id"),
    )

    id: Mapped[Id]
    programme_id: Mapped[Code]
    participant_id: Mapped[Reference]
    provider_id: Mapped[Code | None]
    dropped_in_on: Mapped[Day]
    withdrawn_on: Mapped[Day | None]
    """It never happened: recorded by mistake."""
    version: Mapped[Whole]


class Correction(Base):
    """What somebody put right, and why: what stood before stays readable."""

    __tablename__ = "correction"
    __table_args__ = (
        Index("ix_correction_of_id", "of_id", "id"),
        Index("ix_correction_participant_id", "participant_id"),
    )

    id: Mapped[Id]
    programme_id: Mapped[Code]
    participant_id: Mapped[Reference]
    kind: Mapped[Annotated[CorrectionKind, mapped_column(Text)]]
    of_id: Mapped[Reference]
    """The referral, drop-in, decline or question that was corrected."""
    reason: Mapped[Words]
    before: Mapped[Json]
    after: Mapped[Json]
    made_by: Mapped[Code]
    """The actor's id: never a name."""
    made_at: Mapped[Instant]
