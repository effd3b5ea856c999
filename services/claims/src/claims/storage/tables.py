"""What claims remembers. The migrations say the same in SQL, with every check; a test holds the two together."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Sequence,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from common.database import base_for_service

Base = base_for_service()
Base.registry.update_type_annotation_map(
    {
        str: Text(),
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
        list[str]: ARRAY(Text),
    }
)

claim_numbers = Sequence("claim_number", metadata=Base.metadata, data_type=BigInteger)
LIVE = text("state not in ('refused', 'withdrawn') and taken_back_on is null")


class Contract(Base):
    """A programme's money terms and what has been fixed under them: the one row verification locks."""

    __tablename__ = "contract"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    terms: Mapped[dict[str, Any]]
    cap_pence: Mapped[int | None] = mapped_column(BigInteger)
    value_to_date_pence: Mapped[int] = mapped_column(BigInteger, server_default="0")
    payable_to_date_pence: Mapped[int] = mapped_column(BigInteger, server_default="0")
    closed_month: Mapped[date | None]
    """First day of the last month whose statement was issued."""
    version: Mapped[int] = mapped_column(server_default="1")


class ReasonCatalogue(Base):
    """The codes with which people say why, as last loaded; no row where that was before there were any."""

    __tablename__ = "reason_catalogue"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    reasons: Mapped[list[Any]]


class AcceptedRateCard(Base):
    """A version of a rate card as it was accepted; only an open version's last day may still be set (S-72)."""

    __tablename__ = "rate_card"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    card: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    in_force_from: Mapped[date]
    in_force_until: Mapped[date | None]
    document: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    event_id: Mapped[UUID]
    accepted_at: Mapped[datetime]
    change_id: Mapped[UUID | None] = mapped_column(ForeignKey("rate_card_change.change_id"))
    """How it came about; none for versions accepted by loading, before acceptance was asked of prime and council."""


class RateCardChange(Base):
    """A version of a card on its way: who drafted, proposed, accepted, rejected or withdrew it, and why (S-72)."""

    __tablename__ = "rate_card_change"
    __table_args__ = (
        Index(
            "uq_rate_card_change_live",
            *("programme_id", "card", "version"),
            unique=True,
            postgresql_where=text("state in ('draft', 'proposed', 'accepted')"),
        ),
        Index("ix_rate_card_change_place", "programme_id", "drafted_on", "change_id"),
    )

    change_id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    card: Mapped[str]
    version: Mapped[str]
    in_force_from: Mapped[date]
    in_force_until: Mapped[date | None]
    retroactive: Mapped[bool]
    document: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    state: Mapped[str]
    drafted_by: Mapped[str]
    drafted_for: Mapped[str]
    """The organisation that brought it."""
    drafted_on: Mapped[date]
    rationale: Mapped[str | None]
    proposed_by: Mapped[str | None]
    proposed_on: Mapped[date | None]
    prime_by: Mapped[str | None]
    prime_organisation: Mapped[str | None]
    prime_on: Mapped[date | None]
    council_by: Mapped[str | None]
    council_organisation: Mapped[str | None]
    council_on: Mapped[date | None]
    ended_by: Mapped[str | None]
    ended_on: Mapped[date | None]
    reason: Mapped[str | None]
    revision: Mapped[int] = mapped_column(server_default="1")


class ProviderCard(Base):
    """Which card pays for a provider's outcomes."""

    __tablename__ = "provider_card"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    provider_id: Mapped[str] = mapped_column(primary_key=True)
    card: Mapped[str]


class ParticipantAlias(Base):
    """Two records were one person; the survivor is always an id that is no alias itself."""

    __tablename__ = "participant_alias"
    __table_args__ = (Index("ix_participant_alias_survivor_id", "programme_id", "survivor_id"),)

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    alias_id: Mapped[UUID] = mapped_column(primary_key=True)
    survivor_id: Mapped[UUID]
    merged_on: Mapped[date]


class ParticipantAccess(Base):
    """Until when an organisation sees what a lead claims for a participant: its own lead, or one it works with."""

    __tablename__ = "participant_access"
    __table_args__ = (
        UniqueConstraint(
            *("programme_id", "participant_id", "organisation_id", "scope", "source_id"),
            name="uq_participant_access_source",
        ),
        Index("ix_participant_access_organisation", "organisation_id", "participant_id"),
    )

    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    programme_id: Mapped[str]
    participant_id: Mapped[UUID]
    organisation_id: Mapped[str]
    lead_id: Mapped[str]
    scope: Mapped[str]
    """`lead` or `joint`."""
    source_id: Mapped[UUID]
    """The allocation of a lead, or its case; the case that is joint."""
    shareable_only: Mapped[bool]
    """Of a restricted record nothing is claimed in sight of the joint provider."""
    from_on: Mapped[date]
    until_on: Mapped[date | None]


class SupportTold(Base):
    """An allocation, a case, a plan or an assessment as it was heard: what is known before anything is claimed."""

    __tablename__ = "support_told"
    __table_args__ = (Index("ix_support_told_participant_id", "programme_id", "participant_id"),)

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    participant_id: Mapped[UUID]
    provider_id: Mapped[str]
    case_id: Mapped[UUID | None]
    kind: Mapped[str]
    told: Mapped[dict[str, Any]]
    """Only what a rule may ask for."""
    told_at: Mapped[datetime]


class Claim(Base):
    """One claim, under one number for life; its key is unique while it is live (BR-G1)."""

    __tablename__ = "claim"
    __table_args__ = (
        UniqueConstraint("programme_id", "number", name="uq_claim_number"),
        UniqueConstraint("programme_id", "outcome_id", name="uq_claim_outcome_id"),
        Index(
            "uq_claim_live_key",
            *("programme_id", "subject_kind", "subject_id", "outcome", "slot"),
            unique=True,
            postgresql_where=LIVE,
        ),
        Index("ix_claim_achieved_on", "programme_id", "achieved_on", "claim_id"),
        Index("ix_claim_subject_id", "programme_id", "subject_id"),
        Index("ix_claim_participant_id", "programme_id", "participant_id"),
        Index("ix_claim_verified_on", "programme_id", "verified_on", postgresql_where=text("state = 'verified'")),
        Index("ix_claim_verified_outcome", "programme_id", "outcome", postgresql_where=text("state = 'verified'")),
    )

    claim_id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    number: Mapped[str]
    provider_id: Mapped[str]
    participant_id: Mapped[UUID]
    """As heard; it never changes."""
    case_id: Mapped[UUID]
    outcome_id: Mapped[UUID]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    """Whose key it uses up: the survivor, where participants were merged."""
    outcome: Mapped[str]
    slot: Mapped[str]
    quantity: Mapped[int]
    unit: Mapped[str]
    revision: Mapped[int]
    state: Mapped[str]
    ready: Mapped[bool]
    achieved_on: Mapped[date]
    rate_card: Mapped[str]
    rate_card_version: Mapped[str]
    recorded_by: Mapped[list[str]]
    approved_by: Mapped[str | None]
    submitted_by: Mapped[str | None]
    verified_by: Mapped[str | None]
    raised_on: Mapped[date]
    approved_on: Mapped[date | None]
    submitted_on: Mapped[date | None]
    verified_on: Mapped[date | None]
    basis_changed_on: Mapped[date | None]
    """When the outcome was last corrected or taken back after the claim had ended: the council is to decide."""
    challenged_by: Mapped[str | None]
    """Who said last that it should not have been verified, while the council has yet to decide."""
    taken_back_on: Mapped[date | None]
    """When an adjustment reversed what it pays: its key has been free since."""
    taken_back_by: Mapped[str | None]
    version: Mapped[int] = mapped_column(server_default="1")


class HeardOutcome(Base):
    """One revision of a claim's outcome, frozen: the event's body as it was heard, and what it changed."""

    __tablename__ = "heard_outcome"

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claim.claim_id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    provider_id: Mapped[str]
    event_id: Mapped[UUID]
    body: Mapped[dict[str, Any]]
    changed: Mapped[dict[str, Any]]
    heard_at: Mapped[datetime]


class ClaimAssessment(Base):
    """Every rule's answer about one revision, under the card version it was judged by; never rewritten."""

    __tablename__ = "assessment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["claim_id", "revision"],
            ["heard_outcome.claim_id", "heard_outcome.revision"],
            name="fk_assessment_claim_id_revision",
        ),
        Index("ix_assessment_claim_id", "claim_id", "assessment_id"),
    )

    assessment_id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    provider_id: Mapped[str]
    claim_id: Mapped[UUID]
    revision: Mapped[int]
    occasion: Mapped[str]
    rate_card: Mapped[str]
    rate_card_version: Mapped[str]
    ready: Mapped[bool]
    checks: Mapped[list[Any]]
    assessed_at: Mapped[datetime]
    event_id: Mapped[UUID | None]
    """What was announced with it, if anything was."""
    basis: Mapped[dict[str, Any] | None]
    """What else it rested on: the day, other claims on record, agreements, rulings. None before 0009."""


class ItemRequest(Base):
    """One thing asked about a claim by the prime or the council; the next revision answers it."""

    __tablename__ = "item_request"
    __table_args__ = (Index("ix_item_request_claim_id", "claim_id"),)

    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    provider_id: Mapped[str]
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claim.claim_id"))
    asked_by: Mapped[str]
    revision: Mapped[int]
    code: Mapped[str]
    item_id: Mapped[UUID | None]
    remedy: Mapped[str]
    due_on: Mapped[date | None]
    asked_on: Mapped[date]
    answered_by_revision: Mapped[int | None]
    who_acts: Mapped[str] = mapped_column(server_default="provider")
    answered_on: Mapped[date | None]


class Act(Base):
    """One step in a claim's life: who took it, when, and which event announced or caused it."""

    __tablename__ = "act"
    __table_args__ = (Index("ix_act_claim_id", "claim_id", "position"),)

    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    programme_id: Mapped[str]
    provider_id: Mapped[str]
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claim.claim_id"))
    verb: Mapped[str]
    state: Mapped[str]
    """The state after it."""
    revision: Mapped[int]
    by: Mapped[str]
    organisation: Mapped[str]
    acted_at: Mapped[datetime]
    detail: Mapped[dict[str, Any]]
    event_id: Mapped[UUID | None]
    caused_by: Mapped[UUID | None]


class Agreement(Base):
    """What the Council agreed to for one claim: an exception the rules ask for (A-24, A-25)."""

    __tablename__ = "agreement"

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claim.claim_id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    provider_id: Mapped[str]
    agreed_by: Mapped[str]
    agreed_on: Mapped[date]


class AnsweredKinds(Base):
    """The kinds of evidence that only a source's answer is, as last loaded."""

    __tablename__ = "answered_kinds"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    kinds: Mapped[list[Any]]


class SourceAnswer(Base):
    """What a source answered about one claim, as a verifier recorded it; the newest of a kind counts."""

    __tablename__ = "source_answer"
    __table_args__ = (Index("ix_source_answer_claim_id", "claim_id", "kind", "answer_id"),)

    answer_id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    provider_id: Mapped[str]
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claim.claim_id"))
    kind: Mapped[str]
    result: Mapped[str]
    answered_on: Mapped[date]
    recorded_by: Mapped[str]


class AuditGrant(Base):
    """A quarter whose evidence an auditor's organisation may open until a day (S-83)."""

    __tablename__ = "audit_grant"
    __table_args__ = (Index("ix_audit_grant_auditor", "programme_id", "auditor"),)

    grant_id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    auditor: Mapped[str]
    quarter: Mapped[str]
    until_on: Mapped[date]
    granted_by: Mapped[str]
    granted_on: Mapped[date]
    ended_on: Mapped[date | None]
    ended_by: Mapped[str | None]
    end_reason: Mapped[str | None]


class EvidenceEquivalent(Base):
    """A kind of evidence proposed in the place of another for one outcome, and the council's ruling (U-04)."""

    __tablename__ = "evidence_equivalent"
    __table_args__ = (
        UniqueConstraint("programme_id", "outcome", "kind", "stands_for", name="uq_evidence_equivalent_pair"),
        Index(
            "ix_evidence_equivalent_outcome",
            *("programme_id", "outcome"),
            postgresql_where=text("ruling = 'accepted'"),
        ),
    )

    equivalent_id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    provider_id: Mapped[str]
    outcome: Mapped[str]
    kind: Mapped[str]
    stands_for: Mapped[str]
    why: Mapped[str]
    proposed_by: Mapped[str]
    proposed_on: Mapped[date]
    ruling: Mapped[str | None]
    reason: Mapped[str | None]
    ruled_by: Mapped[str | None]
    ruled_on: Mapped[date | None]
    event_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(server_default="1")


class EquivalentRuling(Base):
    """Every ruling there was on a proposal, and every time one was withdrawn; the last is the one that stands."""

    __tablename__ = "equivalent_ruling"
    __table_args__ = (Index("ix_equivalent_ruling_equivalent_id", "equivalent_id", "event_id"),)

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    """The event in which it was announced."""
    programme_id: Mapped[str]
    equivalent_id: Mapped[UUID] = mapped_column(ForeignKey("evidence_equivalent.equivalent_id"))
    ruling: Mapped[str]
    reason: Mapped[str]
    ruled_by: Mapped[str]
    ruled_on: Mapped[date]


class ClaimValuation(Base):
    """What a verified claim is worth, what is payable and who pays; written once, and ended once at most.

    A claim has one that counts, and may have others before it that were undone, or taken back before it was reinstated.
    """

    __tablename__ = "valuation"
    __table_args__ = (
        Index("uq_valuation_counted", "claim_id", unique=True, postgresql_where=text("ended_on is null")),
        Index("ix_valuation_claim_id", "claim_id", "event_id"),
        Index("ix_valuation_verified_on", "programme_id", "verified_on", "claim_id"),
    )

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claim.claim_id"))
    programme_id: Mapped[str]
    provider_id: Mapped[str]
    verified_on: Mapped[date]
    rate_card: Mapped[str]
    rate_card_version: Mapped[str]
    quantity: Mapped[int]
    price_pence: Mapped[int] = mapped_column(BigInteger)
    payable_pence: Mapped[int] = mapped_column(BigInteger)
    above_cap_pence: Mapped[int] = mapped_column(BigInteger)
    payable_before_pence: Mapped[int] = mapped_column(BigInteger)
    cap_pence: Mapped[int | None] = mapped_column(BigInteger)
    units_before: Mapped[int | None] = mapped_column(BigInteger)
    paid_units: Mapped[int | None] = mapped_column(BigInteger)
    """The outcome's own limit in the whole programme, and how many had been verified before, where it has one."""
    subject_before_pence: Mapped[int | None] = mapped_column(BigInteger)
    subject_cap_pence: Mapped[int | None] = mapped_column(BigInteger)
    """What may be payable for one subject, and what was before it, where the programme has such a cap."""
    payment_mode: Mapped[str]
    shares: Mapped[list[Any]]
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    """The verification that fixed it, by the event in which it was announced."""
    ended_on: Mapped[date | None]
    ending: Mapped[str | None]
    """`undone`, as if it had never been, before its month was closed; or `taken-back` by an adjustment."""
    ended_by: Mapped[str | None]
    """None where two records were found to be one person, and before 0017."""
    ended_event_id: Mapped[UUID | None]


class Adjustment(Base):
    """A verified claim taken back: another one is for the same thing, or what it was judged on changed (BR-H13)."""

    __tablename__ = "adjustment"
    __table_args__ = (
        Index("uq_adjustment_valuation_id", "valuation_id", unique=True),
        Index("ix_adjustment_claim_id", "claim_id"),
        Index("ix_adjustment_made_on", "programme_id", "made_on"),
    )

    adjustment_id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claim.claim_id"))
    valuation_id: Mapped[UUID] = mapped_column(ForeignKey("valuation.event_id"))
    """What it takes back."""
    instead_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("claim.claim_id"))
    """The claim that stands, where there is one."""
    reason: Mapped[str]
    value_pence: Mapped[int] = mapped_column(BigInteger)
    payable_pence: Mapped[int] = mapped_column(BigInteger)
    above_cap_pence: Mapped[int] = mapped_column(BigInteger)
    shares: Mapped[list[Any]]
    made_on: Mapped[date]
    event_id: Mapped[UUID]


class Statement(Base):
    """A closed month, fixed for ever."""

    __tablename__ = "statement"
    __table_args__ = (UniqueConstraint("programme_id", "month", name="uq_statement_month"),)

    statement_id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    month: Mapped[date]
    lines: Mapped[int]
    value_pence: Mapped[int] = mapped_column(BigInteger)
    payable_pence: Mapped[int] = mapped_column(BigInteger)
    above_cap_pence: Mapped[int] = mapped_column(BigInteger)
    shares: Mapped[list[Any]]
    grant_pence: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """Paid for the month apart from its outcomes, where the payment calendar says so (BR-H7)."""
    issued_on: Mapped[date]
    issued_by: Mapped[str]
    event_id: Mapped[UUID]


class StatementLine(Base):
    """One claim, or one adjustment, on a statement."""

    __tablename__ = "statement_line"
    __table_args__ = (
        Index("uq_statement_line_valuation_id", "valuation_id", "kind", unique=True),
        Index("ix_statement_line_claim_id", "claim_id"),
    )

    statement_id: Mapped[UUID] = mapped_column(ForeignKey("statement.statement_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    programme_id: Mapped[str]
    kind: Mapped[str]
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claim.claim_id"))
    valuation_id: Mapped[UUID] = mapped_column(ForeignKey("valuation.event_id"))
    claim_number: Mapped[str]
    provider_id: Mapped[str]
    outcome: Mapped[str]
    slot: Mapped[str]
    achieved_on: Mapped[date]
    verified_on: Mapped[date]
    rate_card: Mapped[str]
    rate_card_version: Mapped[str]
    payment_mode: Mapped[str]
    value_pence: Mapped[int] = mapped_column(BigInteger)
    payable_pence: Mapped[int] = mapped_column(BigInteger)
    above_cap_pence: Mapped[int] = mapped_column(BigInteger)
    shares: Mapped[list[Any]]
