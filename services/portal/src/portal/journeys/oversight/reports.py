"""Monthly reports: which are due, what each said, and its acceptance: a provider's by the prime, all by the council."""

from collections.abc import Callable
from typing import Any, Literal, get_args

from starlette.responses import Response

from portal.forms.form import Form
from portal.look.words import code_in_words, words
from portal.look.writing import month as month_in_words
from portal.pages import Journey
from portal.queues import MOST, Queue, QueueLine
from portal.services import reports
from portal.services.asking import Reply
from portal.visit import Visit

JOURNEY = Journey("oversight")
State = Literal["missing", "submitted", "accepted"]
STATES: tuple[State, ...] = get_args(State)
ACCEPT = Form("oversight.accept", ())
COUNCIL = reports.ACCEPT_REPORT.roles - reports.SUBMIT_REPORT.roles
"""Who accepts and submits none: they accept the partnership's; the prime, who submits that, the providers'."""
PRIME = reports.ACCEPT_REPORT.roles & reports.SUBMIT_REPORT.roles


def path_of(report: dict[str, Any]) -> str:
    """Where a report is read; the partnership's has no provider."""
    whose = f"/of/{report['provider_id']}" if report["provider_id"] else ""
    return f"/monthly-reports/{report['month']}{whose}"


def whose_in_words(report: dict[str, Any]) -> str:
    """The provider, or the partnership."""
    return code_in_words(report["provider_id"]) if report["provider_id"] else words("oversight.tracker.partnership")


def _line(one: dict[str, Any]) -> QueueLine:
    return QueueLine(f"{month_in_words(one['month'])}, {whose_in_words(one)}", path_of(one), one["submitted_on"])


def _waits(key: str, whose: frozenset[str], keep: Callable[[dict[str, Any]], bool]) -> Queue:
    return Queue(
        key,
        reports.REPORTS,
        _line,
        "/monthly-reports?state=submitted",
        {"state": "submitted", "limit": MOST},
        whose,
        keep=keep,
    )


QUEUES = (
    _waits("oversight.providers-reports", PRIME, lambda one: one["provider_id"] is not None),
    _waits("oversight.partnerships-reports", COUNCIL, lambda one: one["provider_id"] is None),
)


@JOURNEY.page("/monthly-reports", reports.REPORTS, also=(reports.SUBMIT_REPORT,), navigation="oversight.reports.title")
async def monthly_reports(visit: Visit, state: State | None = None, cursor: str | None = None) -> Response:
    """Who has submitted which month that has ended, and who has not; the newest month first."""
    reply = await visit.ask(reports.REPORTS, state=state, cursor=cursor)
    lines = [one | {"path": path_of(one), "whose": whose_in_words(one)} for one in reply.entries]
    return visit.show(
        "oversight/reports.html",
        reports=reply,
        lines=lines,
        state=state or "",
        states=STATES,
        may_submit=visit.may(reports.SUBMIT_REPORT),
    )


ALSO = (reports.ACCEPT_REPORT, reports.SUBMIT_REPORT)


@JOURNEY.page("/monthly-reports/{month}", reports.REPORT, also=ALSO)
async def partnerships_report(visit: Visit, month: str, version: int | None = None) -> Response:
    """What the partnership reported for a month, and the council's acceptance of it."""
    return await show_report(visit, month, None, version)


@partnerships_report.post
async def accept_partnerships(visit: Visit, month: str) -> Response:
    """Accept it as it was read."""
    return await accept(visit, month, None)


@JOURNEY.page("/monthly-reports/{month}/of/{provider_id}", reports.REPORT, also=ALSO)
async def providers_report(visit: Visit, month: str, provider_id: str, version: int | None = None) -> Response:
    """What a provider reported for a month, and the prime's acceptance of it."""
    return await show_report(visit, month, provider_id, version)


@providers_report.post
async def accept_providers(visit: Visit, month: str, provider_id: str) -> Response:
    """Accept it as it was read."""
    return await accept(visit, month, provider_id)


async def show_report(visit: Visit, month: str, provider_id: str | None, version: int | None) -> Response:
    """A report, one of its versions unless it is the newest."""
    report = await visit.ask(reports.REPORT, month=month, provider=provider_id, version=version)
    form = visit.form(ACCEPT, version=f'"{report["version"]}"') if may_accept(visit, report) or visit.refused else None
    may_correct = report["state"] == "submitted" and is_own(visit, report)
    return visit.show(
        "oversight/report.html", report=report, whose=whose_in_words(report), form=form, may_correct=may_correct
    )


def is_own(visit: Visit, report: Reply) -> bool:
    """Whether the visitor is who submits it."""
    own = visit.visitor.organisation if visit.visitor.roles.isdisjoint(PRIME) else None
    return visit.may(reports.SUBMIT_REPORT) and report["provider_id"] == own


def may_accept(visit: Visit, report: Reply) -> bool:
    """Whether the newest version is on the page and waits for this visitor."""
    whose = PRIME if report["provider_id"] else COUNCIL
    is_newest = report["version"] == max(one["version"] for one in report["versions"])
    return is_newest and report["state"] == "submitted" and not visit.visitor.roles.isdisjoint(whose)


async def accept(visit: Visit, month: str, provider_id: str | None) -> Response:
    """Accept the version that was shown; it is corrected no more."""
    visit.posted(ACCEPT)
    version = (visit.version_shown or "").strip('"')
    body = {"provider": provider_id, "version": int(version) if version.isdigit() else None}
    await visit.ask(reports.ACCEPT_REPORT, body, month=month)
    return visit.go("/monthly-reports", "oversight.accept.done", month=month_in_words(month))
