"""What every event carries, and nothing else.

An event is a fact one service announces to the others: past tense, never amended, with ids, codes, dates, pence and
versions. No names, no addresses, no dates of birth, no free text: Kafka does not forget (BR-N5).
"""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from common.river import ANNOUNCERS, Topic

EVERY_EVENT: dict[str, type["Event"]] = {}
"""Every announced event by its type name; derived from the classes, never retyped."""

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,79}$")]
"""A short code: no spaces, so no free text and no name of a person can travel in it."""

Pence = Annotated[int, Field(ge=0)]
"""Money in integer pence."""


def _in_utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A moment, told in UTC by whatever offset it was said."""


class Part(BaseModel):
    """A value inside an event."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Event(BaseModel):
    """A fact one service announces to the others."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic: ClassVar[Topic]
    """The announcing service's stream of facts."""
    schema_version: ClassVar[int] = 1
    """The contract's version; fields may be added with a default, anything else is a new version."""
    public: ClassVar[bool] = False
    """Whether council systems read it, as a second row on the topic `public.<topic>`."""

    event_id: UUID
    programme_id: Code
    occurred_at: Instant
    """Business time in UTC: when the thing happened, not when it was published."""
    caused_by: UUID | None = None
    """The event this one answers, if any."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        if "topic" in vars(cls):
            EVERY_EVENT[cls.__name__] = cls

    @property
    def type(self) -> str:
        """The event's name, by which hearers find its contract."""
        return type(self).__name__

    @property
    def subject(self) -> str:
        """`kind/id` of the smallest thing whose order matters; the Kafka key and the stream's name."""
        raise NotImplementedError(f"{self.type} names no subject")

    @property
    def provider(self) -> str | None:
        """The provider, or the agency, that may read this event as its own, if there is one."""
        return getattr(self, "provider_id", None)


class ParticipantEvent(Event):
    """A fact about one participant: one person's story stays in order."""

    participant_id: UUID

    @property
    def subject(self) -> str:
        return f"participant/{self.participant_id}"


def every_topic() -> list[str]:
    """Every topic there is: each announcer's own, then the public ones."""
    public = {f"public.{event.topic}" for event in EVERY_EVENT.values() if event.public}
    return [*ANNOUNCERS, *(f"public.{topic}" for topic in ANNOUNCERS if f"public.{topic}" in public)]


__all__ = [
    "ANNOUNCERS",
    "EVERY_EVENT",
    "Code",
    "Event",
    "Instant",
    "Part",
    "ParticipantEvent",
    "Pence",
    "Topic",
    "every_topic",
]
