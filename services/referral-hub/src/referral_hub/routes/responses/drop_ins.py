"""Drop-ins at the hub."""

from datetime import date
from uuid import UUID

from common.transaction import Answer
from common.web.fields import AnswerBody


class DropInReceipt(Answer):
    id: UUID
    participant_id: UUID
    dropped_in_on: date
    version: int


class DropInOut(AnswerBody):
    """Light-touch support after completion."""

    id: UUID
    participant_id: UUID
    provider_id: str | None
    """The provider they came to, by its code; null where they came to the hub."""
    dropped_in_on: date
    withdrawn_on: date | None
    """The day on which it was taken back as a mistake: it never happened, and is counted nowhere."""
    version: int
