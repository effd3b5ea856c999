"""What is answered about webhooks. A secret is in the answer to the request that made it, and nowhere else."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime

from common.transaction import Answer
from common.web.fields import AnswerBody, one_of

from .posting import Failure

WebhookState = Literal["on", "paused", "disabled", "ended"]
"""`paused` by its subscriber; `disabled` by us, because nothing arrived; `ended` for good."""
DeliveryState = Literal["waiting", "delivered", "given-up"]
Because = Literal["gone", "failing"]


class WebhookOut(AnswerBody):
    """A webhook as its subscriber set it, and how it stands."""

    id: UUID
    organisation: str
    """Whose it is: what it is told is what this organisation may see."""
    url: str
    """Where messages are sent."""
    event_types: list[str]
    """The types of event that are sent; all of them where it is empty."""
    subjects: list[str]
    """The streams, or kinds of stream, that are sent; all of them where it is empty."""
    state: Annotated[str, one_of(WebhookState)]
    """Whether messages are sent now, and if not, who stopped them."""
    version: int
    created_at: AwareDatetime
    """When it was made: it is told what was announced from then on."""
    failing_since: AwareDatetime | None
    """Since when nothing has arrived, although it was tried."""
    disabled_because: Annotated[str, one_of(Because)] | None
    """Why we stopped sending: the address answered 410, or nothing arrived for three days."""
    disabled_at: AwareDatetime | None
    """When we stopped sending."""
    waiting: int
    """Messages that have not been delivered yet."""


class WebhookReceipt(Answer):
    """A webhook as it is now."""

    id: UUID
    state: Annotated[str, one_of(WebhookState)]
    version: int


class SecretReceipt(Answer):
    """A webhook with a new secret. Keep it: it is answered this once, and null when the same request is repeated."""

    id: UUID
    state: Annotated[str, one_of(WebhookState)]
    version: int
    secret: str | None
    """What messages are signed with: `whsec_` and base64. Never shown again."""
    earlier_signs_until: AwareDatetime | None
    """Until when the secret before signs beside it; null where there was none."""


class DeliveryOut(AnswerBody):
    """One message to one address, and where it stands."""

    id: UUID
    """The `webhook-id` it is sent with, each time the same: the id of the event."""
    type: str
    """The type of the event."""
    subject: str
    """The stream it belongs to; what is of one stream arrives in order."""
    announced_at: AwareDatetime | None
    queued_at: AwareDatetime
    """When it was taken from the log, to be sent."""
    state: Annotated[str, one_of(DeliveryState)]
    """Whether it arrived, is to be tried (again), or was given up after the last try."""
    attempts: int
    """How often it was tried, since it was last asked for."""
    next_at: AwareDatetime | None
    """When it is tried next."""
    last_status: int | None
    """What the address answered last."""
    last_failure: Annotated[str, one_of(Failure)] | None
    """Why the last attempt did not succeed."""


class AttemptOut(AnswerBody):
    """One attempt at sending a message."""

    at: AwareDatetime
    """When its outcome was known."""
    duration_ms: int
    """How long it took, in milliseconds."""
    status: int | None
    """What the address answered; null where it answered nothing."""
    failure: Annotated[str, one_of(Failure)] | None
    """Why it did not succeed; null where it did."""
    next_at: AwareDatetime | None
    """When it was to be tried next, as of then."""


class DeliveryHistory(DeliveryOut):
    """One message with every attempt at it, the latest first."""

    history: list[AttemptOut]
    """Every attempt of the last 30 days at least, the latest first."""


class DeliveryReceipt(Answer):
    """A message that is to be sent."""

    webhook_id: UUID
    delivery_id: UUID
    """The `webhook-id` that it is sent with."""
    state: Annotated[str, one_of(DeliveryState)]


class RedeliveryReceipt(Answer):
    """How many messages are sent again."""

    webhook_id: UUID
    messages: int
    """How many are sent again."""
