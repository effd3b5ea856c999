"""Rate cards as accepted, on their way, and whose they are."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class AcceptedRateCardRow(Base):
    """A version of a rate card as it was accepted; only an open version's last day may still be set (S-72)."""

    __tablename__ = "rate_card"
    __table_args__ = (Index("ix_rate_card_card", "programme_id", "card", "in_force_from", "version"),)

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


class RateCardChangeRow(Base):
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


class ProviderCardRow(Base):
    """Which card pays for a provider's outcomes."""

    __tablename__ = "provider_card"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    provider_id: Mapped[str] = mapped_column(primary_key=True)
    card: Mapped[str]
