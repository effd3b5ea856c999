"""Referrals, and what is asked about them."""

from typing import Annotated

from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from common.contracts.referrals import FundingStream
from common.lists import crossed
from referral_hub.domain.allocation import Intensity
from referral_hub.domain.referral import ClosingReason, ReferralState
from referral_hub.domain.triage import Risk

from .base import Base, Code, Codes, Day, Flag, Id, Instant, Reference, Whole, Words

WAITS = "state in ('received', 'awaiting-information', 'triaged')"
NARROWED = ("state", "provider_id", "agency_id", "source", "pathway", "returning")


class ReferralRow(Base):
    __tablename__ = "referral"
    __table_args__ = (
        Index(
            "uq_referral_open",
            "programme_id",
            "participant_id",
            unique=True,
            postgresql_where=text("state not in ('declined', 'closed')"),
        ),
        *crossed("referral", ("referred_on", "id"), *NARROWED),
        *crossed("referral", ("changed_in", "id")),
        Index(
            "ix_referral_waiting",
            "programme_id",
            "referred_on",
            "received_at",
            "id",
            postgresql_where=text(WAITS),
        ),
        Index("ix_referral_participant_id", "participant_id"),
        Index("ix_referral_joined_to", "joined_to", postgresql_where=text("joined_to is not null")),
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
    changed_in: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """The transaction that last wrote it (`common.migrating.stamp_changes`)."""


class InformationRequestRow(Base):
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

    @property
    def is_open(self) -> bool:
        """Whether the referrer is asked this and has not answered."""
        return self.answered_at is None and self.withdrawn_at is None
