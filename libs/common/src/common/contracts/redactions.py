"""What each service tells of an event that it emptied: that it was, why, and the hash of what it said."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, StringConstraints

from .event import EVERY_EVENT, Code, Event, Topic


class EventRedacted(Event):
    """An event announced before was emptied by two people: whoever keeps what it said, drops it."""

    redacted: UUID
    """The event's id; its place in log and stream stays."""
    stream: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_./:-]{1,200}$")]
    kind: Code
    """The event's type, as `ClaimVerified`."""
    reason: Code
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    """Of what it said."""
    provider_id: Code | None = None

    @property
    def subject(self) -> str:
        return self.stream


class ReferralsEventRedacted(EventRedacted):
    """An event of the hub was emptied by two people: whoever keeps what it said, drops it."""

    topic: ClassVar[Topic] = "referrals"


class CasesEventRedacted(EventRedacted):
    """An event of case management was emptied by two people: whoever keeps what it said, drops it."""

    topic: ClassVar[Topic] = "cases"


class ClaimsEventRedacted(EventRedacted):
    """An event of claims was emptied by two people: whoever keeps what it said, drops it."""

    topic: ClassVar[Topic] = "claims"


class PublicClaimsEventRedacted(EventRedacted):
    """An event that council systems read was emptied by two people: whoever keeps what it said, drops it."""

    topic: ClassVar[Topic] = "claims"
    public: ClassVar[bool] = True


REDACTIONS: dict[tuple[str, bool], type[EventRedacted]] = {
    (kind.topic, kind.public): kind for kind in EVERY_EVENT.values() if issubclass(kind, EventRedacted)
}
"""By the topic of the event that was emptied, and whether councils read it."""
