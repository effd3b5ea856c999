"""The desk: claims that wait for a decision, who waited longest at the head (BR-F1)."""

from typing import Any, Literal, get_args
from uuid import UUID

from starlette.responses import Response

from portal.names import names_of_providers, outcomes_by_title
from portal.pages import Journey
from portal.queues import Queue, QueueLine
from portal.services import claims, hub
from portal.services.asking import Reply
from portal.visit import Visit

JOURNEY = Journey("claims")
State = Literal["raised", "returned", "approved", "submitted", "queried", "verified", "refused", "withdrawn"]
STATES: tuple[State, ...] = get_args(State)
WAITING: tuple[State, ...] = ("raised", "returned", "approved", "submitted", "queried")
"""Of which the service tells since when they wait."""
ENDED: tuple[State, ...] = ("verified", "withdrawn")
"""In which the rules look at a claim no more."""
PRIME, COUNCIL = frozenset({"prime-manager"}), frozenset({"council-verifier"})


@JOURNEY.page("/claims", claims.CLAIMS, also=(claims.RATE_CARDS, hub.PROVIDERS), navigation="claims.desk.title")
async def desk(visit: Visit, state: State | None = None, cursor: str | None = None) -> Response:
    """Claims in one state, unless said those that wait for you; who waited longest is first."""
    state = state or state_awaited(visit)
    order = "waiting" if state in WAITING else None
    lines = await visit.ask(claims.CLAIMS, state=state, order=order, cursor=cursor, count=True)
    outcomes, providers = await visit.together(outcomes_by_title(visit), names_of_providers(visit))
    return visit.show(
        "claims/desk.html", lines=lines, state=state, states=STATES, outcomes=outcomes, providers=providers
    )


def state_awaited(visit: Visit) -> State:
    """Of the claims that wait for the visitor's decision."""
    if visit.may(claims.VERIFICATION):
        return "submitted"
    return "raised" if visit.may(claims.APPROVAL) else "verified"


async def on_to_the_next(visit: Visit, receipt: Reply, notice: str) -> Response:
    """From a claim that is decided straight to the one that waits longest; to the desk if none does."""
    state = state_awaited(visit)
    lines = await visit.ask(claims.CLAIMS, state=state, order="waiting", limit=2)
    waiting = [UUID(one["id"]) for one in lines.entries if one["id"] != receipt["id"]]
    path = f"/claims/{waiting[0]}" if waiting else f"/claims?state={state}"
    return visit.go(path, notice, number=receipt["number"])


def _line(claim: dict[str, Any]) -> QueueLine:
    return QueueLine(claim["number"], f"/claims/{claim['id']}", claim["waiting_since"])


QUEUES = tuple(
    Queue(
        f"claims.{state}",
        claims.CLAIMS,
        _line,
        f"/claims?state={state}",
        {"state": state, "order": "waiting"},
        whose,
    )
    for state, whose in (("raised", PRIME), ("approved", PRIME), ("submitted", COUNCIL))
)
