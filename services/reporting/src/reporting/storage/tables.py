"""What reporting remembers: one row a thing, filled by columns, each column by one topic only.

Events of different topics arrive in any order, so no column is written by two topics, and a row may begin with the
columns of either. What both topics say of an outcome (whose, whose provider's, which) never changes.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, DateTime, ForeignKeyConstraint, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from common.database import base_for_service

Base = base_for_service()
Base.registry.update_type_annotation_map(
    {str: Text, int: BigInteger, datetime: DateTime(timezone=True), dict[str, Any]: JSONB, list[str]: ARRAY(Text)}
)


class Programme(Base):
    """One accepted version of what reporting owns of a programme, without its targets; the newest is in force."""

    __tablename__ = "programme"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    part: Mapped[dict[str, Any]]


class KpiTargets(Base):
    """One provider's monthly targets in a period, by tracker row (S-104)."""

    __tablename__ = "kpi_targets"
    __table_args__ = (
        ForeignKeyConstraint(["programme_id", "version"], ["programme.programme_id", "programme.version"]),
    )

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[str] = mapped_column(primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    until_on: Mapped[date | None]
    monthly: Mapped[dict[str, Any]]
    illustrative: Mapped[bool]


class MonthlyReport(Base):
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


class MonthlyReportAcceptance(Base):
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


class Referral(Base):
    """A referral as the hub announced it."""

    __tablename__ = "referral"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    referral_id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID]
    source: Mapped[str | None]
    agency_id: Mapped[str | None]
    referred_on: Mapped[date | None]
    known_before: Mapped[bool | None]
    """The participant was, before this referral (BR-C1)."""
    under_25: Mapped[bool | None]
    needs: Mapped[list[str]] = mapped_column(server_default="{}")
    duplicate_on: Mapped[date | None]
    """It ended as a duplicate of another: it counts nowhere (BR-A5)."""
    triaged_on: Mapped[date | None]
    declined_on: Mapped[date | None]
    supported_on: Mapped[date | None]
    """One-off triage support was given instead of a start (BR-C4)."""


class Allocation(Base):
    """A placement with a provider, and whether it was handed back."""

    __tablename__ = "allocation"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    allocation_id: Mapped[UUID] = mapped_column(primary_key=True)
    referral_id: Mapped[UUID]
    participant_id: Mapped[UUID]
    provider_id: Mapped[str]
    referred_on: Mapped[date | None]
    allocated_on: Mapped[date | None]
    priority: Mapped[bool | None]
    declined_on: Mapped[date | None]
    decline_reason: Mapped[str | None]
    withdrawn_on: Mapped[date | None]
    """The hub took it back, or it ended with a referral that was a duplicate: nobody declined it."""


class SupportCase(Base):
    """A case: its start, its first plan and its end."""

    __tablename__ = "support_case"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID]
    provider_id: Mapped[str]
    started_on: Mapped[date | None]
    plan_agreed_on: Mapped[date | None]
    plan_days: Mapped[int | None]
    """From allocation to the first plan, in calendar days (BR-B3)."""
    closed_on: Mapped[date | None]
    closure_reason: Mapped[str | None]


class ActivityRow(Base):
    """Something that counts by its day alone, as a drop-in does; another activity needs no table of its own."""

    __tablename__ = "activity"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    activity: Mapped[str] = mapped_column(primary_key=True)
    thing_id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[str]
    """Nobody's, the empty text, for what the hub did itself."""
    happened_on: Mapped[date | None]
    """None once it was taken back: it never happened."""


class OutcomeRow(Base):
    """An outcome: what its provider recorded, and what became of its claim."""

    __tablename__ = "outcome"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    outcome_id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID]
    provider_id: Mapped[str]
    outcome: Mapped[str | None]
    """Which, and in which slot: whichever topic says it first; none after a withdrawal heard alone."""
    slot: Mapped[str | None]
    # From `cases`.
    achieved_on: Mapped[date | None]
    revision: Mapped[int | None]
    """The newest revision heard; 0 while recorded without evidence."""
    contributors: Mapped[list[str]] = mapped_column(server_default="{}")
    """Other providers who contributed, by the newest revision (BR-D10)."""
    withdrawn_on: Mapped[date | None]
    # From `claims`.
    claim_id: Mapped[UUID | None]
    claim_number: Mapped[str | None]
    claim_state: Mapped[str | None]
    refusals: Mapped[list[str]] = mapped_column(server_default="{}")
    """Why, while the claim is refused."""
    accepted_on: Mapped[date | None]
    """The prime's last approval (BR-K4)."""
    verified_on: Mapped[date | None]
    price_pence: Mapped[int | None]
    payable_pence: Mapped[int | None]
    above_cap_pence: Mapped[int | None]
    taken_back_on: Mapped[date | None]
    """An adjustment took the verified claim back (BR-H13)."""


class TallyCell(Base):
    """By how much one count of one provider changes in one month; a tracker adds up the months to its own."""

    __tablename__ = "tally"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    provider_id: Mapped[str] = mapped_column(primary_key=True)
    """Nobody's, the empty text, for what the hub received."""
    counted: Mapped[str] = mapped_column(primary_key=True)
    """An outcome's code; `received`, `placed`, `started`, or another activity's name."""
    place: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    count: Mapped[int]
    """Never 0; less than 0 where more left than came."""


class HeardEvent(Base):
    """One event about a participant, in codes, counts and dates."""

    __tablename__ = "heard_event"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID]
    topic: Mapped[str]
    type: Mapped[str]
    provider_id: Mapped[str | None]
    occurred_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]


class ParticipantAlias(Base):
    """Two records were one person: the alias points to the survivor; to nobody when they were two after all."""

    __tablename__ = "participant_alias"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    alias_id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[UUID | None]
