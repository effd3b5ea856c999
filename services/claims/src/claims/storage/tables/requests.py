"""What is asked about a claim, agreed on it and answered about it."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class ItemRequestRow(Base):
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


class AgreementRow(Base):
    """What the Council agreed to for one claim: an exception the rules ask for (A-24, A-25)."""

    __tablename__ = "agreement"

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claim.claim_id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    provider_id: Mapped[str]
    agreed_by: Mapped[str]
    agreed_on: Mapped[date]


class AnsweredKindsRow(Base):
    """The kinds of evidence that only a source's answer is, as last loaded."""

    __tablename__ = "answered_kinds"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    kinds: Mapped[list[Any]]


class SourceAnswerRow(Base):
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
