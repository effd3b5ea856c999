"""How long people waited, month by month (BR-B1 to BR-B4)."""

from starlette.responses import Response

from portal.look.drawing import Mark, drawing_of
from portal.look.writing import month
from portal.services import reports
from portal.visit import Visit

from .reports import JOURNEY

WAITS = ("to_allocation", "to_priority_allocation", "to_plan")


@JOURNEY.page("/waiting-times", reports.WAITING_TIMES, navigation="oversight.waiting.title")
async def waiting_times(visit: Visit) -> Response:
    """Median and mean days, of those whose wait ended in each month."""
    reply = await visit.ask(reports.WAITING_TIMES)
    lines = {
        wait: drawing_of([Mark(n, one["median_days"], month(one["month"][:7])) for n, one in enumerate(reply[wait])])
        for wait in WAITS
        if reply[wait]
    }
    return visit.show("oversight/waiting.html", waits={wait: reply[wait] for wait in WAITS}, lines=lines)
