"""What many answers of cases share."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from case_management.domain.case import CaseState
from common.transaction import Answer
from common.web.fields import one_of


class RowOut(BaseModel):
    """Read from what is kept."""

    model_config = ConfigDict(from_attributes=True)


class CreationReceipt(Answer):
    """The id of what is new."""

    id: UUID


class CaseReceipt(Answer):
    """A case after a change."""

    id: UUID
    state: Annotated[str, one_of(CaseState)]
    version: int
