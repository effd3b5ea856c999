"""Monthly reports: the figures a month is remembered by."""

from datetime import date
from typing import Annotated

from fastapi import Path, Query, Response

from common.contracts import Code
from common.transaction import Transaction
from common.web.access import deciding, reading, writing
from common.web.pages import Cursor, Limit, Page, key_of, page_of
from common.web.problems import NotAllowed
from common.web.routing import Routes
from reporting.domain.ratio import Ratio
from reporting.operations.figures.read_tracker import FROZEN
from reporting.operations.monthly_reports.accept_report import accept_report
from reporting.operations.monthly_reports.correct_report import correct_report
from reporting.operations.monthly_reports.list_reports import ReportDue, ReportState, list_reports
from reporting.operations.monthly_reports.submit_report import submit_report
from reporting.operations.problems import NoSuchProvider, NoSuchReport
from reporting.operations.requests import AcceptanceIn, MonthlyReportIn, ReportCorrectionIn, StaffingIn
from reporting.storage.reports import acceptance_of, versions_of
from reporting.storage.tables.reports import MonthlyReportRow

from .kpi_tracker import tracker_shown, whose_figures
from .responses.monthly_reports import (
    AcceptanceReceipt,
    MonthlyReportOut,
    MonthlyReportReceipt,
    ReportDueOut,
    VersionOut,
)
from .roles import SEE_EVERY_PROVIDER

router = Routes(prefix="/v1/monthly-reports", tags=["monthly reports"])

MONTH = r"^20\d{2}-(0[1-9]|1[0-2])$"
Month = Annotated[str, Path(pattern=MONTH, description="`2019-12`.")]


@router.post("", status_code=201)
async def submit(
    body: MonthlyReportIn, tx: Annotated[Transaction, writing("provider-manager", "prime-manager")]
) -> MonthlyReportReceipt:
    """Submit your month, the prime the partnership's: its tracker stands from now on, whatever comes later (BR-K15).

    Posts that were not filled show in a second, capacity-adjusted view beside the contract's targets (BR-K14).
    409: the month has not ended, or was submitted before.
    """
    mine = _mine(tx)
    if body.provider not in (None, mine):
        raise NoSuchProvider("Leave `provider` out to submit your own month.")
    report = await submit_report(tx, mine, _first_day(body.month), _posts(body.staffing, mine))
    return tx.answered(_submitted(report))


@router.get("")
async def list_all(
    tx: Annotated[Transaction, reading("provider-manager", *SEE_EVERY_PROVIDER)],
    month: Annotated[str | None, Query(pattern=MONTH, description="Of this month only.")] = None,
    provider: Annotated[Code | None, Query(description="Of this provider only.")] = None,
    state: Annotated[ReportState | None, Query(description="`missing`: nobody has submitted it.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ReportDueOut]:
    """List who has submitted which month that has ended, and who has not; the newest month first. You see yours.

    The partnership's own report is among them, without a provider.
    """
    after = key_of(cursor, date.fromisoformat, str)
    whose = whose_figures(tx, provider)
    reports = [
        one
        for one in await list_reports(tx, whose)
        if month in (None, f"{one.month:%Y-%m}")
        and state in (None, one.state)
        and (after is None or (-one.month.toordinal(), one.provider_id) > (-after[0].toordinal(), after[1]))
    ]
    return page_of(reports, limit, lambda one: (one.month, one.provider_id), _due)


@router.get("/{month}")
async def get_one(
    month: Month,
    tx: Annotated[Transaction, reading("provider-manager", *SEE_EVERY_PROVIDER)],
    response: Response,
    provider: Annotated[Code | None, Query(description="A provider's code; the partnership when absent.")] = None,
    version: Annotated[int | None, Query(ge=1, le=10_000, description="The newest when absent.")] = None,
) -> MonthlyReportOut:
    """Read a submitted report: its figures, the posts that were filled, and every version that it had.

    404: nobody has submitted it, or it is not yours.
    """
    whose = whose_figures(tx, provider)
    first_day = _first_day(month)
    versions = await versions_of(tx.session, tx.programme_id, whose, first_day)
    report = next((one for one in reversed(versions) if version in (None, one.version)), None)
    if report is None:
        raise NoSuchReport
    response.headers["ETag"] = f'"{report.version}"'
    acceptance = await acceptance_of(tx.session, tx.programme_id, whose, first_day)
    return MonthlyReportOut(
        **_version(report).model_dump(),
        provider_id=whose,
        month=month,
        state="accepted" if acceptance else "submitted",
        staffing=StaffingIn(posts_hundredths=report.posts_hundredths, filled_hundredths=report.filled_hundredths or 0)
        if report.posts_hundredths
        else None,
        accepted_on=acceptance and acceptance.accepted_on,
        accepted_by=acceptance and acceptance.accepted_by,
        tracker=tracker_shown(tx.programme_id, whose, FROZEN.validate_python(report.figures), report.submitted_on),
        versions=[_version(one) for one in versions],
    )


@router.post("/{month}/corrections", status_code=201)
async def correct(
    month: Month, body: ReportCorrectionIn, tx: Annotated[Transaction, writing("provider-manager", "prime-manager")]
) -> MonthlyReportReceipt:
    """Correct your submitted month, with the reason, before it is accepted; the earlier version stays readable.

    Its figures are taken anew, as they are known now, and the posts as you say them here. 409: it was accepted.
    """
    mine = _mine(tx)
    report = await correct_report(tx, mine, _first_day(month), _posts(body.staffing, mine), body.reason)
    return tx.answered(_submitted(report))


@router.post("/{month}/acceptance", status_code=201)
async def accept(
    month: Month,
    body: AcceptanceIn,
    tx: Annotated[Transaction, deciding("prime-manager", "council-oversight")],
    response: Response,
) -> AcceptanceReceipt:
    """Accept a provider's report as the prime, or the partnership's as the council: it is corrected no more.

    409: it was accepted before, or another version stands than the one you read.
    """
    if tx.actor.has("prime-manager") and body.provider is None:
        raise NotAllowed("Name a provider: the council accepts the partnership's report.")
    if tx.actor.has("council-oversight") and body.provider is not None:
        raise NotAllowed("Leave `provider` out: the prime accepts a provider's report.")
    if body.provider is not None:
        response.headers["Location"] = f"/v1/monthly-reports/{month}?provider={body.provider}"
    acceptance = await accept_report(tx, body.provider, _first_day(month), body.version)
    return tx.answered(
        AcceptanceReceipt(
            provider_id=body.provider, month=month, version=acceptance.version, accepted_on=acceptance.accepted_on
        )
    )


def _mine(tx: Transaction) -> str | None:
    """Whose report the asker writes: a provider's manager the provider's, the prime the partnership's."""
    return tx.actor.organisation if tx.actor.has("provider-manager") else None


def _first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _posts(staffing: StaffingIn | None, provider_id: str | None) -> Ratio | None:
    return Ratio(staffing.filled_hundredths, staffing.posts_hundredths) if staffing and provider_id else None


def _submitted(report: MonthlyReportRow) -> MonthlyReportReceipt:
    return MonthlyReportReceipt(
        provider_id=report.provider_id or None,
        month=f"{report.month:%Y-%m}",
        version=report.version,
        submitted_on=report.submitted_on,
    )


def _version(report: MonthlyReportRow) -> VersionOut:
    return VersionOut(
        version=report.version,
        submitted_on=report.submitted_on,
        submitted_by=report.submitted_by,
        reason=report.reason,
    )


def _due(one: ReportDue) -> ReportDueOut:
    return ReportDueOut(
        month=f"{one.month:%Y-%m}",
        provider_id=one.provider_id or None,
        state=one.state,
        version=one.version,
        submitted_on=one.submitted_on,
        accepted_on=one.accepted_on,
    )
