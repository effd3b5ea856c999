"""Whether the audit is whole: where each service's chain stands, and the checkpoints it signed (S-83)."""

from starlette.responses import Response

from portal.services import every
from portal.visit import Visit

from .grants import JOURNEY


@JOURNEY.page("/audit", *every.STANDING.values(), navigation="audit.standing.navigation")
async def standing(visit: Visit) -> Response:
    """Where the chain of each service stands, and which entries no transaction of ours wrote."""
    chains = await visit.of_each(every.STANDING)
    return visit.show("audit/standing.html", chains=chains)


@JOURNEY.page("/audit/{service}/checkpoints", *every.CHECKPOINTS.values())
async def checkpoints(visit: Visit, service: every.ServiceName, cursor: str | None = None) -> Response:
    """What a service signed of its audit, the first one first."""
    reply = await visit.ask(every.CHECKPOINTS[service], cursor=cursor)
    return visit.show("audit/checkpoints.html", service=service, checkpoints=reply)
