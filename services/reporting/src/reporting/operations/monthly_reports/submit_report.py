"""Submit a month's report: its tracker stands as it is now, whatever is heard or corrected later (BR-K15)."""

from datetime import date

from common.transaction import Transaction
from reporting.domain.month import month_after
from reporting.domain.ratio import Ratio
from reporting.operations.figures.read_tracker import FROZEN, read_tracker
from reporting.operations.problems import MonthNotEnded, ReportSubmitted
from reporting.storage.reports import PARTNERSHIP, hold_month, report_of
from reporting.storage.tables.reports import MonthlyReportRow


async def submit_report(
    tx: Transaction, provider_id: str | None, month: date, staffing: Ratio | None
) -> MonthlyReportRow:
    """The report of a provider, with its posts filled of all it has, or of the partnership when none is named.

    Raises:
        MonthNotEnded: there is more to come.
        ReportSubmitted: its figures stand, until it is corrected.
        ProgrammeNotLoaded, NoSuchProvider: there is no such tracker.
    """
    if month_after(month) > tx.today:
        raise MonthNotEnded(f"Submit {month:%Y-%m} from {month_after(month)}.")
    await hold_month(tx.session, tx.programme_id, month)
    if (earlier := await report_of(tx.session, tx.programme_id, provider_id, month)) is not None:
        raise ReportSubmitted(
            f"{month:%Y-%m} stands as submitted on {earlier.submitted_on}. Correct it while nobody has accepted it "
            f"(POST /v1/monthly-reports/{month:%Y-%m}/corrections); later, corrections show in later months."
        )
    return await keep_version(tx, provider_id, month, staffing)


async def keep_version(
    tx: Transaction,
    provider_id: str | None,
    month: date,
    staffing: Ratio | None,
    version: int = 1,
    reason: str | None = None,
) -> MonthlyReportRow:
    """Keep the tracker as it is known now, beside the versions there are."""
    posts = {(provider_id, month): staffing} if provider_id and staffing else {}
    reading = await read_tracker(tx, provider_id, month, posts)
    report = MonthlyReportRow(
        programme_id=tx.programme_id,
        provider_id=provider_id or PARTNERSHIP,
        month=month,
        version=version,
        posts_hundredths=staffing and staffing.whole,
        filled_hundredths=staffing and staffing.part,
        figures=FROZEN.dump_python(reading, mode="json"),
        submitted_on=tx.today,
        submitted_by=tx.actor.id,
        reason=reason,
    )
    tx.session.add(report)
    tx.touched(subject_of(tx, provider_id, month))
    return report


def subject_of(tx: Transaction, provider_id: str | None, month: date) -> str:
    """What the audit calls a report."""
    return f"monthly-report/{provider_id or tx.programme_id}/{month:%Y-%m}"
