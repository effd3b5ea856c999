"""The programme as a whole: month by month, year by year, and how much of what was reached was kept (§3, BR-K13)."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from portal.forms.fields import ChoicesField
from portal.forms.form import Form
from portal.look.drawing import Drawing, Mark, drawing_of
from portal.look.writing import month
from portal.names import outcomes_by_title
from portal.services import claims, reports
from portal.visit import Visit

from .reports import JOURNEY

SUSTAINMENT = Form("oversight.sustainment", (ChoicesField(name="entered"), ChoicesField(name="sustained")))
DRAWN = ("referrals", "starts", "outcomes_accepted")
"""Of the months' figures, those with a line of their own."""


@JOURNEY.page(
    "/programme", reports.SUMMARY, reports.FIGURES, reports.PEOPLE, navigation="oversight.programme.navigation"
)
async def programme(visit: Visit) -> Response:
    """Everything of the programme in figures: all of it, each month, each year, each source of referrals."""
    summary, figures, people = await visit.together(
        visit.ask(reports.SUMMARY), visit.ask(reports.FIGURES), visit.ask(reports.PEOPLE)
    )
    lines = {name: line_of(summary["months"], name) for name in DRAWN} if summary["months"] else {}
    return visit.show("oversight/programme.html", summary=summary, figures=figures, people=people, lines=lines)


def line_of(months: Sequence[dict[str, Any]], name: str) -> Drawing:
    """One of the months' figures as a line."""
    return drawing_of([Mark(n, one[name], month(one["month"][:7])) for n, one in enumerate(months)])


Entry = Annotated[list[str] | None, Query(alias="entered", max_length=40)]
Keeping = Annotated[list[str] | None, Query(alias="sustained", max_length=40)]


@JOURNEY.page("/programme/sustainment", reports.SUSTAINMENT, claims.RATE_CARDS)
async def sustainment(visit: Visit, entry: Entry = None, keeping: Keeping = None) -> Response:
    """How many of those who reached something kept it, for the outcomes you choose."""
    outcomes = list((await outcomes_by_title(visit)).items())
    form = visit.form(
        SUSTAINMENT,
        answers={"entered": entry, "sustained": keeping},
        options={"entered": outcomes, "sustained": outcomes},
    )
    are_named = entry and keeping and visit.refused is None
    rate = await visit.ask(reports.SUSTAINMENT, entered=entry, sustained=keeping) if are_named else None
    return visit.show("oversight/sustainment.html", form=form, rate=rate)


@sustainment.post
async def choose(visit: Visit) -> Response:
    """Show it for these; they stand in the address, so that it can be kept."""
    body = visit.body(SUSTAINMENT)
    pairs = [f"{name}={code}" for name in ("entered", "sustained") for code in body[name]]
    return visit.go(f"/programme/sustainment?{'&'.join(pairs)}")
