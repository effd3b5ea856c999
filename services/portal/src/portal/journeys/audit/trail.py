"""Who saw or changed somebody's record, in each service (BR-N6). Looking at it is in the audit too."""

from uuid import UUID

from starlette.responses import Response

from portal.services import every
from portal.visit import Visit

from .grants import JOURNEY

SHOWN = 20
"""Of each service, side by side."""


@JOURNEY.page("/participants/{participant_id}/audit", *every.TRAIL.values())
async def trail(visit: Visit, participant_id: UUID) -> Response:
    """Who saw somebody's record lately, service by service; the names stay out of it."""
    sights = await visit.of_each(every.TRAIL, participant_id=participant_id, limit=SHOWN)
    return visit.show("audit/trail.html", participant_id=participant_id, sights=sights)


@JOURNEY.page("/participants/{participant_id}/audit/{service}", *every.TRAIL.values())
async def trail_of_service(
    visit: Visit, participant_id: UUID, service: every.ServiceName, cursor: str | None = None
) -> Response:
    """All of it in one service, the last first."""
    reply = await visit.ask(every.TRAIL[service], participant_id=participant_id, cursor=cursor)
    return visit.show("audit/trail.html", participant_id=participant_id, sights={service: reply}, service=service)
