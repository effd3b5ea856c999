"""Allocations and declines."""

from typing import Annotated

from sqlalchemy import Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from common.lists import crossed
from referral_hub.domain.allocation import Intensity
from referral_hub.domain.decline import Room

from .base import Base, Code, Day, Flag, Id, Instant, Json, Reference, Whole, Words


class AllocationRow(Base):
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


class DeclineRow(Base):
    """Every decline, and every attempt at one that was not accepted; the council sees them all (BR-A8)."""

    __tablename__ = "decline"
    __table_args__ = (
        *crossed("decline", ("declined_on", "id"), "provider_id", "reason", "source", "complex", "final"),
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
