"""The player: looks for what is to be done in a sandbox, and does it in the name of the hub, the prime or the council.

What is to be done is read from the services each time, and every act has a key made of what it is: a player that is
killed anywhere and started again goes on where it was, and two of them do nothing twice.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx
import structlog

from common.clock import LONDON, london_date
from common.web.signin import SignInRefused, StaysSignedIn, token_for_system

from ..path import CASES, CLAIMS, HUB
from ..seats import Desk, Json, Seat, SeatRefused
from .deciding import Answer, Reasons, Script, Step, Who, next_step
from .people import assessment_of, referral_of
from .settings import PlayerSettings

log = structlog.get_logger()

WHY_THERE = "Asked for in the sandbox."
ACTS = ("query", "refusal", "withdrawal", "challenge", "basis-decision")
NOON = time(12)
LOOKED_AT: tuple[tuple[Who, Mapping[str, str]], ...] = (
    ("prime", {"state": "raised"}),
    ("prime", {"state": "returned"}),
    ("prime", {"state": "approved"}),
    ("council", {"state": "submitted"}),
    ("prime", {"state": "queried"}),
    ("council", {"basis_changed": "true"}),
)
"""Which claims may wait for whom."""
FOR_THE_PROVIDER = frozenset({"returned", "queried"})
"""Claims about which the provider acts next, unless a reset has ended whom they are for."""
STOPS_SHORT = (SeatRefused, SignInRefused, httpx.HTTPError)
"""What one thing may end with, while the others go on."""


@dataclass(slots=True)
class Player:
    """Two systems at work, one for the prime with its hub and one for the council: nobody decides on their own act."""

    prime: Seat
    council: Seat
    lines: set[str] = field(default_factory=set[str])
    """What went wrong and was told, so that it is told once."""
    looked_back: bool = False
    """Nothing that was verified is still to be taken back, as far as is known."""

    def seat(self, who: Who) -> Seat:
        return self.prime if who == "prime" else self.council

    async def take_turn(self) -> None:
        """Do all that is to be done now."""
        for part in (self.place_members, self.decide_claims, self.confirm_closures):
            await self.minded(part.__name__, part())

    async def minded(self, what: str, work: Any) -> None:
        """Let one thing fail alone; the next turn tries it again."""
        try:
            await work
        except STOPS_SHORT as why:
            self.looked_back = False
            if (line := f"{what}: {why}") not in self.lines:
                self.lines.add(line)
                log.warning("sandbox.stopped_short", what=what, why=str(why)[:500])

    # --- the hub

    async def place_members(self) -> None:
        """Refer, assess and place whoever waits, and say so."""
        clocks = await self.clocks(HUB)
        for member in await self.pages(self.prime, f"{HUB}/sandbox/members", state="waiting"):
            await self.minded(f"member {member['id']}", self.place(member, clocks.at(member["provider_id"])))

    async def place(self, member: Json, now: datetime) -> None:
        act = partial(self.act, self.prime, now=now, about=member["id"])
        referral = (await act(f"{HUB}/referrals", referral_of(member)))["id"]
        await act(f"{HUB}/referrals/{referral}/triage", assessment_of(member))
        choice = {"provider_id": member["provider_id"], "override_reason": WHY_THERE}
        await act(f"{HUB}/referrals/{referral}/allocation", choice)
        await act(f"{HUB}/sandbox/members/{member['id']}/placement", {"referral_id": referral})

    # --- prime and council

    async def decide_claims(self) -> None:
        """Take the next step about every claim that waits for prime or council, and take back what is to be."""
        clocks, reasons = await self.clocks(CLAIMS), await self.reasons()
        for who, query in LOOKED_AT:
            for claim in await self.pages(self.seat(who), f"{CLAIMS}/claims", **query):
                await self.minded(f"claim {claim['id']}", self.decide(claim, clocks, reasons))
        if not self.looked_back:
            self.looked_back = True
            await self.look_back(clocks, reasons)

    async def look_back(self, clocks: "Clocks", reasons: Reasons) -> None:
        """Go on with what was verified to be taken back, where a player ended in between."""
        members = await self.pages(self.prime, f"{HUB}/sandbox/members", answer="take-back")
        for member in (one for one in members if one["participant_id"]):
            query = {"state": "verified", "participant_id": member["participant_id"]}
            for claim in await self.pages(self.prime, f"{CLAIMS}/claims", **query):
                await self.minded(f"claim {claim['id']}", self.decide(claim, clocks, reasons))

    async def decide(self, line: Json, clocks: "Clocks", reasons: Reasons) -> None:
        """Take the steps that are due about one claim, one after another."""
        script = await self.script(line["participant_id"])
        if line["state"] in FOR_THE_PROVIDER and not script.ended:
            return
        at = max(clocks.at(line["provider_id"]), latest_of(line))
        where = f"{CLAIMS}/claims/{line['id']}"
        while True:
            claim = await self.prime.get(where, at)
            step = next_step(claim, script, london_date(at), reasons)
            if step is None:
                return
            await self.take(where, claim, step, at)

    async def take(self, where: str, claim: Json, step: Step, at: datetime) -> None:
        about = f"{claim['id']} {claim['version']}"
        await self.act(self.seat(step.who), f"{where}/{step.verb}", step.body, now=at, about=about)

    async def script(self, participant_id: str) -> Script:
        """What is to become of somebody's claims: verified, where nobody was asked for."""
        members = await self.pages(self.prime, f"{HUB}/sandbox/members", participant_id=participant_id)
        if not members:
            return Script()
        answer: Answer = members[0]["answer"]
        return Script(answer, members[0]["state"] == "ended")

    # --- the prime's word on closure

    async def confirm_closures(self) -> None:
        """Confirm that cases close, as it is asked for."""
        clocks = await self.clocks(CASES)
        for line in await self.pages(self.prime, f"{CASES}/cases", state="closure-requested"):
            await self.minded(f"case {line['id']}", self.confirm(line, clocks.at(line["provider_id"])))

    async def confirm(self, line: Json, now: datetime) -> None:
        case = await self.prime.get(f"{CASES}/cases/{line['id']}", now)
        for request in case["closure_requests"]:
            if request["state"] == "open":
                at = max(now, noon(request["requested_on"]))
                where = f"{CASES}/closure-requests/{request['id']}/decision"
                await self.act(self.prime, where, {"decision": "confirmed"}, now=at, about=request["id"])

    # --- how it asks

    async def act(self, seat: Seat, where: str, body: Json, *, now: datetime, about: str) -> Json:
        """Do something once, whenever it is said again."""
        return await seat.post(where, now, body, key=str(uuid5(NAMESPACE_URL, f"{where} {about}")))

    async def pages(self, seat: Seat, path: str, **query: Any) -> list[Json]:
        return await seat.page(path, None, **query)

    async def clocks(self, service: str) -> "Clocks":
        """Where every provider's clock stands in a service."""
        here = await self.prime.get(f"{service}/sandbox", None)
        standing = await self.pages(self.prime, f"{service}/sandbox/clocks")
        instants = {one["organisation_id"]: datetime.fromisoformat(one["now"]) for one in standing}
        return Clocks(instants, datetime.fromisoformat(here["now"]))

    async def reasons(self) -> Reasons:
        codes: dict[str, list[str]] = {}
        for act in ACTS:
            items = (await self.prime.get(f"{CLAIMS}/reasons", None, act=act))["items"]
            codes[act] = [one["code"] for one in items if one["may_be_given"]]
        return Reasons(codes)


@dataclass(frozen=True, slots=True)
class Clocks:
    """At what time each provider is played to."""

    instants: Mapping[str, datetime]
    first_morning: datetime
    """Of those that have not set theirs."""

    def at(self, provider_id: str) -> datetime:
        return self.instants.get(provider_id, self.first_morning)


def latest_of(claim: Json) -> datetime:
    """Noon of the last day on which anything was done about a claim: a clock may have begun again since."""
    days = ("raised_on", "approved_on", "submitted_on", "verified_on", "basis_changed_on")
    return max(noon(claim[day]) for day in days if claim[day] is not None)


def noon(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), NOON, LONDON)


@asynccontextmanager
async def seated_player(settings: PlayerSettings) -> AsyncGenerator[Player]:
    """A player at the services that the settings name."""
    async with httpx.AsyncClient(timeout=60) as client:
        desk = Desk(client, settings.services)

        def seat(name: str, secret: str) -> Seat:
            sign_in = partial(token_for_system, settings.issuer, name, secret, simulate=True)
            return Seat(name, desk, StaysSignedIn(sign_in))

        yield Player(
            seat(settings.prime_client_id, settings.sandbox_prime_client_secret.get_secret_value()),
            seat(settings.council_client_id, settings.sandbox_council_client_secret.get_secret_value()),
        )


async def play_forever(settings: PlayerSettings) -> None:
    """Take turn after turn, until cancelled."""
    async with seated_player(settings) as player:
        while True:
            await player.take_turn()
            await asyncio.sleep(settings.pause_seconds)
