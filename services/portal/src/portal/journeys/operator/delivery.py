"""Streams that stand still, at any service: nothing else waits for them, and nobody but an operator helps them."""

from typing import Any

from starlette.responses import Response

from common.river import SERVICES
from portal.look.words import words
from portal.pages import Journey
from portal.queues import MOST, Queue, QueueLine, whole_list
from portal.services import every
from portal.visit import Visit

JOURNEY = Journey("operator")
STANDING_STILL = ("parked", "forked")
INBOXES = tuple(every.INBOX.values())


async def streams_aside(visit: Visit) -> dict[str, list[dict[str, Any]] | None]:
    """Service → its streams that stand still; nothing of a service that is away."""

    async def aside(service: every.ServiceName) -> list[dict[str, Any]]:
        lists = await visit.together(
            *(
                whole_list(visit, every.INBOX[service], topic=topic, state=state, limit=MOST)
                for topic in SERVICES[service].hears
                for state in STANDING_STILL
            )
        )
        return [one | {"service": service, "path": path_of(service, one)} for each in lists for one in each]

    replies = await visit.together(*(visit.if_up(aside(one)) for one in every.SERVICES))
    return dict(zip(every.SERVICES, replies, strict=True))


def path_of(service: str, stream: dict[str, Any]) -> str:
    """Where a stream is helped."""
    return f"/delivery/streams/{service}/{stream['topic']}/{stream['subject']}"


async def _waiting(visit: Visit) -> list[dict[str, Any]]:
    services = await streams_aside(visit)
    absent = [{"service": name, "path": "/delivery"} for name, streams in services.items() if streams is None]
    return [*absent, *(one for streams in services.values() for one in streams or ())]


def _line(one: dict[str, Any]) -> QueueLine:
    if "topic" not in one:
        return QueueLine(words("operator.aside.away", service=one["service"]), one["path"])
    return QueueLine(f"{one['service']}, {one['topic']}, {one['subject']}: {one['error_code']}", one["path"])


QUEUES = (Queue("operator.aside", INBOXES[0], _line, "/delivery", {}, read=_waiting, also=INBOXES),)


@JOURNEY.page("/delivery", *INBOXES, navigation="operator.delivery.title")
async def delivery(visit: Visit) -> Response:
    """Every stream that stands still, service by service, with the reason."""
    return visit.show("operator/delivery.html", services=await streams_aside(visit))
