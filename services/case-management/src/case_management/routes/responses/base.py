"""What many answers of cases share."""

from typing import Annotated, Self
from uuid import UUID

from case_management.domain.case import CaseState
from common.transaction import Answer
from common.web.fields import AnswerBody, one_of


class RowOut(AnswerBody):
    """Read from what is kept."""


class PartLine(RowOut):
    """Something of a case in a list over cases; `participant_id` is whom the case is about."""

    id: UUID
    case_id: UUID
    participant_id: UUID | None = None

    def of(self, participant_id: UUID) -> Self:
        """The line with whom it is about."""
        return self.model_copy(update={"participant_id": participant_id})


class CreationReceipt(Answer):
    """The id of what is new."""

    id: UUID


class CaseReceipt(Answer):
    """A case after a change."""

    id: UUID
    state: Annotated[str, one_of(CaseState)]
    version: int
