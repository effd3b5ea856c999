"""Seats whose services are answered here: what is tested is how the simulation asks, not what it is answered."""

from collections.abc import Callable

import httpx

from common import river
from common.web.signin import StaysSignedIn
from simulation.journal import Journal
from simulation.seats import Desk, Seat, Seats

SERVICES = {service: f"http://{service}" for service in river.SERVICES}

Answers = Callable[[httpx.Request], httpx.Response]


async def known() -> str:
    """The token of somebody who need not sign in."""
    return "known"


def seats_answered_by(answers: Answers, *names: str, journal: Journal | None = None) -> Seats:
    desk = Desk(httpx.AsyncClient(transport=httpx.MockTransport(answers)), SERVICES, journal)
    seats = Seats("http://issuer", desk)
    seats.taken = {name: Seat(name, desk, StaysSignedIn(known)) for name in names}
    return seats
