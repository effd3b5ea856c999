"""The report a step is about."""

from datetime import date

from common.transaction import Transaction
from reporting.storage.reports import acceptance_of, report_of
from reporting.storage.tables.reports import MonthlyReportRow

from .problems import NoSuchReport, ReportAccepted


async def report_to_change(tx: Transaction, provider_id: str | None, month: date) -> MonthlyReportRow:
    """The report that stands, which nobody has accepted yet.

    Raises:
        NoSuchReport, ReportAccepted: as above.
    """
    standing = await report_of(tx.session, tx.programme_id, provider_id, month)
    if standing is None:
        raise NoSuchReport(f"Nobody has submitted {month:%Y-%m} yet: POST /v1/monthly-reports does.")
    acceptance = await acceptance_of(tx.session, tx.programme_id, provider_id, month)
    if acceptance is not None:
        raise ReportAccepted(
            f"{month:%Y-%m} was accepted on {acceptance.accepted_on} and stands; corrections show in later months."
        )
    return standing
