"""What was announced and what was heard of it, side by side; and each service's own look at what it keeps."""

from typing import Any, Literal

from starlette.responses import Response

from common.river import ANNOUNCERS, hearers_of
from portal.look.words import words
from portal.queues import MOST
from portal.services import every
from portal.services.asking import Reply
from portal.services.operations import Operation
from portal.visit import Visit

from .delivery import INBOXES, JOURNEY

TopicName = Literal["referrals", "cases", "claims"]
MOST_PAGES = 50
"""Of a list of streams; what lies beyond is for `outcomes reconcile`."""
Check = Literal["streams", "effects"]
CHECKS = {"streams": every.FAULTS, "effects": every.EFFECTS}


@JOURNEY.page("/delivery/figures", *INBOXES, *every.STREAMS.values(), navigation="operator.figures.navigation")
async def figures(visit: Visit, topic: TopicName = "referrals") -> Response:
    """How many streams and events of a topic were announced, and how far each service that hears it is."""
    announcer = ANNOUNCERS[topic]
    hearers = hearers_of(announcer)
    heads, *inboxes = await visit.together(
        visit.if_up(streams_of(visit, every.STREAMS[announcer], topic)),
        *(visit.if_up(streams_of(visit, every.INBOX[one], topic)) for one in hearers),
    )
    heard_by = {one: _compare(heads, inbox) for one, inbox in zip(hearers, inboxes, strict=True)}
    lists = [one for one in (heads, *inboxes) if one is not None]
    return visit.show(
        "operator/figures.html",
        topic=topic,
        topics=list(ANNOUNCERS),
        announcer=announcer,
        announced=heads and _totals(heads),
        hearers=heard_by,
        is_cut=any(len(one) == MOST * MOST_PAGES for one in lists),
    )


async def streams_of(visit: Visit, operation: Operation, topic: str) -> dict[str, dict[str, Any]]:
    """Subject → where its stream stands; of so many pages at most."""
    streams: dict[str, dict[str, Any]] = {}
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        reply = await visit.ask(operation, topic=topic, limit=MOST, cursor=cursor)
        streams |= {one["subject"]: one for one in reply.entries}
        cursor = reply.get("next")
        if cursor is None:
            break
    return streams


def _totals(streams: dict[str, dict[str, Any]]) -> dict[str, int]:
    return {"streams": len(streams), "events": sum(one["last_sequence"] for one in streams.values())}


def _compare(heads: dict[str, dict[str, Any]] | None, inbox: dict[str, dict[str, Any]] | None) -> dict[str, int] | None:
    """Of one that hears: its totals, what it left out, and how many streams it lacks something of."""
    if inbox is None:
        return None
    lags = [
        subject
        for subject, one in (heads or {}).items()
        if subject not in inbox or inbox[subject]["last_sequence"] < one["last_sequence"]
    ]
    return _totals(inbox) | {"skipped": sum(one["skipped"] for one in inbox.values()), "behind": len(lags)}


@JOURNEY.page(
    "/delivery/checks", *every.FAULTS.values(), *every.EFFECTS.values(), navigation="operator.checks.navigation"
)
async def checks(
    visit: Visit, service: every.ServiceName = "referral-hub", check: Check = "streams", cursor: str | None = None
) -> Response:
    """What one service finds when it looks at its streams, or at what events did there: a page of them at a time."""
    reply = await visit.ask(CHECKS[check][service], cursor=cursor)
    return visit.show(
        "operator/checks.html",
        reply=reply,
        lines=[_line(one) for one in reply.entries],
        looked_at=_looked_at(reply),
        service=service,
        services=every.SERVICES,
        check=check,
        checks=list(CHECKS),
    )


def _line(one: dict[str, Any]) -> tuple[str, str, str]:
    """A stream that does not fit, or the effect of an event that is gone."""
    what = ", ".join([one["type"], *one["rows"]]) if "rows" in one else f"{one['sequence']}: {one['fault']}"
    return one["subject"], one["topic"], what


def _looked_at(reply: Reply) -> str:
    if "streams" in reply:
        return words("operator.checks.of-streams", streams=reply["streams"], events=reply["events"])
    return words("operator.checks.of-effects", events=reply["looked_at"], unknown=reply["unknown"])
