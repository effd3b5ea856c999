"""The clock of a simulation: on which day the pages' requests are. There is none where nothing is simulated."""

from datetime import datetime

from starlette.responses import Response

from common.clock import LONDON
from common.web.roles import ROLES
from portal.forms.fields import DayField
from portal.forms.form import Form
from portal.pages import Journey
from portal.services.asking import NotThere
from portal.visit import Visit

CLOCK = Form("clock", (DayField(name="today", required=False),))
NOON = "T12:00"


def declare(journey: Journey) -> None:
    """The page on which the day is chosen."""

    @journey.page("/clock", of_everyone=ROLES)
    async def clock(visit: Visit) -> Response:
        """Choose the day it is, where something is simulated."""
        if not visit.request.app.state.settings.simulation:
            raise NotThere
        today = visit.session.now.date().isoformat() if visit.session.now else None
        return visit.show("everyone/clock.html", form=visit.form(CLOCK, answers={"today": today}))

    @clock.post
    async def wind(visit: Visit) -> Response:
        """Wind it; nothing said is the real day."""
        if not visit.request.app.state.settings.simulation:
            raise NotThere
        today = visit.body(CLOCK).get("today")
        visit.session.now = datetime.fromisoformat(f"{today}{NOON}").replace(tzinfo=LONDON) if today else None
        return visit.go("/")
