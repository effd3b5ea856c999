"""Requests to close a case, and what became of them."""

from datetime import date
from typing import Annotated
from uuid import UUID

from case_management.domain.case import CaseState
from case_management.domain.closure import ClosureRequestState
from common.transaction import Answer
from common.web.fields import one_of

from .base import CaseReceipt, RowOut


class ClosureRequestOut(RowOut):
    id: UUID
    reason: str
    by_participant: bool
    requested_by: str
    requested_on: date
    state: Annotated[str, one_of(ClosureRequestState)]
    decided_by: str | None
    decided_on: date | None
    decision_reason: str | None
    withdrawn_on: date | None
    version: int


class ClosureRequestReceipt(Answer):
    """A request for the prime to decide."""

    id: UUID
    state: Annotated[str, one_of(ClosureRequestState)]
    version: int


class ClosureDecisionReceipt(Answer):
    """A request as decided, and where its case stands."""

    id: UUID
    state: Annotated[str, one_of(ClosureRequestState)]
    version: int
    case_id: UUID
    case_state: Annotated[str, one_of(CaseState)]


class ClosureReceipt(CaseReceipt):
    """How a case ended; nothing where it goes on."""

    closure_reason: str | None
    closed_on: date | None
