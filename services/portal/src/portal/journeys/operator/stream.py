"""One stream that stands still: try it again, leave out its next event, or hear it again from its start."""

from typing import Any

from starlette.responses import Response

from common.river import ANNOUNCERS
from portal.forms.fields import ChoiceField, TextField
from portal.forms.form import Form
from portal.queues import MOST, whole_list
from portal.services import every
from portal.services.asking import NotThere
from portal.visit import Visit

from .delivery import INBOXES, JOURNEY, STANDING_STILL

HELP = Form(
    "operator.stream",
    (ChoiceField(name="act", codes=("retry", "skip", "hear-again")), TextField(name="reason", required=False)),
    is_checked=True,
)
ALSO = (*every.EVENTS.values(), *every.RETRY.values(), *every.SKIP.values(), *every.HEAR_AGAIN.values())
AHEAD = 500
"""Events that an announcer tells of a stream at once."""


@JOURNEY.page("/delivery/streams/{service}/{topic}/{subject:path}", *INBOXES, also=ALSO)
async def stream(visit: Visit, service: every.ServiceName, topic: str, subject: str) -> Response:
    """Where a stream stopped and why, the event that is next, and what you can do."""
    place = await stream_aside(visit, service, topic, subject)
    events = await visit.if_up(events_of(visit, topic, subject, place["last_sequence"] + 1))
    return visit.show(
        "operator/stream.html",
        service=service,
        stream=place,
        event=events[0] if events else None,
        announcer=None if events is not None else ANNOUNCERS[topic],
        form=visit.form(HELP),
    )


@stream.post
async def help_stream(visit: Visit, service: every.ServiceName, topic: str, subject: str) -> Response:
    """Do one of them; the worker goes on by itself from there."""
    body = visit.body(HELP)
    place = await stream_aside(visit, service, topic, subject)
    where = {"topic": topic, "subject": subject}
    match body["act"]:
        case "retry":
            await visit.ask(every.RETRY[service], where | await _event_there(visit, place))
        case "skip":
            events = await events_of(visit, topic, subject, place["last_sequence"] + 1)
            if not events:
                raise visit.object_to(HELP, "act", "operator.stream.nothing-next")
            if not body.get("reason"):
                raise visit.object_to(HELP, "reason", "operator.stream.no-reason")
            event = {name: events[0][name] for name in ("sequence", "event_id", "hash")}
            await visit.ask(every.SKIP[service], where | event | {"reason": body["reason"]})
        case _:
            events = await events_of(visit, topic, subject, max(place["last_sequence"], 1))
            last = max([place["heard_sequence"], 1, *(one["sequence"] for one in events)])
            await visit.ask(every.HEAR_AGAIN[service], where | {"to": last})
    return visit.go("/delivery", "operator.done." + body["act"])


async def stream_aside(visit: Visit, service: every.ServiceName, topic: str, subject: str) -> dict[str, Any]:
    """It, of those that stand still.

    Raises:
        NotThere: it does not.
    """
    lists = await visit.together(
        *(whole_list(visit, every.INBOX[service], topic=topic, state=one, limit=MOST) for one in STANDING_STILL)
    )
    place = next((one for each in lists for one in each if one["subject"] == subject), None)
    if place is None:
        raise NotThere
    return place


async def events_of(visit: Visit, topic: str, subject: str, start: int) -> list[dict[str, Any]]:
    """What its announcer has of a stream from a sequence on, without what the events say."""
    body = {"streams": [{"topic": topic, "subject": subject, "from": start}], "each": AHEAD, "bodies": False}
    return (await visit.ask(every.EVENTS[ANNOUNCERS[topic]], body)).entries


async def _event_there(visit: Visit, place: dict[str, Any]) -> dict[str, Any]:
    """Of a forked stream, the event that its announcer has where it stopped: by it a service knows it was restored."""
    if place["state"] != "forked":
        return {}
    events = await events_of(visit, place["topic"], place["subject"], place["last_sequence"])
    return {"event_id": events[0]["event_id"] if events else None}
