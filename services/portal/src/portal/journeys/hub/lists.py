"""The one waiting list with its clocks, and every decline (S-11, S-12)."""

from typing import Literal

from starlette.responses import Response

from portal.services import hub
from portal.visit import Visit

from .inbox import JOURNEY

Who = Literal["all", "priority", "complex"]
WHO: tuple[Who, ...] = ("all", "priority", "complex")


@JOURNEY.page("/hub/waiting-list", hub.WAITING_LIST, navigation="hub.waiting.navigation")
async def waiting_list(visit: Visit, who: Who = "all", cursor: str | None = None) -> Response:
    """Who waits to be placed, the longest first, with the day by which they should be."""
    filters = {} if who == "all" else {who: True}
    waiting = await visit.ask(hub.WAITING_LIST, order="waiting", cursor=cursor, count=True, **filters)
    return visit.show("hub/waiting.html", waiting=waiting, who=who, choices=WHO)


@JOURNEY.page("/hub/declines", hub.DECLINES, navigation="hub.declines.navigation")
async def declines(visit: Visit, cursor: str | None = None) -> Response:
    """Every decline, the last first, with whether there was room."""
    reply = await visit.ask(hub.DECLINES, cursor=cursor, count=True)
    return visit.show("hub/declines.html", declines=reply)
