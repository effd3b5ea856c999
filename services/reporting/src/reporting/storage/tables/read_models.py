"""What was heard of referrals, allocations, cases, activities and outcomes."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class ReferralRow(Base):
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


class AllocationRow(Base):
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


class SupportCaseRow(Base):
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
