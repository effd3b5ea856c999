"""Whether all of it works now, for everybody: which service answers, and what is on its way between two of them.

It tells what each service says of itself at `/health/ready`: counts and seconds, never of whom. What was asked is shown
for some seconds, and nobody asks beside another, so that the services are asked as often as if one person looked.
"""

import asyncio
import time
from asyncio import gather
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from common.clock import machine_now
from common.river import ANNOUNCERS, WITH_DATABASE

from .look.pages import templates
from .services.asking import Services

router = APIRouter(include_in_schema=False)

FRESH_SECONDS = 5
LATE_SECONDS = 60
"""From when on what is on its way is late (`common.web.health`)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a service is: whether it does its work, and what of it waits."""

    service: str
    works: bool
    unpublished: int = 0
    """Changes that it has not passed on yet."""
    oldest_seconds: int = 0
    """For how long the oldest of them has waited."""
    stopped: int = 0
    """Histories that it goes on with only once an operator has looked."""
    unsealed_seconds: int = 0
    """For how long its audit has not been sealed."""

    @property
    def comes_late(self) -> bool:
        """Whether somebody must look, though it works."""
        return bool(self.stopped) or max(self.oldest_seconds, self.unsealed_seconds) > LATE_SECONDS


@dataclass(frozen=True, slots=True)
class Passage:
    """What one service tells another: how many changes are known there and not taken in, or none where nobody says."""

    announcer: str
    hearer: str
    behind: int | None


@dataclass(frozen=True, slots=True)
class PartnershipStatus:
    """All of it at one moment."""

    asked_at: datetime
    standings: Sequence[Standing]
    passages: Sequence[Passage]
    signs_in: bool
    """Whether the issuer answers, so that people can sign in."""

    @property
    def all_works(self) -> bool:
        return self.signs_in and all(one.works and not one.comes_late for one in self.standings)


class StatusBoard:
    """The newest status, asked for anew when somebody looks and it is older than some seconds."""

    def __init__(self, services: Services, client: httpx.AsyncClient, jwks_url: str) -> None:
        self._services = services
        self._client = client
        self._jwks_url = jwks_url
        self._lock = asyncio.Lock()
        self._asked = float("-inf")
        self._status: PartnershipStatus | None = None

    async def now(self) -> PartnershipStatus:
        """What it is, or was some seconds ago."""
        async with self._lock:
            if self._status is None or time.monotonic() - self._asked > FRESH_SECONDS:
                self._status = await self._ask()
                self._asked = time.monotonic()
            return self._status

    async def _ask(self) -> PartnershipStatus:
        answers, signs_in = await gather(
            gather(*map(self._services.health, WITH_DATABASE)),
            self._issuer_answers(),
        )
        health = dict(zip(WITH_DATABASE, answers, strict=True))
        passages = [
            Passage(ANNOUNCERS[topic], hearer, _behind(health[hearer], topic))
            for hearer, service in WITH_DATABASE.items()
            for topic in service.hears
        ]
        standings = [_standing(name, one) for name, one in health.items()]
        return PartnershipStatus(machine_now(), standings, passages, signs_in)

    async def _issuer_answers(self) -> bool:
        try:
            return (await self._client.get(self._jwks_url, timeout=2)).is_success
        except httpx.TransportError:
            return False


def _standing(service: str, health: Mapping[str, Any] | None) -> Standing:
    if health is None:
        return Standing(service, works=False)
    delivery, audit = health["delivery"], health["audit"]
    return Standing(
        service,
        works=True,
        unpublished=int(delivery["unpublished"]),
        oldest_seconds=int(delivery["oldest_unpublished_seconds"]),
        stopped=int(delivery["parked"] + delivery["forked"] + delivery["record_faults"]),
        unsealed_seconds=int(audit["oldest_unsealed_seconds"]),
    )


def _behind(health: Mapping[str, Any] | None, topic: str) -> int | None:
    return None if health is None else int(health["behind"].get(topic, 0))


@router.get("/status")
async def show_status(request: Request) -> Response:
    """Whether all of it works, without signing in."""
    board: StatusBoard = request.app.state.status
    status = await board.now()
    page = templates().get_template("status.html")
    return HTMLResponse(page.render(status=status, all_works=status.all_works, late=LATE_SECONDS))
