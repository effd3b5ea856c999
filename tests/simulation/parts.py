"""Seats whose services are answered here: what is tested is how the simulation asks, not what it is answered."""

from collections.abc import Callable

import httpx

from simulation.journal import Journal
from simulation.seats import Desk, Seat, Seats, SignedIn

SERVICES = {service: f"http://{service}" for service in ("referral-hub", "case-management", "claims", "reporting")}

Answers = Callable[[httpx.Request], httpx.Response]


class Known(SignedIn):
    """Somebody who need not sign in."""

    async def _good_token(self) -> str:
        return "known"


def seats_answered_by(answers: Answers, *names: str, journal: Journal | None = None) -> Seats:
    desk = Desk(httpx.AsyncClient(transport=httpx.MockTransport(answers)), SERVICES, journal)
    seats = Seats("http://issuer", desk)
    seats.taken = {name: Seat(name, desk, Known("http://issuer", name)) for name in names}
    return seats
