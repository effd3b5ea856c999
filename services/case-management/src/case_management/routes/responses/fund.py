"""Requests to the personalisation fund."""

from datetime import date
from typing import Literal
from uuid import UUID

from case_management.domain.fund import FundRequestState
from common.transaction import Answer
from common.web.fields import AnswerBody


class FundRequestReceipt(Answer):
    """A request, and who decides on it; `split` says that earlier ones were counted with it (BR-O6)."""

    id: UUID
    state: FundRequestState
    level: Literal["manager", "board"]
    split: bool
    version: int


class FundRequestLine(AnswerBody):
    """A request and what became of it, without its amount; who asked and who decided are pseudonymous ids."""

    id: UUID
    case_id: UUID
    participant_id: UUID
    provider_id: str
    category: str
    outcome: str
    level: Literal["manager", "board"]
    split: bool
    requested_by: str
    requested_on: date
    state: FundRequestState
    decided_by: str | None
    decided_on: date | None
    decision_reason: str | None
    withdrawn_on: date | None
    version: int


class FundRequestOut(FundRequestLine):
    """A request in the list of those who decide."""

    amount_pence: int
