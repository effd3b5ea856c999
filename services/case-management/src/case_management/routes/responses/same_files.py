"""Two documents of the same bytes, and what was said of them."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from case_management.domain.same_file import SameFileDecision
from common.transaction import Answer
from common.web.fields import AnswerBody


class SameFileSide(AnswerBody):
    """One of the two documents, and whose it is said to be."""

    document_id: UUID
    case_id: UUID
    participant_id: UUID
    provider_id: str
    """The lead provider of the case, by its code."""
    kind: str
    dated_on: date | None
    organisation_id: str
    """The organisation that added it."""
    added_at: AwareDatetime
    cited: bool
    """Whether it is evidence of an outcome."""


class SameFileOut(AnswerBody):
    """A document and the first of the same bytes, which is another participant's; and what was said of them last."""

    first: SameFileSide
    second: SameFileSide
    decision: SameFileDecision | None
    wrong_id: UUID | None
    reason: str | None
    decided_by: str | None
    decided_at: AwareDatetime | None


class SameFileReceipt(Answer):
    """What was said of the pair."""

    first_id: UUID
    second_id: UUID
    decision: SameFileDecision
    wrong_id: UUID | None
