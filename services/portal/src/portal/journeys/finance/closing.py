"""Closing a month: everything verified in it is stated once, for ever (BR-H2, BR-H13)."""

from starlette.responses import Response

from portal.forms.fields import PickField
from portal.forms.form import Form
from portal.journeys.choices import months_until
from portal.look.writing import month
from portal.services import claims
from portal.visit import Visit

from .journey import JOURNEY

CLOSE = Form("finance.close", (PickField(name="month"),), is_checked=True)
SHOWN_MONTHS = 12


@JOURNEY.page("/statements/closing", claims.CLOSING, claims.STATEMENTS)
async def closing(visit: Visit) -> Response:
    """Choose the month to close, of those that have ended."""
    return visit.show(
        "finance/closing.html", form=visit.form(CLOSE, options={"month": months_until(visit, SHOWN_MONTHS)})
    )


@closing.post
async def close(visit: Visit) -> Response:
    """Close it; nothing on it changes any more."""
    receipt = await visit.ask(claims.CLOSING, visit.body(CLOSE, options={"month": months_until(visit, SHOWN_MONTHS)}))
    return visit.go(f"/statements/{receipt['id']}", "finance.close.done", month=month(receipt["month"]))
