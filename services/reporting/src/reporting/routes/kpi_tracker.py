"""The KPI tracker (S-101)."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Response

from common.contracts import Code
from common.transaction import Transaction
from common.web.access import reading
from common.web.contract import file_of
from common.web.problems import NotAllowed
from common.web.routing import Routes
from reporting.operations.figures.read_tracker import FROZEN, TrackerReading, read_tracker
from reporting.operations.problems import NoSuchProvider
from reporting.storage.reports import report_of

from .responses.kpi_tracker import TargetsMissingOut, TrackerFiguresOut, TrackerOut, TrackerRowOut
from .roles import SEE_EVERY_PROVIDER, SEE_THE_PARTNERSHIP
from .sheet import csv_of, xlsx_of

router = Routes(prefix="/v1", tags=["kpi tracker"])


Month = Annotated[
    str | None, Query(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$", description="`2019-12`; the current month when absent.")
]


Provider = Annotated[Code | None, Query(description="A provider's code; the partnership when absent.")]
Known = Annotated[
    Literal["submitted", "now"],
    Query(description="A submitted month as it was submitted, or by what has become known since."),
]


@router.get("/kpi-tracker")
async def get_tracker(
    tx: Annotated[Transaction, reading("provider-manager", *SEE_EVERY_PROVIDER, *SEE_THE_PARTNERSHIP)],
    month: Month = None,
    provider: Provider = None,
    known: Known = "submitted",
) -> TrackerOut:
    """Read monthly target, target to date, actuals, evidence outstanding, variance and percentage, row by row.

    Actuals are outcomes whose claim the prime has approved, from the month of approval (BR-K4); what is recorded and
    not, or no longer, accepted is evidence outstanding (BR-K5). A submitted month stays as it was submitted (BR-K15).
    A provider sees its own tracker, investors and fund officers the partnership's.
    """
    whose = whose_figures(tx, provider)
    first_day = date.fromisoformat(f"{month}-01") if month else tx.today.replace(day=1)
    report = await report_of(tx.session, tx.programme_id, whose, first_day) if known == "submitted" else None
    if report is not None:
        return tracker_shown(tx.programme_id, whose, FROZEN.validate_python(report.figures), report.submitted_on)
    return tracker_shown(tx.programme_id, whose, await read_tracker(tx, whose, first_day))


Read = Annotated[TrackerOut, Depends(get_tracker)]

COLUMNS = {
    "KPI": "title",
    "Monthly target": "monthly_target",
    "Target to date": "target_to_date",
    "Actuals to date": "actuals_to_date",
    "Evidence outstanding": "evidence_outstanding",
    "Variance": "variance",
    "% of target": "percent_of_target",
}
"""As the example report heads them (BR-K1)."""


CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/kpi-tracker/csv", response_class=Response, responses={200: file_of(CSV)})
async def get_tracker_as_csv(tracker: Read) -> Response:
    """Read the tracker as CSV, for a spreadsheet: the rows and columns of the report, nothing taken for a formula."""
    return _sheet(tracker, "csv", f"{CSV}; charset=utf-8", csv_of(list(COLUMNS), _lines(tracker)))


@router.get("/kpi-tracker/xlsx", response_class=Response, responses={200: file_of(XLSX)})
async def get_tracker_as_xlsx(tracker: Read) -> Response:
    """Read the tracker as a workbook (XLSX): the same rows and columns, nothing taken for a formula."""
    book = xlsx_of(f"{tracker.month:%Y-%m}", list(COLUMNS), _lines(tracker))
    return _sheet(tracker, "xlsx", XLSX, book)


def _lines(tracker: TrackerOut) -> list[list[Any]]:
    return [[getattr(row, name) for name in COLUMNS.values()] for row in tracker.rows]


def _sheet(tracker: TrackerOut, kind: str, media_type: str, content: str | bytes) -> Response:
    filename = f"kpi-tracker-{tracker.provider_id or tracker.programme_id}-{tracker.month:%Y-%m}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(content, media_type=media_type, headers=headers)


def whose_figures(tx: Transaction, provider: str | None) -> str | None:
    if tx.actor.has(*SEE_EVERY_PROVIDER):
        return provider
    if tx.actor.has("provider-manager"):
        if provider not in (None, tx.actor.organisation):
            raise NoSuchProvider("Leave `provider` out to see your own tracker.")
        return tx.actor.organisation
    if provider is not None:
        raise NotAllowed("Leave `provider` out: your role sees the partnership as a whole.")
    return None


def tracker_shown(
    programme_id: str, provider_id: str | None, figures: TrackerReading, submitted_on: date | None = None
) -> TrackerOut:
    return TrackerOut(
        programme_id=programme_id,
        provider_id=provider_id,
        month=figures.tracker.month,
        rows=[TrackerRowOut.shown(line) for line in figures.tracker.lines],
        total_with_added_value=TrackerFiguresOut.of(figures.tracker.total_with_added_value),
        outcomes_without_a_row=sorted(figures.tracker.unplaced),
        illustrative_targets=figures.illustrative_targets,
        targets_missing=[
            TargetsMissingOut(provider_id=each.provider_id, months=list(each.months), says=each.says)
            for each in figures.missing
        ],
        submitted_on=submitted_on,
    )
