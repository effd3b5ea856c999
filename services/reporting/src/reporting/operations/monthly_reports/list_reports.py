"""List who has submitted which month's report, and who has not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from common.transaction import Transaction
from common.web.problems import ProgrammeNotLoaded
from reporting.domain.month import month_of, months_through
from reporting.storage.programmes import ProgrammeInForce, programme_in_force
from reporting.storage.reports import PARTNERSHIP, reports_that_stand

ReportState = Literal["missing", "submitted", "accepted"]


@dataclass(frozen=True, slots=True)
class ReportDue:
    """A month that has ended, and where its report stands. The partnership's has the empty text for a provider."""

    month: date
    provider_id: str
    state: ReportState
    version: int | None
    submitted_on: date | None
    accepted_on: date | None


async def list_reports(tx: Transaction, provider_id: str | None = None) -> list[ReportDue]:
    """Every report due by today, or one provider's: for its months in the partnership, and the partnership's own.

    The newest month first, in it the partnership's, then providers by code.

    Raises:
        ProgrammeNotLoaded: nothing was loaded yet.
    """
    programme = await programme_in_force(tx.session, tx.programme_id)
    if programme is None:
        raise ProgrammeNotLoaded
    reports = await reports_that_stand(tx.session, tx.programme_id)
    reports_due: list[ReportDue] = []
    for month, whose in {*_due(programme, tx.today), *((month, provider) for provider, month in reports)}:
        if provider_id not in (None, whose):
            continue
        report = reports.get((whose, month))
        if report is None:
            reports_due.append(ReportDue(month, whose, "missing", None, None, None))
            continue
        state: ReportState = "accepted" if report.accepted_on else "submitted"
        reports_due.append(ReportDue(month, whose, state, report.version, report.submitted_on, report.accepted_on))
    return sorted(reports_due, key=lambda one: (-one.month.toordinal(), one.provider_id))


def _due(programme: ProgrammeInForce, today: date) -> Iterable[tuple[date, str]]:
    until = month_of(today) - timedelta(days=1)
    yield from ((month, PARTNERSHIP) for month in months_through(programme.starts_on, min(until, programme.ends_on)))
    for provider in programme.providers:
        last = min(until, provider.left_on or programme.ends_on, programme.ends_on)
        yield from ((month, provider.provider_id) for month in months_through(provider.joined_on, last))
