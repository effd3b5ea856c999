"""Monthly reports, and their acceptance."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class MonthlyReportRow(Base):
    """A month's tracker as it was submitted, or corrected before it was accepted: its figures are fixed (BR-K15)."""

    __tablename__ = "monthly_report"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    provider_id: Mapped[str] = mapped_column(primary_key=True)
    """The empty text for the partnership's."""
    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    version: Mapped[int] = mapped_column(primary_key=True, server_default="1")
    """1 as first submitted; the newest stands."""
    posts_hundredths: Mapped[int | None]
    """Full-time posts the contract has, and those filled, in hundredths of a post; none in the partnership's."""
    filled_hundredths: Mapped[int | None]
    figures: Mapped[dict[str, Any]]
    submitted_on: Mapped[date]
    submitted_by: Mapped[str]
    reason: Mapped[str | None]
    """Why an earlier version was corrected; none for the first."""


class MonthlyReportAcceptanceRow(Base):
    """The version of a report that was accepted; no correction follows it."""

    __tablename__ = "monthly_report_acceptance"
    __table_args__ = (
        ForeignKeyConstraint(
            ["programme_id", "provider_id", "month", "version"],
            [
                "monthly_report.programme_id",
                "monthly_report.provider_id",
                "monthly_report.month",
                "monthly_report.version",
            ],
            name="fk_monthly_report_acceptance_version",
        ),
    )

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    provider_id: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    version: Mapped[int]
    accepted_on: Mapped[date]
    accepted_by: Mapped[str]
