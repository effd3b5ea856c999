"""The KPI tracker: what was to be reached by a month, and what was (S-101, BR-K1 to BR-K15)."""

from typing import Literal

from starlette.responses import Response

from portal.forms.fields import Options
from portal.journeys.choices import in_words, months_until
from portal.look.words import words
from portal.names import names_of_providers
from portal.services import hub, reports
from portal.visit import Visit

from .reports import JOURNEY

Basis = Literal["submitted", "now"]
PROVIDERS = (hub.PROVIDERS,)
"""Asked for whoever may choose one; the others see their own, or the partnership."""


@JOURNEY.page("/kpi-tracker", reports.TRACKER, also=PROVIDERS, navigation="oversight.tracker.title")
async def tracker(
    visit: Visit, month: str | None = None, provider: str | None = None, basis: Basis = "submitted"
) -> Response:
    """Target, actuals, evidence outstanding and variance, row by row, of the month you choose."""
    months = months_until(visit, this_month=True)
    month = month or months[0][0]
    figures, providers = await visit.together(
        visit.ask(reports.TRACKER, month=month, provider=provider or None, known=basis), providers_to_choose(visit)
    )
    return visit.show(
        "oversight/tracker.html",
        tracker=figures,
        month=month,
        months=months,
        provider=provider or "",
        providers=providers,
        basis=basis,
    )


@JOURNEY.page("/kpi-tracker/csv", reports.TRACKER_CSV)
async def tracker_as_csv(visit: Visit, month: str, provider: str | None = None, basis: Basis = "submitted") -> Response:
    """The same for a spreadsheet, to be saved."""
    query = {"month": month, "provider": provider or None, "known": basis}
    return await visit.download(reports.TRACKER_CSV, "kpi-tracker.csv", **query)


@JOURNEY.page("/kpi-tracker/xlsx", reports.TRACKER_XLSX)
async def tracker_as_xlsx(
    visit: Visit, month: str, provider: str | None = None, basis: Basis = "submitted"
) -> Response:
    """The same as a workbook, to be saved."""
    query = {"month": month, "provider": provider or None, "known": basis}
    return await visit.download(reports.TRACKER_XLSX, "kpi-tracker.xlsx", **query)


async def providers_to_choose(visit: Visit) -> Options:
    """The partnership and each provider; none where the visitor has no choice, or the hub is away."""
    if not visit.may(hub.PROVIDERS):
        return []
    return [("", words("oversight.tracker.partnership")), *in_words([*await names_of_providers(visit)])]
