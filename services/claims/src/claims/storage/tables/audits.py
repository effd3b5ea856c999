"""Which quarters an auditor may look into."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class AuditGrantRow(Base):
    """A quarter whose evidence an auditor's organisation may open until a day (S-83)."""

    __tablename__ = "audit_grant"
    __table_args__ = (Index("ix_audit_grant_auditor", "programme_id", "auditor"),)

    grant_id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    auditor: Mapped[str]
    quarter: Mapped[str]
    until_on: Mapped[date]
    granted_by: Mapped[str]
    granted_on: Mapped[date]
    ended_on: Mapped[date | None]
    ended_by: Mapped[str | None]
    end_reason: Mapped[str | None]
