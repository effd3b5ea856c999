"""What an audit may look at."""

from datetime import date
from uuid import UUID

from common.transaction import Answer
from common.web.fields import AnswerBody


class AuditGrantReceipt(Answer):
    id: UUID
    quarter: str
    until_on: date


class AuditGrantOut(AnswerBody):
    id: UUID
    auditor: str
    quarter: str
    until_on: date
    granted_by: str
    granted_on: date
    ended_on: date | None
    ended_by: str | None
    end_reason: str | None


class AuditGrants(AnswerBody):
    items: list[AuditGrantOut]
