"""The contract's money, what claims are worth, and the statements that fix it."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class ContractRow(Base):
    """A programme's money terms and what has been fixed under them: the one row verification locks."""

    __tablename__ = "contract"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    terms: Mapped[dict[str, Any]]
    cap_pence: Mapped[int | None] = mapped_column(BigInteger)
    value_to_date_pence: Mapped[int] = mapped_column(BigInteger, server_default="0")
    payable_to_date_pence: Mapped[int] = mapped_column(BigInteger, server_default="0")
    closed_month: Mapped[date | None]
    """First day of the last month whose statement was issued."""
    version: Mapped[int] = mapped_column(server_default="1")


class ClaimValuationRow(Base):
    """What a verified claim is worth, what is payable and who pays; written once, and ended once at most.

    A claim has one that counts, and may have others before it that were undone, or taken back before it was reinstated.
    """

    __tablename__ = "valuation"
    __table_args__ = (
        Index("uq_valuation_counted", "claim_id", unique=True, postgresql_where=text("ended_on is null")),
        Index("ix_valuation_claim_id", "claim_id", "event_id"),
        Index("ix_valuation_verified_on", "programme_id", "verified_on", "claim_id"),
    )

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claim.claim_id"))
    programme_id: Mapped[str]
    provider_id: Mapped[str]
    verified_on: Mapped[date]
    rate_card: Mapped[str]
    rate_card_version: Mapped[str]
    quantity: Mapped[int]
    price_pence: Mapped[int] = mapped_column(BigInteger)
    payable_pence: Mapped[int] = mapped_column(BigInteger)
    above_cap_pence: Mapped[int] = mapped_column(BigInteger)
    payable_before_pence: Mapped[int] = mapped_column(BigInteger)
    cap_pence: Mapped[int | None] = mapped_column(BigInteger)
    units_before: Mapped[int | None] = mapped_column(BigInteger)
    paid_units: Mapped[int | None] = mapped_column(BigInteger)
    """The outcome's own limit in the whole programme, and how many had been verified before, where it has one."""
    subject_before_pence: Mapped[int | None] = mapped_column(BigInteger)
    subject_cap_pence: Mapped[int | None] = mapped_column(BigInteger)
    """What may be payable for one subject, and what was before it, where the programme has such a cap."""
    payment_mode: Mapped[str]
    shares: Mapped[list[Any]]
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    """The verification that fixed it, by the event in which it was announced."""
    ended_on: Mapped[date | None]
    ending: Mapped[str | None]
    """`undone`, as if it had never been, before its month was closed; or `taken-back` by an adjustment."""
    ended_by: Mapped[str | None]
    """None where two records were found to be one person, and before 0017."""
    ended_event_id: Mapped[UUID | None]


class AdjustmentRow(Base):
    """A verified claim taken back: another one is for the same thing, or what it was judged on changed (BR-H13)."""

    __tablename__ = "adjustment"
    __table_args__ = (
        Index("uq_adjustment_valuation_id", "valuation_id", unique=True),
        Index("ix_adjustment_claim_id", "claim_id"),
        Index("ix_adjustment_made_on", "programme_id", "made_on"),
    )

    adjustment_id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claim.claim_id"))
    valuation_id: Mapped[UUID] = mapped_column(ForeignKey("valuation.event_id"))
    """What it takes back."""
    instead_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("claim.claim_id"))
    """The claim that stands, where there is one."""
    reason: Mapped[str]
    value_pence: Mapped[int] = mapped_column(BigInteger)
    payable_pence: Mapped[int] = mapped_column(BigInteger)
    above_cap_pence: Mapped[int] = mapped_column(BigInteger)
    shares: Mapped[list[Any]]
    made_on: Mapped[date]
    event_id: Mapped[UUID]


class StatementRow(Base):
    """A closed month, fixed for ever."""

    __tablename__ = "statement"
    __table_args__ = (UniqueConstraint("programme_id", "month", name="uq_statement_month"),)

    statement_id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    month: Mapped[date]
    lines: Mapped[int]
    value_pence: Mapped[int] = mapped_column(BigInteger)
    payable_pence: Mapped[int] = mapped_column(BigInteger)
    above_cap_pence: Mapped[int] = mapped_column(BigInteger)
    shares: Mapped[list[Any]]
    grant_pence: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """Paid for the month apart from its outcomes, where the payment calendar says so (BR-H7)."""
    issued_on: Mapped[date]
    issued_by: Mapped[str]
    event_id: Mapped[UUID]


class StatementLineRow(Base):
    """One claim, or one adjustment, on a statement."""

    __tablename__ = "statement_line"
    __table_args__ = (
        Index("uq_statement_line_valuation_id", "valuation_id", "kind", unique=True),
        Index("ix_statement_line_claim_id", "claim_id"),
    )

    statement_id: Mapped[UUID] = mapped_column(ForeignKey("statement.statement_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    programme_id: Mapped[str]
    kind: Mapped[str]
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claim.claim_id"))
    valuation_id: Mapped[UUID] = mapped_column(ForeignKey("valuation.event_id"))
    claim_number: Mapped[str]
    provider_id: Mapped[str]
    outcome: Mapped[str]
    slot: Mapped[str]
    achieved_on: Mapped[date]
    verified_on: Mapped[date]
    rate_card: Mapped[str]
    rate_card_version: Mapped[str]
    payment_mode: Mapped[str]
    value_pence: Mapped[int] = mapped_column(BigInteger)
    payable_pence: Mapped[int] = mapped_column(BigInteger)
    above_cap_pence: Mapped[int] = mapped_column(BigInteger)
    shares: Mapped[list[Any]]
