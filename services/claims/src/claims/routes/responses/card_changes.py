"""Changes of rate cards, and what they change."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from claims.domain.card_change import State, Verb
from common.transaction import Answer
from common.web.fields import AnswerBody

from .claims import PENCE


class CardChangeReceipt(Answer):
    """Where the change stands, and the revision to name in `If-Match`."""

    id: UUID
    card: str
    version: str
    state: State
    revision: int


class AcceptanceOut(AnswerBody):
    by: str
    organisation: str
    on: date


class CardChangeLine(AnswerBody):
    """A version on its way, without its terms."""

    id: UUID
    card: str
    version: str
    state: State
    in_force_from: date
    in_force_until: date | None
    retroactive: bool
    drafted_by: str
    drafted_for: str
    drafted_on: date
    rationale: str | None
    proposed_by: str | None
    proposed_on: date | None
    prime: AcceptanceOut | None
    council: AcceptanceOut | None
    reason: str | None
    """Why it was rejected or withdrawn, in words."""
    ended_by: str | None
    ended_on: date | None
    sha256: str
    """The SHA-256 of its terms without the last day, in hexadecimal digits."""
    allowed: list[Verb]
    """The steps that you may take now."""
    revision: int


class DifferenceOut(AnswerBody):
    """A key path, and its value before and after; null where the key is not there."""

    where: str
    old: Any
    new: Any


class CardChangeOut(CardChangeLine):
    """A version whole, with prices, beside the accepted version that it changes."""

    document: Annotated[dict[str, Any], Field(json_schema_extra={"properties": {"price_pence": PENCE}})]
    compared_with: str | None
    """The version in force before it, with which it is compared; null for the first of a card."""
    differences: list[DifferenceOut]
    keeping_theirs: int
    """How many claims were already raised for outcomes achieved on its days: they keep the version they have (BR-F4).
    """
