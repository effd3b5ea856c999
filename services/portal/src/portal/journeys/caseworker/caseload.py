"""The caseload: whose contact lies longest back comes first."""

from collections.abc import Mapping
from typing import Any, Literal

from starlette.responses import Response

from portal.names import outcomes_by_title, with_names
from portal.pages import Journey
from portal.queues import Queue, QueueLine
from portal.services import cases, claims, hub
from portal.visit import Visit

JOURNEY = Journey("caseworker")
View = Literal["mine", "team", "to-start", "without-plan", "ending", "closed"]
VIEWS: tuple[View, ...] = ("mine", "team", "to-start", "without-plan", "ending", "closed")
"""Narrowings of the list, in the order of the page."""


def _query(visit: Visit, view: View) -> Mapping[str, Any]:
    match view:
        case "mine":
            return {"worker": visit.visitor.subject, "state": "started", "order": "contact"}
        case "team":
            return {"state": "started", "order": "contact"}
        case "to-start":
            return {"state": "allocated", "order": "allocated"}
        case "without-plan":
            return {"state": "started", "without_plan": True, "order": "allocated"}
        case "ending":
            return {"state": "closure-requested", "order": "contact"}
        case "closed":
            return {"state": "closed", "order": "-allocated"}


@JOURNEY.page("/cases", cases.CASES, also=(hub.PARTICIPANTS, cases.START), navigation="caseworker.caseload.navigation")
async def caseload(visit: Visit, show: View | None = None, cursor: str | None = None) -> Response:
    """Cases, the oldest contact first; a caseworker's own unless something else is chosen."""
    view: View = show or ("mine" if "caseworker" in visit.visitor.roles else "team")
    reply = await visit.ask(cases.CASES, **_query(visit, view), cursor=cursor, count=True)
    await with_names(visit, reply.entries)
    return visit.show("caseworker/caseload.html", cases=reply, view=view, views=VIEWS)


def _case_line(one: dict[str, Any]) -> QueueLine:
    return QueueLine(
        one.get("name") or one["id"], f"/cases/{one['id']}", one.get("last_contact_on") or one["allocated_on"]
    )


def _claim_line(one: dict[str, Any]) -> QueueLine:
    return QueueLine(
        f"{one.get('name') or one['case_id']}, {one['number']}", f"/outcomes/{one['outcome_id']}", one["waiting_since"]
    )


QUEUES = (
    Queue(
        "caseworker.to-start",
        cases.CASES,
        _case_line,
        "/cases?show=to-start",
        {"state": "allocated", "order": "allocated"},
        cases.START.roles,
    ),
    Queue(
        "caseworker.without-plan",
        cases.CASES,
        _case_line,
        "/cases?show=without-plan",
        {"state": "started", "without_plan": True, "order": "allocated"},
        cases.PLAN.roles,
    ),
    *(
        Queue(
            f"caseworker.{state}",
            claims.CLAIMS,
            _claim_line,
            f"/sent-back?state={state}",
            {"state": state, "order": "waiting"},
            cases.CORRECT_OUTCOME.roles,
        )
        for state in ("returned", "queried")
    ),
)


@JOURNEY.page(
    "/sent-back",
    claims.CLAIMS,
    cases.CORRECT_OUTCOME,
    also=(hub.PARTICIPANTS, claims.RATE_CARDS),
    navigation="caseworker.sent-back.navigation",
)
async def sent_back(
    visit: Visit, state: Literal["returned", "queried"] = "returned", cursor: str | None = None
) -> Response:
    """Claims that wait for the provider, the longest first."""
    reply = await visit.ask(claims.CLAIMS, state=state, order="waiting", cursor=cursor, count=True)
    await with_names(visit, reply.entries)
    return visit.show(
        "caseworker/sent-back.html",
        claims=reply,
        state=state,
        states=("returned", "queried"),
        outcomes=await outcomes_by_title(visit),
    )
