"""Kinds of evidence ruled equivalent."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from claims.domain.equivalent import Ruling
from common.transaction import Answer
from common.web.fields import AnswerBody, one_of


class EquivalentReceipt(Answer):
    """A proposal's id, the ruling if there is one, and the version to name in `If-Match`."""

    id: UUID
    ruling: Annotated[str, one_of(Ruling)] | None
    version: int


class RulingOut(AnswerBody):
    """What the council ruled, when, who for it and why; or that it withdrew what it had ruled."""

    ruling: Literal["accepted", "refused", "withdrawn"]
    reason: str
    ruled_by: str
    ruled_on: date


class EquivalentOut(AnswerBody):
    """A proposal, and the council's ruling on it where there is one."""

    id: UUID
    outcome: str
    kind: str
    stands_for: str
    why: str
    provider_id: str
    proposed_on: date
    ruling: Annotated[str, one_of(Ruling)] | None
    reason: str | None
    ruled_on: date | None
    rulings: list[RulingOut]
    """Every ruling there was, the oldest first; the last one stands, unless it was withdrawn."""
    version: int
