"""A page of the feed as a batch of CloudEvents, for whoever's `Accept` names it.

What a page says of itself stands in `Link`, `rel="next"`: where to ask for what comes after it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response
from pydantic import AwareDatetime, ConfigDict, Field

from common.streams.cloud_events import BATCH, context, in_utc, qualified, structured
from common.web.fields import AnswerBody

if TYPE_CHECKING:
    from common.web.feed import FeedEntry

ZERO = re.compile(r"q\s*=\s*0(?:\.0*)?\s*$")
OF_A_PLACE = ("after", "epoch", "cursor")


class CloudEvent(AnswerBody):
    """An event as CloudEvents 1.0 has it in JSON. Only `data` is the event; `dataschema` is where its schema is read.

    What was redacted, or is told without its amounts, names no schema, for it does not fit it.
    """

    model_config = ConfigDict(extra="allow")

    specversion: str
    """The version of CloudEvents: 1.0."""
    id: str
    """The event's own, the same in its body. It may come again: what you have by this id, pass over."""
    source: str
    """The service that announced it."""
    type: str
    """What happened, with the version of its contract, by a name no other system uses."""
    eventname: str
    """The same by the name that Kafka's `ce_type` and the feed's `type` have: `ClaimVerified`."""
    schemaversion: int
    """The version of its contract."""
    time: AwareDatetime
    """When it happened: business time, UTC."""
    recordedtime: AwareDatetime
    """When it was announced, UTC."""
    subject: str
    """The stream: what it is about, such as `claim/…`."""
    sequence: str
    """Its place in its stream on this topic, from 1 without a gap."""
    topic: str
    """The topic it was announced on."""
    programmeid: str
    """The partnership it belongs to."""
    datacontenttype: str = "application/json"
    dataschema: str | None = None
    """Where the JSON Schema of `data` is read."""
    hash: str | None = None
    """The stream's running hash after this event, for whoever may read it as it was announced."""
    redacted: bool = False
    """Its content was erased: it keeps its place, and there is nothing to do about it."""
    withoutamounts: bool = False
    """The event tells of money, and `data` leaves it out: it is not for the asker."""
    data: dict[str, Any] | None = Field(default=None, description="What happened, as the contract has it.")


def _said_in_openapi() -> dict[str, Any]:
    schema = CloudEvent.model_json_schema()
    batch = {"type": "array", "items": schema, "description": "Link, rel=next, says where to go on."}
    links = {"description": "With a batch: where to ask for what comes next.", "schema": {"type": "string"}}
    return {"content": {BATCH: {"schema": batch}}, "headers": {"Link": links}}


AS_A_BATCH: dict[int | str, dict[str, Any]] = {200: _said_in_openapi()}
"""What the OpenAPI document says of it."""


def is_asked_for(request: Request) -> bool:
    """Whether `Accept` names the batch, and not with `q=0`."""
    media_ranges = (each.partition(";") for each in request.headers.get("accept", "").split(","))
    return any(kind.strip().lower() == BATCH and not ZERO.search(weight) for kind, _, weight in media_ranges)


def batch_of(request: Request, entries: Sequence["FeedEntry"], cursor: str) -> Response:
    """Entries of the log as CloudEvents; `cursor` goes on after them."""
    service: str = request.app.state.service
    source, public_url = service.replace("_", "-"), request.app.state.settings.public_url
    events = ",\n".join(_as_an_event(one, source, public_url) for one in entries)
    filters = [(name, value) for name, value in request.query_params.multi_items() if name not in OF_A_PLACE]
    following = f'<{request.url.path}?{urlencode([*filters, ("cursor", cursor)])}>; rel="next"'
    return Response(f"[{events}]", media_type=BATCH, headers={"Link": following, "Vary": "Accept"})


def _as_an_event(entry: "FeedEntry", source: str, public_url: str) -> str:
    whole = entry.redacted_at is None and not entry.without_amounts
    attributes: Mapping[str, object] = {
        "type": qualified(entry),
        "eventname": entry.type,
        **context(entry, source, in_utc(entry.occurred_at), public_url if whole else ""),
        "topic": entry.topic,
        **({"recordedtime": in_utc(entry.announced_at)} if entry.announced_at else {}),
        **({"redacted": True} if entry.redacted_at else {}),
        **({"withoutamounts": True} if entry.without_amounts else {}),
        "datacontenttype": "application/json",
    }
    return structured(attributes, None if entry.redacted_at else entry.body)
