"""Closed months and their lines."""

from datetime import date
from typing import Literal
from uuid import UUID

from common.transaction import Answer
from common.web.fields import AnswerBody


class ShareOut(AnswerBody):
    """What one payer owes, in pence."""

    payer: str
    pence: int


class StatementReceipt(Answer):
    id: UUID
    month: str
    lines: int


class StatementOut(AnswerBody):
    """A closed month in pence."""

    id: UUID
    month: str
    lines: int
    value_pence: int
    payable_pence: int
    above_cap_pence: int
    shares: list[ShareOut]
    grant_pence: int
    """What is paid by grant for the month apart from its outcomes, in pence; none of the other sums contains it
    (BR-H7)."""
    issued_on: date


class LineOut(AnswerBody):
    """One claim, or one adjustment of a claim, on a statement."""

    position: int
    kind: Literal["claim", "adjustment"]
    claim_id: UUID
    claim_number: str
    provider_id: str
    outcome: str
    slot: str
    achieved_on: date
    verified_on: date
    rate_card: str
    rate_card_version: str
    payment_mode: str
    value_pence: int
    payable_pence: int
    above_cap_pence: int
    shares: list[ShareOut]
