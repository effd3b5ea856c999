"""Cases, their phases, and what was put right of them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from case_management.domain.case import Phase
from case_management.domain.correction import CorrectionKind
from common.lists import crossed

from .base import Base

OPEN = "last_contact_on is not null and state <> 'closed'"


class CaseRow(Base):
    """One allocation of a participant to a lead provider, from then until closure."""

    __tablename__ = "support_case"
    __table_args__ = (
        UniqueConstraint("allocation_id"),
        *crossed("support_case", ("allocated_on", "id"), "state", "provider_id", "phase"),
        *crossed("support_case", ("last_contact_on", "id"), "provider_id", among=OPEN),
        Index(
            "ix_support_case_without_plan",
            *("programme_id", "allocated_on", "id"),
            postgresql_where=text("planned_on is null and state <> 'closed'"),
        ),
        *crossed("support_case", ("changed_in", "id")),
        Index("ix_support_case_worker", "programme_id", "worker"),
        Index("ix_support_case_referral_id", "programme_id", "referral_id"),
        Index("ix_support_case_participant_id", "participant_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    participant_id: Mapped[UUID]
    referral_id: Mapped[UUID]
    allocation_id: Mapped[UUID]
    provider_id: Mapped[str]
    state: Mapped[str]
    restricted: Mapped[bool]
    referred_on: Mapped[date]
    allocated_on: Mapped[date]
    started_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    closure_reason: Mapped[str | None]
    phase: Mapped[Phase] = mapped_column(Text)
    phase_since: Mapped[date | None]
    worker: Mapped[str | None]
    funding_stream: Mapped[str]
    specialism: Mapped[str]
    intensity: Mapped[str]
    complex: Mapped[bool]
    priority: Mapped[bool]
    returning: Mapped[bool]
    housed_at_referral: Mapped[bool]
    stable_employment_at_referral: Mapped[bool]
    last_contact_on: Mapped[date | None]
    """When the participant was last spoken with: the start, or a note by a channel that was no vain attempt."""
    planned_on: Mapped[date | None]
    """When the last plan that stands was agreed."""
    version: Mapped[int] = mapped_column(default=1)
    changed_in: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """The transaction that last wrote it (`common.migrating.stamp_changes`)."""


class PhaseRow(Base):
    """From a day on the case is in a phase, with a worker: at its start, by a change of phase, by a hand-over."""

    __tablename__ = "case_phase"
    __table_args__ = (Index("ix_case_phase_case_id", "case_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    phase: Mapped[Phase] = mapped_column(Text)
    changed_on: Mapped[date]
    worker: Mapped[str | None]
    """None where the one before goes on."""
    withdrawn_on: Mapped[date | None]
    """It was never so: recorded by mistake."""


class CorrectionRow(Base):
    """What somebody put right, and why: what stood before stays readable."""

    __tablename__ = "correction"
    __table_args__ = (Index("ix_correction_case_id", "case_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    kind: Mapped[CorrectionKind] = mapped_column(Text)
    of_id: Mapped[UUID]
    """The case, or the part of it that was put right."""
    reason: Mapped[str]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    made_by: Mapped[str]
    """The actor's id: never a name."""
    made_at: Mapped[datetime]
