"""Requests for money for somebody: up to an amount their provider's manager decides, above it the board (BR-O3)."""

from typing import Any
from uuid import UUID

from starlette.responses import Response

from portal.look.words import code_in_words
from portal.look.writing import money
from portal.names import with_names
from portal.queues import MOST, Queue, QueueLine
from portal.services import cases, hub
from portal.services.asking import NotThere
from portal.visit import Visit

from .journey import DECISION, JOURNEY, STATES, State

BOARD = cases.DECIDE_INNOVATION.roles
"""Who decides above the amount, and on innovations."""
MANAGERS = cases.DECIDE_FUND_REQUEST.roles - BOARD


def path_of(one: dict[str, Any]) -> str:
    """Where a request is decided on."""
    return f"/cases/{one['case_id']}/fund-requests/{one['id']}"


def _line(one: dict[str, Any]) -> QueueLine:
    text = f"{one.get('name') or one['participant_id']}, {code_in_words(one['category'])}, {money(one['amount_pence'])}"
    return QueueLine(text, path_of(one), one["requested_on"])


def _waits(level: str, whose: frozenset[str]) -> Queue:
    return Queue(
        "fund.requests",
        cases.FUND_REQUESTS,
        _line,
        "/team/fund-requests",
        {"state": "open", "limit": MOST},
        whose,
        keep=lambda one: one["level"] == level,
    )


QUEUES = (_waits("manager", MANAGERS), _waits("board", BOARD))


@JOURNEY.page(
    "/team/fund-requests", cases.FUND_REQUESTS, also=(hub.PARTICIPANTS,), navigation="fund.requests.navigation"
)
async def fund_requests(visit: Visit, state: State = "open", cursor: str | None = None) -> Response:
    """What was asked of the fund, the oldest first."""
    reply = await visit.ask(cases.FUND_REQUESTS, state=state, order="requested", cursor=cursor, count=True)
    await with_names(visit, reply.entries)
    return visit.show("fund/requests.html", requests=reply, state=state, states=STATES)


@JOURNEY.page(
    "/cases/{case_id}/fund-requests/{request_id}",
    cases.FUND_REQUESTS,
    also=(hub.PARTICIPANTS, cases.DECIDE_FUND_REQUEST),
)
async def fund_request(visit: Visit, case_id: UUID, request_id: UUID) -> Response:
    """One request, and the decision on it of whoever decides at its level."""
    reply = await visit.ask(cases.FUND_REQUESTS, case_id=case_id)
    await with_names(visit, reply.entries)
    request = next((one for one in reply.entries if one["id"] == str(request_id)), None)
    if request is None:
        raise NotThere
    whose = BOARD if request["level"] == "board" else MANAGERS
    may_decide = request["state"] == "open" and not visit.visitor.roles.isdisjoint(whose)
    form = visit.form(DECISION, version=f'"{request["version"]}"') if may_decide or visit.refused else None
    return visit.show("fund/request.html", request=request, form=form)


@fund_request.post
async def decide(visit: Visit, case_id: UUID, request_id: UUID) -> Response:
    """Decide on it."""
    await visit.ask(cases.DECIDE_FUND_REQUEST, visit.body(DECISION), request_id=request_id)
    return visit.go("/team/fund-requests", "fund.decision.done")
