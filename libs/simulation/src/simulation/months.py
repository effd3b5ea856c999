"""Months of the partnership: everyone's story goes on, day by day, until the month is over, and then it is closed.

A story is a generator of what it waits for. In each round all stories that are due go on side by side; what they then
wait to be heard elsewhere is looked for once for all of them.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from .clock import Clock, at, month_of, months_after
from .lives import Life
from .outcomes import Achieved, Paper
from .path import CASES, CLAIMS, Path, failing
from .seats import Json, Seats
from .waiting import until

SIDE_BY_SIDE = 8
SEATED_AGENCIES = ("kirklees-council-housing", "kirklees-neighbourhood-housing", "hm-prisons")
"""Agencies whose own systems refer; for the others the hub writes the referral down."""
CLOSES_AFTER_DAYS = 4
ILLEGIBLE = "illegible-copy"


@dataclass(frozen=True, slots=True)
class Awaits:
    """What a story waits for: a day, and perhaps that a case is opened or a revision of an outcome is claimed."""

    day: date
    case_of_referral: str | None = None
    claim_of: tuple[str, int] | None = None
    """Outcome id and revision."""


Story = AsyncGenerator[Awaits]


@dataclass(slots=True)
class Going:
    """A story under way, and what it waits for."""

    story: Story
    awaits: Awaits


@dataclass(slots=True)
class Known:
    """What has been heard so far: cases by referral, claims by outcome."""

    cases: dict[str, str] = field(default_factory=dict[str, str])
    claims: dict[str, Json] = field(default_factory=dict[str, Json])

    def has(self, awaits: Awaits) -> bool:
        if awaits.case_of_referral is not None:
            return awaits.case_of_referral in self.cases
        if awaits.claim_of is not None:
            outcome_id, revision = awaits.claim_of
            return self.claims.get(outcome_id, {"revision": 0})["revision"] >= revision
        return True


@dataclass(slots=True)
class Months:
    """The simulation under way."""

    seats: Seats
    lives: Sequence[Life]
    said: Callable[[str], None]
    """Told what was done, month by month."""
    going: list[Going] = field(default_factory=list[Going])
    known: Known = field(default_factory=Known)
    paths: dict[int, Path] = field(default_factory=dict[int, Path])
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SIDE_BY_SIDE))
    returned: int = 0
    queried: int = 0

    async def play(self, first: date, count: int) -> list[Json]:
        """Play so many months from the first day of one; their statements, each issued as its month closed."""
        return [await self._month(months_after(first, number)) for number in range(count)]

    async def _month(self, first: date) -> Json:
        last = months_after(first, 1) - timedelta(days=1)
        received = await self._receive(first, last)
        rounds = 0
        while due := [one for one in self.going if one.awaits.day <= last]:
            await self._hear(due, at(last))
            await asyncio.gather(*(self._go_on(one) for one in due))
            rounds += 1
        closed_at = at(last + timedelta(days=CLOSES_AFTER_DAYS))
        statement = await self.seats["prime-finance"].post(
            f"{CLAIMS}/statements", closed_at, {"month": month_of(first)}
        )
        self.said(f"{month_of(first)}: {received} referrals, statement issued after {rounds} rounds")
        return statement

    # --- the front door: in order, for each placement changes who has room for the next

    async def _receive(self, first: date, last: date) -> int:
        acts = sorted(_front_door_days(self.lives), key=lambda act: (act[0], act[1].number))
        due = [(life, act) for day, life, act in acts if first <= day <= last]
        for life, act in due:
            await act(self, life)
        return sum(1 for life in self.lives if first <= life.referred_on <= last)

    async def refer(self, life: Life) -> None:
        path = Path(self.seats, Clock(at(life.referred_on)), life.person)
        self.paths[life.number] = path
        seated = life.agency_id in SEATED_AGENCIES
        circumstances = life.circumstances
        await path.refer(
            f"referrer-system.{life.agency_id}" if seated else "hub-2",
            life.source,
            life.agency_id,
            circumstances.needs,
            homeless_at_referral=circumstances.homeless,
            housed_at_referral=circumstances.housed,
            domestic_abuse_risk=circumstances.restricted,
        )

    async def triage(self, life: Life) -> None:
        path, circumstances = self._path(life, life.triaged_on), life.circumstances
        needs, specialism = circumstances.needs, circumstances.specialism
        await path.triage(life.hope, life.strength, needs, life.risk_level, specialism, life.intensity)

    async def allocate(self, life: Life) -> None:
        path = self._path(life, life.allocated_on)
        await path.allocate()
        story = self._care(path, life)
        self.going.append(Going(story, await anext(story)))

    def _path(self, life: Life, day: date) -> Path:
        path = self.paths[life.number]
        path.clock.go_to(day)
        return path

    # --- the provider

    async def _care(self, path: Path, life: Life) -> Story:
        yield Awaits(life.started_on, case_of_referral=path.referral_id)
        path.case_id = self.known.cases[path.referral_id]
        path.clock.go_to(life.started_on)
        await path.start()
        if life.dash:
            await path.assess("dash", life.dash[0])
        await path.note("First contact. We talked about what matters and what comes first.")
        yield Awaits(life.plan_on)
        path.clock.go_to(life.plan_on)
        await path.agree_plan(life.circumstances.plan, life.hope)
        await path.assess(life.circumstances.instrument, life.score)
        for one in life.outcomes:
            yield Awaits(one.achieved_on)
            path.clock.go_to(one.achieved_on)
            await self._achieve(path, life, one)

    async def _achieve(self, path: Path, life: Life, one: Achieved) -> None:
        if one.outcome == "WB_2" and life.later_score is not None:
            await path.assess(life.circumstances.instrument, life.later_score)
        if one.outcome == "DA_RISK" and life.dash is not None:
            await path.assess("dash", life.dash[1])
        recorded = await path.evidence(one, one.sent_first or one.evidence)
        claim = self._claim(path, life, one, recorded["id"])
        self.going.append(Going(claim, await anext(claim)))

    # --- the claim

    async def _claim(self, path: Path, life: Life, one: Achieved, outcome_id: str) -> Story:
        """Through the prime's hands and the council's; what falls short comes back with what would satisfy."""
        pace = life.number + len(one.outcome)
        desk = replace(path, clock=Clock(at(one.achieved_on)))
        desk.clock.go_to(one.achieved_on + timedelta(days=2 + pace % 4))
        yield Awaits(desk.clock.today, claim_of=(outcome_id, 1))
        claim = self.known.claims[outcome_id]
        if one.sent_first:
            if claim["revision"] == 1:
                await self._return(desk, claim)
            desk.clock.go_to(desk.clock.today + timedelta(days=1 + pace % 3))
            yield Awaits(desk.clock.today)
            corrected = await desk.correct(outcome_id, one.evidence)
            yield Awaits(desk.clock.today, claim_of=(outcome_id, corrected["revision"]))
        await desk.decide("prime-manager", claim["id"], "approval")
        desk.clock.go_to(desk.clock.today + timedelta(days=2 + pace % 5))
        yield Awaits(desk.clock.today)
        if one.queried_for:
            await self._query(desk, claim, one.queried_for)
            desk.clock.go_to(desk.clock.today + timedelta(days=2 + pace % 3))
            yield Awaits(desk.clock.today)
            corrected = await desk.correct(outcome_id, _with_better_copy(one))
            yield Awaits(desk.clock.today, claim_of=(outcome_id, corrected["revision"]))
            await desk.decide("prime-manager", claim["id"], "approval")
            desk.clock.go_to(desk.clock.today + timedelta(days=2))
            yield Awaits(desk.clock.today)
        await desk.decide(f"council-verifier-{1 + pace % 2}", claim["id"], "verification")

    async def _return(self, desk: Path, claim: Json) -> None:
        """The prime asks for whatever the rules miss, item by item."""
        self.returned += 1
        full = await desk.get(self.seats["prime-manager"], f"{CLAIMS}/claims/{claim['id']}")
        asked = [{"code": check["code"], "remedy": check["remedy"]} for check in failing(full)]
        await desk.decide("prime-manager", claim["id"], "return", {"requests": asked})

    async def _query(self, desk: Path, claim: Json, item: Paper) -> None:
        self.queried += 1
        asked = {"code": ILLEGIBLE, "item_id": desk.papers[item], "remedy": "Send a copy that can be read."}
        await desk.decide("council-verifier-1", claim["id"], "query", {"requests": [asked]})

    # --- going on

    async def _go_on(self, one: Going) -> None:
        async with self.gate:
            awaits = await anext(one.story, None)
        if awaits is None:
            self.going.remove(one)
        else:
            one.awaits = awaits

    async def _hear(self, due: Iterable[Going], now: datetime) -> None:
        """Look, once for all, until everything these stories wait for has been heard."""

        async def look() -> bool:
            lacking = [one.awaits for one in due if not self.known.has(one.awaits)]
            if any(awaits.case_of_referral for awaits in lacking):
                cases = await self.seats["prime-manager"].page(f"{CASES}/cases", now)
                self.known.cases = {case["referral_id"]: case["id"] for case in cases}
            if any(awaits.claim_of for awaits in lacking):
                claims = await self.seats["prime-manager"].page(f"{CLAIMS}/claims", now)
                self.known.claims = {claim["outcome_id"]: claim for claim in claims}
            return all(self.known.has(one.awaits) for one in due)

        await until("cases to be opened and claims to be raised", look)


def _front_door_days(lives: Iterable[Life]) -> Iterator[tuple[date, Life, Callable[[Months, Life], Awaitable[None]]]]:
    for life in lives:
        yield life.referred_on, life, Months.refer
        yield life.triaged_on, life, Months.triage
        yield life.allocated_on, life, Months.allocate


def _with_better_copy(one: Achieved) -> tuple[Paper, ...]:
    worse = one.queried_for
    return tuple(
        Paper(paper.kind, paper.dated_on, paper.copy + 10) if paper == worse else paper for paper in one.evidence
    )
