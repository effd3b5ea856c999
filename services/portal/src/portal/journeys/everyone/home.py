"""My work: what waits for whoever is signed in, oldest first."""

from starlette.responses import Response

from common.web.roles import ROLES
from portal.pages import Journey
from portal.queues import Queue, shown_queues
from portal.services import hub
from portal.visit import Visit


def declare(journey: Journey, queues: tuple[Queue, ...]) -> None:
    """The home page."""

    asks = (*(one for queue in queues for one in (queue.operation, *queue.also)), hub.PARTICIPANTS)

    @journey.page("/", also=asks, of_everyone=ROLES, navigation="home.navigation")
    async def home(visit: Visit) -> Response:
        """What waits for you, oldest first, with how many there are."""
        return visit.show("everyone/home.html", queues=await shown_queues(visit, queues))

    _ = home
