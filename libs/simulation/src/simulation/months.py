"""Months of the partnership: everyone's story goes on, day by day, until the month is over, and then it is closed.

A story is a generator of what it waits for. In each round all stories that are due go on side by side; what they then
wait to be heard elsewhere is looked for once for all of them.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from .clock import Clock, at, month_of, months_after
from .lives import Life
from .outcomes import Achieved, Paper
from .path import CASES, CLAIMS, HUB, Path, failing
from .seats import Json, Refused, Seats
from .tables import adds_up, pounds
from .waiting import until

SIDE_BY_SIDE = 8
SEATED_AGENCIES = ("kirklees-council-housing", "kirklees-neighbourhood-housing", "hm-prisons")
"""Agencies whose own systems refer; for the others the hub writes the referral down."""
ABOVE_CAPACITY = {
    "generic": "horton",
    "domestic-abuse": "pdap",
    "mental-health": "community-links",
    "substance-misuse": "community-links",
}
"""Who takes someone on when nobody has room."""
CLOSES_AFTER_DAYS = 4
LATER_SCORES = {"WB_2": 1, "WB_3": 2}
JOINT_PROVIDERS = ("community-links", "fusion-housing", "horton")
FUND_USES = ("debt-relief", "laptop", "landlord-bond", "doorbell-camera", "counselling", "driving-licence")
LOOKS = 12
"""At what is new; then at everything, for a month that was interrupted has been decided in part."""
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


class DoesNotAddUp(Exception):
    """Money said in two places is not the same; the sentence says where."""


@dataclass(slots=True)
class Pace:
    """How fast months pass, and when they will have passed."""

    months: int
    passed: int = 0
    began: float = field(default_factory=time.monotonic)

    def said(self, asked: int) -> str:
        """After one more month: how many requests so far, and how long the rest may take at this pace."""
        self.passed += 1
        each = (time.monotonic() - self.began) / self.passed
        left = round(each * (self.months - self.passed))
        return f"{asked:,} requests, about {left // 60} min {left % 60:02} s to go" if left else f"{asked:,} requests"


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
    closing: list[str] = field(default_factory=list[str])
    """Referrals whose cases closed, until the hub has heard of it: who has room decides the next placements."""
    stated_pence: int = 0
    """Of all statements issued so far."""
    pace: Pace = field(default_factory=lambda: Pace(1))

    async def play(self, first: date, count: int) -> list[Json]:
        """Play so many months from the first day of one; their statements, each issued as its month closed."""
        self.pace = Pace(count)
        return [await self._month(months_after(first, number)) for number in range(count)]

    async def _month(self, first: date) -> Json:
        last = months_after(first, 1) - timedelta(days=1)
        await until("the hub to hear which cases have closed", lambda: self._closures_are_heard(at(first)))
        received = await self._receive(first, last)
        while due := [one for one in self.going if one.awaits.day <= last]:
            await self._hear(due, at(last))
            await asyncio.gather(*(self._go_on(one) for one in due))
        statement = await self._close(first, at(last + timedelta(days=CLOSES_AFTER_DAYS)))
        stated = f"{statement['lines']} lines, {pounds(statement['payable_pence'])}, each explained"
        self.said(f"{month_of(first)}: {received} referrals; {stated}; {self.pace.said(self.seats.desk.asked)}")
        return statement

    async def _close(self, first: date, now: datetime) -> Json:
        """Close a month, and ask why every line pays what it pays: statements are their explanations, to the penny.

        Raises:
            DoesNotAddUp: a line, its explanation, its statement or the contract's position say different things; of a
                month closed before an interruption the position may be ahead.
        """
        finance = self.seats["prime-finance"]
        before = await finance.get(f"{CLAIMS}/programme/position", now)
        closed = await finance.post(f"{CLAIMS}/statements", now, {"month": month_of(first)})
        lines = await finance.page(f"{CLAIMS}/statements/{closed['id']}/lines", now)
        explained = await asyncio.gather(*(self._explained(line, now) for line in lines))
        statement = await finance.get(f"{CLAIMS}/statements/{closed['id']}", now)
        position = await finance.get(f"{CLAIMS}/programme/position", now)
        self.stated_pence += statement["payable_pence"]
        told = (sum(explained), statement["payable_pence"])
        if told[0] != told[1] or not adds_up(statement, lines):
            raise DoesNotAddUp(f"{month_of(first)}: explained {pounds(told[0])}, stated {pounds(told[1])}.")
        anew = (before["closed_month"] or "") < month_of(first)
        if anew and position["payable_to_date_pence"] != self.stated_pence:
            raise DoesNotAddUp(f"{month_of(first)}: the contract's position is not the sum of its statements.")
        return statement

    async def _explained(self, line: Json, now: datetime) -> int:
        """Pence payable by the claim's own explanation; an adjustment explains itself by its line."""
        if line["kind"] == "adjustment":
            return line["payable_pence"]
        async with self.gate:
            told = await self.seats["prime-finance"].get(f"{CLAIMS}/claims/{line['claim_id']}/explain", now)
        return next(step["detail"]["payable_pence"] for step in told["steps"] if step["step"] == "cap")

    async def _closures_are_heard(self, now: datetime) -> bool:
        hub = self.seats["hub-1"]
        found = await asyncio.gather(*(hub.get(f"{HUB}/referrals/{one}", now) for one in self.closing))
        self.closing = [one["id"] for one in found if one["state"] != "closed"]
        return not self.closing

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
            funding_stream="historic" if life.historic else "lcf",
        )

    async def triage(self, life: Life) -> None:
        path, circumstances = self._path(life, life.triaged_on), life.circumstances
        if life.helped_once:
            note = {"note": "Helped at once; nothing more was wanted."}
            await path.post(self.seats["hub-1"], f"{HUB}/referrals/{path.referral_id}/triage-support", note)
            return
        needs, specialism = circumstances.needs, circumstances.specialism
        await path.triage(life.hope, life.strength, needs, life.risk_level, specialism, life.intensity)

    async def allocate(self, life: Life) -> None:
        if life.helped_once:
            return
        path = self._path(life, life.allocated_on)
        try:
            await path.allocate()
        except Refused as refused:
            if refused.status not in (409, 422):
                raise
            await path.allocate(
                ABOVE_CAPACITY[life.circumstances.specialism], "Agreed with the provider: above capacity."
            )
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
        await path.assess(life.circumstances.instrument, life.scores[0])
        if life.joint_on:
            others = [one for one in JOINT_PROVIDERS if one != path.provider_id]
            body = {"joint_provider_id": others[life.number % len(others)], "from_on": path.clock.today}
            await path.in_case("joint-work", body, "provider-manager")
        if life.fund:
            await self._helped_by_fund(path, life, life.fund[1])
        for one in life.outcomes:
            yield Awaits(one.achieved_on)
            path.clock.go_to(one.achieved_on)
            await self._achieve(path, life, one)
        if life.closes_on:
            yield Awaits(life.closes_on)
            path.clock.go_to(life.closes_on)
            wish = {"reason": "participant-request", "by_participant": True}
            asked = await path.in_case("closure-requests", wish)
            decided = f"{CASES}/closure-requests/{asked['id']}/decision"
            await path.post(self.seats["prime-manager"], decided, {"decision": "confirmed"})
            self.closing.append(path.referral_id)

    async def _helped_by_fund(self, path: Path, life: Life, pence: int) -> None:
        """Asked by the provider's system; decided by its manager, or by the board when it is large."""
        need = {"category": FUND_USES[life.number % len(FUND_USES)], "outcome": "ACC_PREV", "amount_pence": pence}
        asked = await path.in_case("fund-requests", need)
        board = asked["level"] == "board"
        who = self.seats["prime-finance"] if board else path.seat_at_provider("provider-manager")
        await path.post(who, f"{CASES}/fund-requests/{asked['id']}/decision", {"decision": "approved"})

    async def _achieve(self, path: Path, life: Life, one: Achieved) -> None:
        if one.outcome in LATER_SCORES:
            await path.assess(life.circumstances.instrument, life.scores[LATER_SCORES[one.outcome]])
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
        desk.clock.go_to(_next_month(one.achieved_on) + timedelta(days=pace % 5))
        yield Awaits(desk.clock.today, claim_of=(outcome_id, 1))
        claim = self.known.claims[outcome_id]
        if one.sent_first:
            if claim["revision"] == 1:
                await self._return(desk, claim)
            desk.clock.go_to(desk.clock.today + timedelta(days=1 + pace % 3))
            yield Awaits(desk.clock.today)
            corrected = await desk.correct(outcome_id, one.evidence)
            desk.clock.go_to(_next_month(desk.clock.today))
            yield Awaits(desk.clock.today, claim_of=(outcome_id, corrected["revision"]))
        await desk.decide("prime-manager", claim["id"], "approval")
        desk.clock.go_to(desk.clock.today + timedelta(days=2 + pace % 5))
        yield Awaits(desk.clock.today)
        if one.queried_for:
            await self._query(desk, claim, one.queried_for)
            desk.clock.go_to(desk.clock.today + timedelta(days=2 + pace % 3))
            yield Awaits(desk.clock.today)
            corrected = await desk.correct(outcome_id, _with_better_copy(one))
            desk.clock.go_to(_next_month(desk.clock.today))
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

        prime, looked = self.seats["prime-manager"], 0

        async def look() -> bool:
            nonlocal looked
            looked += 1
            lacking = [one.awaits for one in due if not self.known.has(one.awaits)]
            if any(awaits.case_of_referral for awaits in lacking):
                state = "allocated" if looked < LOOKS else None
                cases = await prime.page(f"{CASES}/cases", now, state=state)
                self.known.cases |= {case["referral_id"]: case["id"] for case in cases}
            if any(awaits.claim_of for awaits in lacking):
                state = "raised" if looked < LOOKS else None
                claims = await prime.page(f"{CLAIMS}/claims", now, state=state)
                self.known.claims |= {claim["outcome_id"]: claim for claim in claims}
            return all(self.known.has(one.awaits) for one in due)

        await until("cases to be opened and claims to be raised", look)


def _front_door_days(lives: Iterable[Life]) -> Iterator[tuple[date, Life, Callable[[Months, Life], Awaitable[None]]]]:
    for life in lives:
        yield life.referred_on, life, Months.refer
        yield life.triaged_on, life, Months.triage
        yield life.allocated_on, life, Months.allocate


def _next_month(day: date) -> date:
    """When claims of a month are decided: once all that was announced in it has been heard."""
    return months_after(day.replace(day=1), 1)


def _with_better_copy(one: Achieved) -> tuple[Paper, ...]:
    worse = one.queried_for
    return tuple(
        Paper(paper.kind, paper.dated_on, paper.copy + 10) if paper == worse else paper for paper in one.evidence
    )
