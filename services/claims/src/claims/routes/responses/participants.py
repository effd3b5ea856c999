"""What may be claimed for somebody next."""

from datetime import date
from uuid import UUID

from claims.domain.support import Source
from common.web.fields import AnswerBody

from .claims import CheckOut


class ProspectOut(AnswerBody):
    """An outcome that has not been claimed, without its price."""

    outcome: str
    title: str
    slot: str
    from_on: date | None
    """The first day on which no rule asks to wait any longer; null where no known date holds it back."""
    missing: list[CheckOut]
    """What stands against it today, each with what would satisfy the rule; facts and evidence are yet to be recorded.
    """


class Prospects(AnswerBody):
    """What may be claimed next under the provider's card in force today."""

    participant_id: UUID
    provider_id: str
    rate_card: str
    rate_card_version: str
    told_by: list[Source]
    """The events that it is counted from. What they do not name has not been announced, or you may not see it."""
    items: list[ProspectOut]
