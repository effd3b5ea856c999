"""What the services say of delivery: stream heads, inboxes, and both compared."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from common.contracts import ANNOUNCERS
from common.river import SERVICES

from .addresses import HEARERS, Edge, edges
from .doors import Doors, RequestRefused
from .reconciling import AnnouncedStream, EdgeTally, HeardStream, Standing, reconcile, troubled


async def reconcile_every_edge(doors: Doors, now: datetime) -> dict[Edge, EdgeTally]:
    """Compare every edge; `now` is the machine's, to tell what is still on its way."""
    return {edge: await reconcile_edge(doors, edge, now) for edge in edges()}


async def reconcile_edge(doors: Doors, edge: Edge, now: datetime) -> EdgeTally:
    """Compare one edge: first what was heard, then what was announced.

    Raises:
        Refused: a service does not let the asker look.
        httpx.HTTPError: a service did not answer.
    """
    return reconcile(*await _both_ends(doors, edge), now)


async def troubled_streams(doors: Doors, edge: Edge, now: datetime) -> list[tuple[str, Standing]]:
    """The subjects on one edge that are parked, missing or forked, by subject."""
    return sorted(troubled(*await _both_ends(doors, edge), now))


async def heard_streams(doors: Doors, state: str | None) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Every service's streams in a state, or all: the service, and what its inbox says."""
    for hearer, topics in HEARERS.items():
        for topic in topics:
            async for item in doors.pages(hearer, "/v1/inbox", topic=topic, state=state):
                yield hearer, item


async def retry_stream(doors: Doors, hearer: str, topic: str, subject: str) -> dict[str, Any]:
    """Have a parked or forked stream tried again from the event it stopped at; where it stands now.

    Of a forked one, what the announcer says now where it stopped is read from the announcer, and shown to the hearer.

    Raises:
        Refused: there is no such stream, it is neither parked nor forked, or the announcer still tells another story.
    """
    body = {"topic": topic, "subject": subject}
    async for row in doors.pages(hearer, "/v1/inbox", topic=topic, state="forked"):
        if row["subject"] == subject:
            body["event_id"] = (await _announced_at(doors, topic, subject, row["last_sequence"]))["event_id"]
    return await _do(doors, hearer, "retry", body)


async def skip_event(doors: Doors, hearer: str, topic: str, subject: str, sequence: int, reason: str) -> dict[str, Any]:
    """Have the next event of a parked stream left out for good; where the stream stands now.

    Its id and its running hash are read from the announcer, so that what is recorded as skipped is what was announced.

    Raises:
        Refused: no such event was announced, the stream is not parked, or the event is not its next.
    """
    event = await _announced_at(doors, topic, subject, sequence)
    details = {"sequence": sequence, "event_id": event["event_id"], "hash": event["hash"], "reason": reason}
    return await _do(doors, hearer, "skip", {"topic": topic, "subject": subject} | details)


async def fallen_streams(doors: Doors, progress: Callable[[int], None]) -> tuple[int, list[tuple[str, dict[str, Any]]]]:
    """Every stream that is not as it was announced, with its announcer; and how many events were looked at."""
    events, fallen = 0, list[tuple[str, dict[str, Any]]]()
    for announcer in dict.fromkeys(ANNOUNCERS.values()):
        async for page in doors.whole_pages(announcer, "/v1/streams/faults"):
            events += page["events"]
            fallen += [(announcer, item) for item in page["items"]]
            progress(events)
    return events, fallen


@dataclass(frozen=True, slots=True)
class EffectsOfAll:
    """What became of what events did at the services that decide."""

    looked_at: int
    unknown: int
    """Applied before it was kept which rows an effect is in."""
    gone: Sequence[tuple[str, dict[str, Any]]]
    """Hearer, and the event with the rows of it that are gone."""


async def gone_effects(doors: Doors, progress: Callable[[int], object] = bool) -> EffectsOfAll:
    """Every event of which a row that it left is gone. Reporting, which announces nothing, compares its own tables."""
    looked_at, unknown, effects = 0, 0, list[tuple[str, dict[str, Any]]]()
    for hearer in (service.name for service in SERVICES.values() if service.hears and service.announces):
        async for page in doors.whole_pages(hearer, "/v1/inbox/effects"):
            looked_at, unknown = looked_at + page["looked_at"], unknown + page["unknown"]
            effects += [(hearer, item) for item in page["items"]]
            progress(looked_at)
    return EffectsOfAll(looked_at, unknown, effects)


async def hear_again(doors: Doors, hearer: str, topic: str, subject: str) -> dict[str, Any]:
    """Have a stream heard again from its start, to where its announcer is now; where it stands now.

    Raises:
        Refused: nothing was announced about it, or it is forked.
    """
    last = 0
    while places := await _places_from(doors, topic, subject, last + 1):
        last = places[-1]["sequence"]
    if not last:
        raise RequestRefused(f"{ANNOUNCERS[topic]} announced nothing about {subject} on {topic}.")
    return await _do(doors, hearer, "hear-again", {"topic": topic, "subject": subject, "to": last})


async def hear_missing(doors: Doors, hearer: str, topic: str) -> None:
    """Have all heard that a service lacks of a topic."""
    await _do(doors, hearer, "hear-missing", {"topic": topic})


async def _places_from(doors: Doors, topic: str, subject: str, sequence: int) -> list[dict[str, Any]]:
    """Some places of a stream from one on, without what was said there."""
    body = {"streams": [{"topic": topic, "subject": subject, "from": sequence}], "bodies": False}
    return (await doors.ask(ANNOUNCERS[topic], "POST", "/v1/events/missing", json=body)).json()["items"]


async def _announced_at(doors: Doors, topic: str, subject: str, sequence: int) -> dict[str, Any]:
    """The event that stands at a place of a stream."""
    events = await _places_from(doors, topic, subject, sequence)
    if not events:
        raise RequestRefused(f"{ANNOUNCERS[topic]} announced no event {sequence} of {subject} on {topic}.")
    return events[0]


async def _do(doors: Doors, hearer: str, act: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = {"Idempotency-Key": uuid4().hex}
    return (await doors.ask(hearer, "POST", f"/v1/inbox/{act}", json=body, headers=headers)).json()


async def _both_ends(doors: Doors, edge: Edge) -> tuple[list[AnnouncedStream], list[HeardStream]]:
    at_hearer = [_heard(item) async for item in doors.pages(edge.hearer, "/v1/inbox", topic=edge.topic)]
    at_announcer = [_announced(item) async for item in doors.pages(edge.announcer, "/v1/streams", topic=edge.topic)]
    return at_announcer, at_hearer


def _announced(item: dict[str, Any]) -> AnnouncedStream:
    announced_at = datetime.fromisoformat(item["announced_at"])
    return AnnouncedStream(item["subject"], item["last_sequence"], item["event_id"], announced_at, item["hash"])


def _heard(item: dict[str, Any]) -> HeardStream:
    return HeardStream(
        subject=item["subject"],
        last_sequence=item["last_sequence"],
        last_event=item["last_event"],
        heard_sequence=item["heard_sequence"],
        skipped=item["skipped"],
        baseline=item["baseline"],
        state=item["state"],
        hash=item["hash"],
    )
