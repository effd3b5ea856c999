"""Correct a submitted report before it is accepted: a further version, with the figures as they are known now."""

from datetime import date

from common.transaction import Transaction
from common.web.problems import Conflict, NotFound
from reporting.domain.ratio import Ratio
from reporting.storage.reports import acceptance_of, hold_month, report_of
from reporting.storage.tables import MonthlyReport

from .submit_report import keep_version


class NoSuchReport(NotFound):
    type, title = "no-such-report", "No such report was submitted"


class ReportAccepted(Conflict):
    type, title = "report-accepted", "The report was accepted"


async def correct_report(
    tx: Transaction, provider_id: str | None, month: date, staffing: Ratio | None, reason: str
) -> MonthlyReport:
    """The version that stands from now on; the earlier ones stay readable.

    Raises:
        NoSuchReport: there is nothing to correct yet.
        ReportAccepted: it stands for good; corrections show in later months.
    """
    await hold_month(tx.session, tx.programme_id, month)
    earlier = await report_to_change(tx, provider_id, month)
    return await keep_version(tx, provider_id, month, staffing, earlier.version + 1, reason)


async def report_to_change(tx: Transaction, provider_id: str | None, month: date) -> MonthlyReport:
    """The report that stands, which nobody has accepted yet.

    Raises:
        NoSuchReport, ReportAccepted: as above.
    """
    standing = await report_of(tx.session, tx.programme_id, provider_id, month)
    if standing is None:
        raise NoSuchReport(f"Nobody has submitted {month:%Y-%m} yet: POST /v1/monthly-reports does.")
    accepted = await acceptance_of(tx.session, tx.programme_id, provider_id, month)
    if accepted is not None:
        raise ReportAccepted(
            f"{month:%Y-%m} was accepted on {accepted.accepted_on} and stands; corrections show in later months."
        )
    return standing
