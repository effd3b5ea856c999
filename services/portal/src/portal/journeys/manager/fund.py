"""Requests for money from the fund that a provider's manager decides (S-49, BR-O1 to BR-O6)."""

from typing import Any, Literal
from uuid import UUID

from starlette.responses import Response

from portal.forms.fields import ChoiceField, ProseField
from portal.forms.form import Form
from portal.look.words import code_in_words
from portal.look.writing import money
from portal.names import with_names
from portal.pages import Journey
from portal.queues import Queue, QueueLine
from portal.services import cases, hub
from portal.services.asking import NotThere
from portal.visit import Visit

JOURNEY = Journey("manager")
State = Literal["open", "approved", "refused", "withdrawn"]
STATES: tuple[State, ...] = ("open", "approved", "refused", "withdrawn")
DECISION = Form(
    "manager.fund-decision",
    (ChoiceField(name="decision", codes=("approved", "refused")), ProseField(name="reason", required=False)),
    is_checked=True,
)
MANAGERS = cases.AGREE_JOINT_WORK.roles


def _line(one: dict[str, Any]) -> QueueLine:
    text = f"{one.get('name') or one['participant_id']}, {code_in_words(one['category'])}, {money(one['amount_pence'])}"
    return QueueLine(text, _path(one), one["requested_on"])


def _path(one: dict[str, Any]) -> str:
    return f"/cases/{one['case_id']}/fund-requests/{one['id']}"


QUEUES = (
    Queue(
        "manager.fund",
        cases.FUND_REQUESTS,
        _line,
        "/team/fund-requests",
        {"state": "open", "order": "requested"},
        MANAGERS,
    ),
)


@JOURNEY.page(
    "/team/fund-requests",
    cases.FUND_REQUESTS,
    also=(hub.PARTICIPANTS,),
    of_everyone=MANAGERS,
    navigation="manager.fund.navigation",
)
async def fund_requests(visit: Visit, state: State = "open", cursor: str | None = None) -> Response:
    """What the provider asked of the fund, the oldest first."""
    reply = await visit.ask(cases.FUND_REQUESTS, state=state, order="requested", cursor=cursor, count=True)
    await with_names(visit, reply.entries)
    return visit.show("manager/fund.html", requests=reply, state=state, states=STATES)


@JOURNEY.page(
    "/cases/{case_id}/fund-requests/{request_id}",
    cases.FUND_REQUESTS,
    cases.DECIDE_FUND_REQUEST,
    also=(hub.PARTICIPANTS,),
    of_everyone=MANAGERS,
)
async def fund_request(visit: Visit, case_id: UUID, request_id: UUID) -> Response:
    """One request, and the decision on it."""
    reply = await visit.ask(cases.FUND_REQUESTS, case_id=case_id)
    await with_names(visit, reply.entries)
    request = next((one for one in reply.entries if one["id"] == str(request_id)), None)
    if request is None:
        raise NotThere
    form = visit.form(DECISION, version=f'"{request["version"]}"')
    return visit.show("manager/fund-request.html", request=request, form=form)


@fund_request.post
async def decide(visit: Visit, case_id: UUID, request_id: UUID) -> Response:
    """Decide on it."""
    await visit.ask(cases.DECIDE_FUND_REQUEST, visit.body(DECISION), request_id=request_id)
    return visit.go("/team/fund-requests", "manager.fund-decision.done")
