"""Requests to close a case, each with every attempt to stay in touch: the prime decides (S-47, U-54)."""

from typing import Any
from uuid import UUID

from starlette.responses import Response

from portal.forms.fields import ChoiceField, ProseField
from portal.forms.form import Form
from portal.journeys.caseworker.forms import case_at_hand
from portal.pages import Journey
from portal.queues import Queue, QueueLine
from portal.services import cases, hub
from portal.services.asking import NotThere
from portal.visit import Visit

JOURNEY = Journey("prime")
DECISION = Form(
    "prime.closure",
    (ChoiceField(name="decision", codes=("confirmed", "refused")), ProseField(name="reason", required=False)),
    is_checked=True,
)


def _line(one: dict[str, Any]) -> QueueLine:
    text = one.get("name") or one["participant_id"]
    return QueueLine(text, f"/cases/{one['id']}/closure-decision", one.get("last_contact_on"))


QUEUES = (
    Queue(
        "prime.closures",
        cases.CASES,
        _line,
        "/cases?show=ending",
        {"state": "closure-requested", "order": "contact"},
        cases.DECIDE_CLOSURE.roles,
    ),
)


@JOURNEY.page("/cases/{case_id}/closure-decision", cases.CASE, cases.DECIDE_CLOSURE, also=(hub.PARTICIPANTS,))
async def closure(visit: Visit, case_id: UUID) -> Response:
    """Whether a case closes: who asked and why, and every attempt to stay in touch."""
    case = await case_at_hand(visit, case_id)
    request = request_of(case)
    return visit.show(
        "prime/closure.html",
        case=case,
        request=request,
        attempts=[one for one in case["notes"] if one["attempt"]],
        form=visit.form(DECISION, version=f'"{request["version"]}"'),
    )


@closure.post
async def decide(visit: Visit, case_id: UUID) -> Response:
    """Decide; a confirmed one closes the case today."""
    body = visit.body(DECISION)
    case = await visit.ask(cases.CASE, case_id=case_id)
    await visit.ask(cases.DECIDE_CLOSURE, body, request_id=request_of(case)["id"])
    return visit.go("/cases?show=ending", "prime.closure.done")


def request_of(case: dict[str, Any]) -> dict[str, Any]:
    """The one that waits.

    Raises:
        NotThere: none does.
    """
    request = next((one for one in case["closure_requests"] if one["state"] == "open"), None)
    if request is None:
        raise NotThere
    return request
