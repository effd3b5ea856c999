"""The month that one reports oneself: submitted once it has ended, corrected until it is accepted (BR-K14, BR-K15)."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from portal.forms.fields import FormField, HundredthsField, PickField, ProseField
from portal.forms.form import Form
from portal.journeys.choices import months_until
from portal.look.writing import month as month_in_words
from portal.queues import MOST, Queue, QueueLine
from portal.services import reports
from portal.visit import Visit

from .reports import JOURNEY, PRIME, path_of, whose_in_words

POSTS: tuple[FormField, ...] = (
    HundredthsField(name="posts", pointer="/staffing/posts_hundredths", required=False),
    HundredthsField(name="filled", pointer="/staffing/filled_hundredths", required=False),
)
"""Of a provider's report alone: the partnership has no posts of its own."""
PROVIDERS = reports.SUBMIT_REPORT.roles - PRIME
SHOWN_MONTHS = 24


def month_form(visit: Visit) -> Form:
    """Which month, and a provider's posts."""
    return Form("oversight.submit", (PickField(name="month"), *_posts(visit)), is_checked=True)


def correction_form(visit: Visit) -> Form:
    """Why, and a provider's posts as they were."""
    return Form("oversight.correct", (ProseField(name="reason"), *_posts(visit)), is_checked=True)


def _posts(visit: Visit) -> tuple[FormField, ...]:
    return () if visit.visitor.roles.isdisjoint(PROVIDERS) else POSTS


def _line(one: dict[str, Any]) -> QueueLine:
    text = f"{month_in_words(one['month'])}, {whose_in_words(one)}"
    return QueueLine(text, f"/monthly-reports-new?month={one['month']}")


def _due(whose: frozenset[str], keep: Callable[[dict[str, Any]], bool]) -> Queue:
    return Queue(
        "oversight.due",
        reports.REPORTS,
        _line,
        "/monthly-reports?state=missing",
        {"state": "missing", "limit": MOST},
        whose,
        keep=keep,
    )


QUEUES = (
    _due(PRIME, lambda one: one["provider_id"] is None),
    _due(PROVIDERS, lambda one: one["provider_id"] is not None),
)


@JOURNEY.page("/monthly-reports-new", reports.SUBMIT_REPORT, reports.REPORTS)
async def month_due(visit: Visit, month: str | None = None) -> Response:
    """Submit a month that has ended: a provider's manager the provider's, the prime the partnership's."""
    form = visit.form(month_form(visit), answers={"month": month}, options={"month": months_until(visit, SHOWN_MONTHS)})
    return visit.show("oversight/submitting.html", form=form, about=form.form.key)


@month_due.post
async def submit(visit: Visit) -> Response:
    """Submit it: its figures stand from now on."""
    body = visit.body(month_form(visit), options={"month": months_until(visit, SHOWN_MONTHS)})
    receipt = await visit.ask(reports.SUBMIT_REPORT, body)
    return visit.go(path_of(receipt), "oversight.submit.done", month=month_in_words(receipt["month"]))


@JOURNEY.page("/monthly-reports/{month}/correction", reports.CORRECT_REPORT, reports.REPORTS)
async def correction(visit: Visit, month: str) -> Response:
    """Correct your month, with the reason: its figures are taken anew."""
    form = visit.form(correction_form(visit))
    return visit.show("oversight/submitting.html", form=form, about=form.form.key, month=month)


@correction.post
async def correct(visit: Visit, month: str) -> Response:
    """Correct it; the version before stays readable."""
    receipt = await visit.ask(reports.CORRECT_REPORT, visit.body(correction_form(visit)), month=month)
    return visit.go(path_of(receipt), "oversight.correct.done", month=month_in_words(receipt["month"]))
