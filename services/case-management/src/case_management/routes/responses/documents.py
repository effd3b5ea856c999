"""Documents, and whether the store holds them."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from common.transaction import Answer
from common.web.fields import AnswerBody

from .base import PartLine, RowOut


class DocumentOut(RowOut):
    """A document's facts; its bytes are at `/v1/documents/{id}/content`."""

    id: UUID
    case_id: UUID
    kind: str
    dated_on: date | None
    shareable: bool
    media_type: str
    bytes: int
    sha256: str
    added_by: str
    organisation_id: str
    added_at: AwareDatetime
    misplaced: bool = False
    """Whether the prime found it to be about another participant; told only where one document is read."""


class DocumentLine(DocumentOut, PartLine):
    """A document's facts in a list."""


FoundBytes = Literal["whole", "altered", "missing"]


class DocumentCheckOut(AnswerBody):
    """Whether the store holds a document, and its copy for reading if it has one, as they were kept."""

    id: UUID
    found: FoundBytes
    copy_found: FoundBytes | None = None


class DocumentReceipt(Answer):
    """A document's id, and what identifies its bytes."""

    id: UUID
    sha256: str
    bytes: int
    kind: str
    same_file_as: list[UUID] = Field(default_factory=list[UUID])
    """Documents of other participants with the same bytes, of those you may see: check that it is in the right case."""


class CopyReceipt(Answer):
    """A document's copy for reading: which edition of it, and what identifies its bytes."""

    id: UUID
    edition: int
    sha256: str
    bytes: int
