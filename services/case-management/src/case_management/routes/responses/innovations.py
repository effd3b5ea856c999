"""Innovations that the fund may finance."""

from datetime import date
from uuid import UUID

from case_management.domain.fund import FundRequestState
from common.transaction import Answer
from common.web.fields import AnswerBody


class InnovationReceipt(Answer):
    """An innovation as it stands."""

    id: UUID
    state: FundRequestState
    version: int


class InnovationOut(AnswerBody):
    """An innovation in a list. Pence; who asked and who decided are pseudonymous ids."""

    id: UUID
    provider_id: str
    outcome: str
    amount_pence: int
    purpose: str
    requested_by: str
    requested_on: date
    state: FundRequestState
    decided_by: str | None
    decided_on: date | None
    decision_reason: str | None
    withdrawn_on: date | None
    withdrawal_reason: str | None
    version: int
