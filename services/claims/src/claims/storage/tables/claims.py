"""Claims, what they rest on, what was judged of them and what was done."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Identity, Index, Sequence, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from common.lists import crossed

from .base import Base

claim_numbers = Sequence("claim_number", metadata=Base.metadata, data_type=BigInteger)
LIVE = text("state not in ('refused', 'withdrawn') and taken_back_on is null")


class ClaimRow(Base):
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
        *crossed("claim", ("achieved_on", "claim_id"), "state", "provider_id", "outcome", "ready", whose="provider_id"),
        *crossed(
            *("claim", ("waiting_since", "claim_id"), "state", "provider_id"),
            among="waiting_since is not null",
            whose="provider_id",
        ),
        *crossed("claim", ("due_on", "claim_id"), "provider_id", among="due_on is not null", whose="provider_id"),
        Index(
            "ix_claim_basis_changed",
            *("programme_id", "achieved_on", "claim_id"),
            postgresql_where=text("basis_changed_on is not null"),
        ),
        *crossed("claim", ("changed_in", "claim_id"), whose="provider_id"),
        Index("ix_claim_case_id", "programme_id", "case_id"),
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
    waiting_since: Mapped[date | None]
    """Since when it is in its state, while that is one in which somebody is to act."""
    due_on: Mapped[date | None]
    """The first day by which something that is asked is due."""
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
    changed_in: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """The transaction that last wrote it (`common.migrating.stamp_changes`)."""


class HeardOutcomeRow(Base):
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


class ClaimAssessmentRow(Base):
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


class ActRow(Base):
    """One step in a claim's life: who took it, when, and which event announced or caused it."""

    __tablename__ = "act"
    __table_args__ = (
        Index("ix_act_claim_id", "claim_id", "position"),
        Index(
            "ix_act_stated_month",
            "programme_id",
            "stated_month",
            "claim_id",
            postgresql_where=text("stated_month is not null"),
        ),
    )

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
    stated_month: Mapped[str | None]
    """As `2019-10`: the month on whose statement this put a line of the claim."""
