"""The inbox: referrals as they come, who waits longest first."""

from typing import Any, Literal

from starlette.responses import Response

from portal.pages import Journey
from portal.queues import Queue, QueueLine
from portal.services import hub
from portal.visit import Visit

JOURNEY = Journey("hub")
State = Literal["received", "awaiting-information", "triaged", "allocated", "declined", "closed"]
STATES: tuple[State, ...] = ("received", "awaiting-information", "triaged", "allocated", "declined", "closed")


@JOURNEY.page("/hub/referrals", hub.REFERRALS, hub.WAITING_LIST, navigation="hub.inbox.navigation")
async def inbox(visit: Visit, state: State = "received", cursor: str | None = None) -> Response:
    """Referrals in one state, the oldest first."""
    referrals = await visit.ask(hub.REFERRALS, state=state, order="referred", cursor=cursor, count=True)
    return visit.show("hub/inbox.html", referrals=referrals, state=state, states=STATES)


def _line(referral: dict[str, Any]) -> QueueLine:
    return QueueLine(referral["name"] or referral["id"], f"/hub/referrals/{referral['id']}", referral["referred_on"])


QUEUES = tuple(
    Queue(
        f"hub.{state}",
        hub.REFERRALS,
        _line,
        f"/hub/referrals?state={state}",
        {"state": state, "order": "referred"},
        roles=hub.TRIAGE.roles,
    )
    for state in ("received", "triaged", "awaiting-information")
)
