"""Closing a month: everything verified in it is stated once, for ever (BR-H2, BR-H13)."""

from datetime import datetime, timedelta

from starlette.responses import Response

from common.clock import LONDON
from portal.forms.fields import Options, PickField
from portal.forms.form import Form
from portal.look.writing import month
from portal.services import claims
from portal.visit import Visit

from .journey import JOURNEY

CLOSE = Form("finance.close", (PickField(name="month"),), is_checked=True)
SHOWN_MONTHS = 12


@JOURNEY.page("/statements/closing", claims.CLOSING, claims.STATEMENTS)
async def closing(visit: Visit) -> Response:
    """Choose the month to close, of those that have ended."""
    return visit.show("finance/closing.html", form=visit.form(CLOSE, options={"month": months_ended(visit)}))


@closing.post
async def close(visit: Visit) -> Response:
    """Close it; nothing on it changes any more."""
    receipt = await visit.ask(claims.CLOSING, visit.body(CLOSE, options={"month": months_ended(visit)}))
    return visit.go(f"/statements/{receipt['id']}", "finance.close.done", month=month(receipt["month"]))


def months_ended(visit: Visit) -> Options:
    """The last twelve, the newest first; which of them can be closed, the service knows."""
    day = (visit.session.now or datetime.now(LONDON)).date()
    months: list[str] = []
    while len(months) < SHOWN_MONTHS:
        day = day.replace(day=1) - timedelta(days=1)
        months.append(f"{day:%Y-%m}")
    return [(one, month(one)) for one in months]
