"""What happened to somebody, in order."""

from typing import Any
from uuid import UUID

from pydantic import AwareDatetime

from common.web.fields import AnswerBody


class Happening(AnswerBody):
    """One event: what, when, at which provider, and its codes, counts and dates."""

    event_id: UUID
    occurred_at: AwareDatetime
    topic: str
    type: str
    provider_id: str | None
    facts: dict[str, Any]
