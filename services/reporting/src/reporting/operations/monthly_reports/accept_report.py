"""Accept a submitted report: the version seen stands for good (BR-K15)."""

from datetime import date

from common.transaction import Transaction
from reporting.operations.loading import report_to_change
from reporting.operations.problems import ReportCorrected
from reporting.storage.reports import PARTNERSHIP, hold_month
from reporting.storage.tables.reports import MonthlyReportAcceptanceRow

from .submit_report import subject_of


async def accept_report(
    tx: Transaction, provider_id: str | None, month: date, version: int
) -> MonthlyReportAcceptanceRow:
    """Accept the version that was read, of a provider's report or, when none is named, the partnership's.

    Raises:
        NoSuchReport: it was not submitted.
        StaleVersion: another version stands than the asker read.
        ReportAccepted: somebody has accepted it before.
        ReportCorrected: another version stands than the one read.
    """
    await hold_month(tx.session, tx.programme_id, month)
    standing = await report_to_change(tx, provider_id, month)
    tx.expect_version(standing.version)
    if standing.version != version:
        raise ReportCorrected(f"Version {standing.version} stands: read it, and accept that one.")
    acceptance = MonthlyReportAcceptanceRow(
        programme_id=tx.programme_id,
        provider_id=provider_id or PARTNERSHIP,
        month=month,
        version=version,
        accepted_on=tx.today,
        accepted_by=tx.actor.id,
    )
    tx.session.add(acceptance)
    tx.touched(subject_of(tx, provider_id, month))
    return acceptance
