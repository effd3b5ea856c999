"""The personalisation fund, what is asked of it, and innovations."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from common.lists import crossed

from .base import Base


class FundRow(Base):
    """What the personalisation fund has approved so far: the lock under which its last pound is given."""

    __tablename__ = "fund"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    approved_pence: Mapped[int]


class InnovationRow(Base):
    """A change of a service that a provider asks the fund to finance, and what the board decided (BR-O8)."""

    __tablename__ = "innovation"
    __table_args__ = (Index("ix_innovation_requested_on", "programme_id", "requested_on", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    provider_id: Mapped[str]
    outcome: Mapped[str]
    amount_pence: Mapped[int]
    purpose: Mapped[str]
    requested_by: Mapped[str]
    requested_on: Mapped[date]
    state: Mapped[str]
    decided_by: Mapped[str | None]
    decided_on: Mapped[date | None]
    decision_reason: Mapped[str | None]
    withdrawn_on: Mapped[date | None]
    withdrawn_by: Mapped[str | None]
    withdrawal_reason: Mapped[str | None]
    version: Mapped[int]


class FundRequestRow(Base):
    """Something asked of the fund for a participant, and what was decided."""

    __tablename__ = "fund_request"
    __table_args__ = (
        Index("ix_fund_request_case_id", "case_id"),
        Index("ix_fund_request_participant_id", "participant_id"),
        *crossed("fund_request", ("requested_on", "id"), "state", "provider_id", "category"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    participant_id: Mapped[UUID]
    provider_id: Mapped[str]
    category: Mapped[str]
    outcome: Mapped[str]
    amount_pence: Mapped[int]
    level: Mapped[str]
    split: Mapped[bool]
    requested_by: Mapped[str]
    requested_on: Mapped[date]
    state: Mapped[str]
    decided_by: Mapped[str | None]
    decided_on: Mapped[date | None]
    decision_reason: Mapped[str | None]
    withdrawn_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
