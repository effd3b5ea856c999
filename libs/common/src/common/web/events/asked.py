"""What is asked of the feed: from which place, of which events, and how long an answer may be held back for one.

Whoever waits holds no connection: where the log ends is looked up a few times a second, once for all who wait in this
process, and only when it has moved is it looked, from the asker's own viewpoint, whether there is something for them.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from sqlalchemy import text

from common.contracts import ANNOUNCERS, EVERY_EVENT, Code
from common.database import Sessions, look_from
from common.web.access import Caller, SignedIn
from common.web.http.parameters import refuse_unknown_parameters
from common.web.pages import Cursor, key_of, listing
from common.web.problems import Invalid

READERS = ("service", "operator", "provider-system", "council-system")
UNRESTRICTED = ("service", "operator", "provider-system", "referrer")
"""Who is told more than public topics; a referrer, by webhook alone, how its referrals stand."""
LOOKED_THROUGH = 10_000
"""Places of the log looked through at once for events of some types, so that a rare one costs nobody the whole log."""
MOST_SECONDS = 30
SECONDS_BETWEEN_LOOKS = 0.25

OF_THEM = """(cast(:topic as text) is null or log.topic = :topic) and (not :public_only or log.topic like 'public.%')
      and (cast(:types as text[]) is null or log.seq <= :looked_through and outbox.type = any(:types))"""
"""Which entries of the log, joined to the outbox, a query is about."""
END = text("select numbered from relay")
NEWS = text(f"""
select exists (select from log join outbox using (position)
               where log.seq > :after and log.seq <= :looked_through and {OF_THEM})
""")  # noqa: S608 - our own words

BEYOND = (
    "Only entries beyond this place of the log. It is a place of the whole log: what came before it on another topic is"
    " not told. `cursor` is good for its own topic and types alone."
)
EventName = Annotated[str, Query(max_length=100)]


class NoSuchType(Invalid):
    """The feed is asked for a type of event that this service never announces: it would be waited for in vain."""

    type, title = "no-such-type", "This service announces no event of that type"
    remedy = "Correct `type`: the detail names those there are."


@dataclass(frozen=True, slots=True)
class FeedQuery:
    """Which events of the log, from which place on."""

    after: Annotated[int, Query(ge=0, le=2**62, description=BEYOND)] = 0
    epoch: Annotated[UUID | None, Query(description="The epoch `after` belongs to; sent back with every page.")] = None
    cursor: Cursor = None
    topic: Annotated[Code | None, Query()] = None
    type: Annotated[
        list[EventName] | None, Query(max_length=50, description="Only events of this type, or these: `ClaimVerified`.")
    ] = None
    wait: Annotated[
        float,
        Query(ge=0, le=MOST_SECONDS, description="While there is nothing to tell, answer this many seconds later."),
    ] = 0

    @property
    def place(self) -> tuple[int, UUID | None]:
        """After which place of the log, and of which log.

        Raises:
            Invalid: both a cursor and a place are named.
            UnreadableCursor, CursorOfAnotherList: the cursor is none of ours, or of other filters.
        """
        after, epoch = key_of(self.cursor, int, UUID) or (self.after, self.epoch)
        if self.cursor is not None and (self.after or self.epoch):
            raise Invalid("Send `cursor`, or `after` and `epoch`, and not both.")
        return after, epoch

    def filters(self, *roles: str, after: int) -> dict[str, Any]:
        """The parameters of `OF_THEM` and the place, for somebody in these roles."""
        return {
            "after": after,
            "topic": self.topic,
            "types": self.type or None,
            "public_only": not set(roles) & set(UNRESTRICTED),
            "looked_through": after + LOOKED_THROUGH,
        }


def refuse_types(service: str, types: list[str] | None) -> None:
    """An event that is never announced here would be waited for in vain.

    Raises:
        NoSuchType: one of them is none of this service's.
    """
    here = service.replace("_", "-")
    names = sorted(name for name, event in EVERY_EVENT.items() if ANNOUNCERS[event.topic] == here)
    if unknown := sorted(set(types or ()) - set(names)):
        there = f"Those there are: {', '.join(names)}." if names else "It announces nothing."
        raise NoSuchType(f"{here} announces no {unknown[0]}. {there}")


class LogEnd:
    """Where a service's log ends, as far as this process looked; whoever waits shares the looks."""

    def __init__(self, sessions: Sessions, ends: Callable[[], bool]) -> None:
        self._sessions = sessions
        self._ends = ends
        self._lock = asyncio.Lock()
        self._looked_at = float("-inf")
        self._end = 0

    async def beyond(self, place: int, until: float) -> int:
        """Wait until the log reaches beyond a place, until a time of the loop, or until this process is to end.

        It answers where the log ends then.

        Raises:
            DBAPIError: the database does not answer.
        """
        loop = asyncio.get_running_loop()
        while True:
            is_fresh = False
            async with self._lock:
                if loop.time() >= self._looked_at + SECONDS_BETWEEN_LOOKS:
                    async with self._sessions.begin() as session:
                        self._end = (await session.execute(END)).scalar_one()
                    self._looked_at, is_fresh = loop.time(), True
            if self._end > place or (is_fresh and self._end < place) or loop.time() >= until or self._ends():
                return self._end
            await asyncio.sleep(max(0.01, min(SECONDS_BETWEEN_LOOKS, until - loop.time())))


async def wait_for_news(request: Request, caller: SignedIn, query: Annotated[FeedQuery, Depends()]) -> None:
    """Hold the request back until there is something to tell its asker, or its seconds are over.

    What the route refuses is not waited for; it comes before the route's own transaction.
    """
    if not query.wait or not caller.actor.has(*READERS):
        return
    refuse_unknown_parameters(request)
    refuse_types(request.app.state.service, query.type)
    listing(request, caller.programme_id, caller.actor.organisation, caller.actor.id)
    place, _ = query.place
    until = asyncio.get_running_loop().time() + query.wait
    end = await request.app.state.log_end.beyond(place, until)
    while end > place and not await _is_news(request, caller, query, place, end):
        place = end
        end = await request.app.state.log_end.beyond(place, until)


async def _is_news(request: Request, caller: Caller, query: FeedQuery, place: int, end: int) -> bool:
    if end > place + LOOKED_THROUGH:
        return True
    filters = query.filters(*caller.actor.roles, after=place) | {"looked_through": end}
    async with request.app.state.sessions.begin() as session:
        of_whom = (caller.programme_id, caller.actor.organisation)
        await look_from(session, request.app.state.service, caller.viewpoint, *of_whom)
        return bool((await session.execute(NEWS, filters)).scalar_one())
