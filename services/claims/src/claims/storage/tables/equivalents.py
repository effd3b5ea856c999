"""Evidence of other kinds, and the council's rulings."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class EvidenceEquivalentRow(Base):
    """A kind of evidence proposed in the place of another for one outcome, and the council's ruling (U-04)."""

    __tablename__ = "evidence_equivalent"
    __table_args__ = (
        UniqueConstraint("programme_id", "outcome", "kind", "stands_for", name="uq_evidence_equivalent_pair"),
        Index(
            "ix_evidence_equivalent_outcome",
            *("programme_id", "outcome"),
            postgresql_where=text("ruling = 'accepted'"),
        ),
        Index("ix_evidence_equivalent_proposed_on", "programme_id", "proposed_on", "equivalent_id"),
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


class EquivalentRulingRow(Base):
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
