"""Innovations: changes of a service that the fund may pay for; the board decides, whatever they cost (BR-O8)."""

from typing import Any
from uuid import UUID

from starlette.responses import Response

from portal.look.words import code_in_words
from portal.look.writing import money
from portal.queues import MOST, Queue, QueueLine, whole_list
from portal.services import cases
from portal.services.asking import NotThere
from portal.visit import Visit

from .journey import DECISION, JOURNEY, STATES, State


def _line(one: dict[str, Any]) -> QueueLine:
    text = f"{code_in_words(one['provider_id'])}, {money(one['amount_pence'])}"
    return QueueLine(text, f"/innovations/{one['id']}", one["requested_on"])


QUEUES = (
    Queue(
        "fund.innovations",
        cases.INNOVATIONS,
        _line,
        "/innovations",
        {"state": "open", "order": "requested"},
        cases.DECIDE_INNOVATION.roles,
    ),
)


@JOURNEY.page("/innovations", cases.INNOVATIONS, navigation="fund.innovations.navigation")
async def innovations(visit: Visit, state: State = "open", cursor: str | None = None) -> Response:
    """Changes that providers ask the fund for, the oldest first."""
    reply = await visit.ask(cases.INNOVATIONS, state=state, order="requested", cursor=cursor, count=True)
    return visit.show("fund/innovations.html", innovations=reply, state=state, states=STATES)


@JOURNEY.page("/innovations/{innovation_id}", cases.INNOVATIONS, also=(cases.DECIDE_INNOVATION,))
async def innovation(visit: Visit, innovation_id: UUID) -> Response:
    """One innovation, and the board's decision on it."""
    entries = await whole_list(visit, cases.INNOVATIONS, limit=MOST)
    innovation = next((one for one in entries if one["id"] == str(innovation_id)), None)
    if innovation is None:
        raise NotThere
    may_decide = innovation["state"] == "open" and visit.may(cases.DECIDE_INNOVATION)
    form = visit.form(DECISION, version=f'"{innovation["version"]}"') if may_decide or visit.refused else None
    return visit.show("fund/innovation.html", innovation=innovation, form=form)


@innovation.post
async def decide(visit: Visit, innovation_id: UUID) -> Response:
    """Decide on it."""
    await visit.ask(cases.DECIDE_INNOVATION, visit.body(DECISION), innovation_id=innovation_id)
    return visit.go("/innovations", "fund.decision.done")
