"""Correct a submitted report before it is accepted: a further version, with the figures as they are known now."""

from datetime import date

from common.transaction import Transaction
from reporting.domain.ratio import Ratio
from reporting.operations.loading import report_to_change
from reporting.storage.reports import hold_month
from reporting.storage.tables.reports import MonthlyReportRow

from .submit_report import keep_version


async def correct_report(
    tx: Transaction, provider_id: str | None, month: date, staffing: Ratio | None, reason: str
) -> MonthlyReportRow:
    """The version that stands from now on; the earlier ones stay readable.

    Raises:
        NoSuchReport: there is nothing to correct yet.
        StaleVersion: another version stands than the asker read.
        ReportAccepted: it stands for good; corrections show in later months.
    """
    await hold_month(tx.session, tx.programme_id, month)
    earlier = await report_to_change(tx, provider_id, month)
    tx.expect_version(earlier.version)
    return await keep_version(tx, provider_id, month, staffing, earlier.version + 1, reason)
