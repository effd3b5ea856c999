"""Monthly reports, and which are due."""

from datetime import date

from common.transaction import Answer
from common.web.fields import AnswerBody
from reporting.operations.monthly_reports.list_reports import ReportState
from reporting.operations.requests import StaffingIn

from .kpi_tracker import TrackerOut


class MonthlyReportReceipt(Answer):
    """Whose month is fixed from now on; the partnership's without a provider."""

    provider_id: str | None
    month: str
    version: int
    """1 as first submitted; each correction is one more."""
    submitted_on: date


class AcceptanceReceipt(Answer):
    """Whose month stands for good."""

    provider_id: str | None
    month: str
    version: int
    accepted_on: date


class ReportDueOut(AnswerBody):
    """A month that has ended, whose it is, and where its report stands."""

    month: str
    provider_id: str | None
    """The provider whose report is due, by its code; null for the partnership's own."""
    state: ReportState
    version: int | None
    submitted_on: date | None
    accepted_on: date | None


class VersionOut(AnswerBody):
    """One version of a report: by whom, when, and why another was not right."""

    version: int
    submitted_on: date
    submitted_by: str
    reason: str | None


class MonthlyReportOut(VersionOut):
    """A report as it was submitted."""

    provider_id: str | None
    month: str
    state: ReportState
    staffing: StaffingIn | None
    accepted_on: date | None
    """The day on which its newest version was accepted."""
    accepted_by: str | None
    tracker: TrackerOut
    versions: list[VersionOut]
    """Every version that was submitted, the oldest first; read one with `version`."""
