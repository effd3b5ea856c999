"""Requests to close a case, and what became of them."""

from datetime import date
from uuid import UUID

from common.transaction import Answer

from .base import CaseReceipt, RowOut


class ClosureRequestOut(RowOut):
    id: UUID
    reason: str
    by_participant: bool
    requested_by: str
    requested_on: date
    state: str
    decided_by: str | None
    decided_on: date | None
    decision_reason: str | None
    withdrawn_on: date | None
    version: int


class ClosureRequestReceipt(Answer):
    """A request for the prime to decide."""

    id: UUID
    state: str
    version: int


class ClosureDecisionReceipt(Answer):
    """A request as decided, and where its case stands."""

    id: UUID
    state: str
    version: int
    case_id: UUID
    case_state: str


class ClosureReceipt(CaseReceipt):
    """How a case ended; nothing where it goes on."""

    closure_reason: str | None
    closed_on: date | None
