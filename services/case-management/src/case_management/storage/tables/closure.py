"""Requests to close a case."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class ClosureRequestRow(Base):
    """A request to close a case, and what the prime decided."""

    __tablename__ = "closure_request"
    __table_args__ = (
        Index("uq_closure_request_open", "case_id", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_closure_request_case_id", "case_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    reason: Mapped[str]
    by_participant: Mapped[bool]
    requested_by: Mapped[str]
    requested_on: Mapped[date]
    state: Mapped[str]
    decided_by: Mapped[str | None]
    decided_on: Mapped[date | None]
    decision_reason: Mapped[str | None]
    withdrawn_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
