"""What many answers of cases share."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from common.transaction import Answer


class RowOut(BaseModel):
    """Read from what is kept."""

    model_config = ConfigDict(from_attributes=True)


class CreationReceipt(Answer):
    """The id of what is new."""

    id: UUID


class CaseReceipt(Answer):
    """A case after a change."""

    id: UUID
    state: str
    version: int
