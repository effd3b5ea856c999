"""Outcomes, their revisions and what they cite."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from common.lists import crossed

from .base import Base


class OutcomeRow(Base):
    """An outcome; what was said of it is in its revisions."""

    __tablename__ = "outcome"
    __table_args__ = (
        Index("ix_outcome_case_id", "case_id"),
        *crossed("outcome", ("achieved_on", "id"), "state", "provider_id", "outcome"),
        *crossed("outcome", ("changed_in", "id")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    outcome: Mapped[str]
    slot: Mapped[str]
    state: Mapped[str]
    revision: Mapped[int]
    recorded_by: Mapped[str]
    withdrawn_on: Mapped[date | None]
    withdrawal_reason: Mapped[str | None]
    provider_id: Mapped[str | None]
    """The case's lead."""
    achieved_on: Mapped[date | None]
    """As its last revision says."""
    changed_in: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """The transaction that last wrote it (`common.migrating.stamp_changes`)."""


class RevisionRow(Base):
    """One revision of an outcome, never changed (BR-E12)."""

    __tablename__ = "outcome_revision"
    __table_args__ = (Index("ix_outcome_revision_case_id", "case_id"),)

    outcome_id: Mapped[UUID] = mapped_column(ForeignKey("outcome.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    achieved_on: Mapped[date]
    slot: Mapped[str | None]
    """None of a revision kept by a version that could not correct it: the outcome's own."""
    quantity: Mapped[int]
    facts: Mapped[dict[str, Any]]
    contributors: Mapped[list[str]]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
    basis: Mapped[dict[str, Any] | None]
    """What the record said when it was announced, of all that a rule may look at; none while it is not evidenced."""
    cause: Mapped[str | None]
    """What was put right, where nobody said the outcome itself anew."""


class CitationRow(Base):
    """A document or note that supports a revision of an outcome."""

    __tablename__ = "citation"
    __table_args__ = (
        Index("ix_citation_item_id", "item_id"),
        Index("ix_citation_case_id", "case_id"),
    )

    outcome_id: Mapped[UUID] = mapped_column(ForeignKey("outcome.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    kind: Mapped[str]
    sha256: Mapped[str | None]
    dated_on: Mapped[date | None]
