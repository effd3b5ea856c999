"""Months of the partnership: everyone's story goes on, day by day, until the month is over, and then it is closed.

While a month is decided and closed, people of the next one come in at the front door: one does not bear on the other.
"""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from rulebook.calendar import months_after

from .care import Care, meets
from .clock import Clock, at, month_of
from .hearing import Hearing
from .journal import Journal
from .lives import Life
from .path import CLAIMS, HUB, Path
from .people import Person
from .seats import Json, SeatRefused, Seats
from .tables import adds_up, pounds

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
ALIKE = {"reason": "The names sound alike."}
NOT_ONE = {"reason": "They were both here today."}


class DoesNotAddUp(Exception):
    """Money said in two places is not the same; the sentence says where."""


@dataclass(slots=True)
class Pace:
    """How fast months pass, and when they will have passed."""

    work: Sequence[int]
    """How much happens in each month."""
    done: int = 0
    """Of it, while we watched."""
    passed: int = 0
    seconds: float = 0.0
    since: float = field(default_factory=time.monotonic)

    def month_is_over(self, *, played: bool) -> None:
        """One more; `played` now, not told from the journal, which takes no time to speak of."""
        now = time.monotonic()
        if played:
            self.done, self.seconds = self.done + self.work[self.passed], self.seconds + now - self.since
        self.passed, self.since = self.passed + 1, now

    def said(self, count: int) -> str:
        """How many requests so far, and how long the rest may take at this pace."""
        rest = round(self.seconds / self.done * sum(self.work[self.passed :])) if self.done else 0
        return f"{count:,} requests, about {rest // 60} min {rest % 60:02} s to go" if rest else f"{count:,} requests"


def work_by_month(lives: Sequence[Life], first: date, count: int) -> list[int]:
    """In acts, roughly: who is referred, triaged, allocated, started; what is achieved, and decided a month later."""
    acts = Counter[str]()
    for life in lives:
        acts[month_of(life.referred_on)] += 2
        if not life.helped_once:
            acts[month_of(life.allocated_on)] += 3
            acts[month_of(life.plan_on)] += 3
        for one in life.outcomes:
            acts[month_of(one.achieved_on)] += 1 + len(one.evidence)
            acts[month_of(months_after(one.achieved_on, 1))] += 3
    return [acts[month_of(months_after(first, number))] for number in range(count)]


@dataclass(slots=True)
class Months:
    """The simulation under way."""

    seats: Seats
    lives: Sequence[Life]
    said: Callable[[str], None]
    """Told what was done, month by month."""
    journal: Journal = field(init=False)
    hearing: Hearing = field(init=False)
    care: Care = field(init=False)
    pace: Pace = field(init=False)
    coming: dict[str, dict[Person, list[Life]]] = field(init=False)
    """By the month of referral, person by person."""
    placed: dict[str, list[Life]] = field(init=False)
    """By the month of placement, in order: each changes who has room for the next."""
    paths: dict[int, Path] = field(default_factory=dict[int, Path])
    """Of those who have come, and are not placed yet."""
    helped: dict[int, Path] = field(default_factory=dict[int, Path])
    """Of those who were helped once."""
    stated_pence: int = 0
    """Of all statements issued so far."""

    def __post_init__(self) -> None:
        self.journal = self.seats.desk.journal or Journal()
        self.hearing = Hearing(self.seats, self.journal)
        self.care = Care(self.seats, self.hearing)
        self.coming = defaultdict(lambda: defaultdict(list))
        self.placed = defaultdict(list)
        for life in self.lives:
            self.coming[month_of(life.referred_on)][life.person].append(life)
        for life in sorted(self.lives, key=lambda life: (life.allocated_on, life.number)):
            if not life.helped_once:
                self.placed[month_of(life.allocated_on)].append(life)

    async def play(self, first: date, count: int) -> list[Json]:
        """Play so many months from the first day of one; their statements, each issued as its month closed."""
        self.pace = Pace(work_by_month(self.lives, first, count))
        statements = list[Json]()
        await self._receive(first)
        for number in range(count):
            month, following = months_after(first, number), months_after(first, number + 1)
            self.hearing.begin(at(following - timedelta(days=1)))
            await self.care.go_on(following - timedelta(days=1))
            if number + 1 < count:
                statement, _ = await asyncio.gather(self._decide_and_close(month), self._receive(following))
            else:
                statement = await self._decide_and_close(month)
            statements.append(statement)
        return statements

    async def _decide_and_close(self, first: date) -> Json:
        following, word = months_after(first, 1), f"statement/{month_of(first)}"
        await self.care.take_turns(following - timedelta(days=1))
        closed_before = (statement := self.journal.answer(word)) is not None
        if not closed_before:
            statement = await self._close(first, at(following + timedelta(days=CLOSES_AFTER_DAYS - 1)))
            self.journal.keep(word, statement)
        self.stated_pence += statement["payable_pence"]
        self.pace.month_is_over(played=not closed_before)
        referrals = sum(len(lives) for lives in self.coming[month_of(first)].values())
        summary = f"{statement['lines']} lines, {pounds(statement['payable_pence'])}, each explained"
        self.said(f"{month_of(first)}: {referrals} referrals; {summary}; {self.pace.said(self.seats.desk.asked)}")
        return statement

    async def _close(self, first: date, now: datetime) -> Json:
        """Close a month, and ask why every line pays what it pays: statements are their explanations, to the penny.

        Raises:
            DoesNotAddUp: a line, its explanation, its statement or the contract's position say different things; of a
                month closed before an interruption the position may be ahead.
        """
        finance = self.seats["prime-finance"]
        before = await finance.get(f"{CLAIMS}/programme/position", now)
        receipt = await finance.post(f"{CLAIMS}/statements", now, {"month": month_of(first)})
        lines = await finance.page(f"{CLAIMS}/statements/{receipt['id']}/lines", now)
        explanations = await asyncio.gather(*(self._explained(line, now) for line in lines))
        statement = await finance.get(f"{CLAIMS}/statements/{receipt['id']}", now)
        position = await finance.get(f"{CLAIMS}/programme/position", now)
        sums = (sum(explanations), statement["payable_pence"])
        if sums[0] != sums[1] or not adds_up(statement, lines):
            raise DoesNotAddUp(f"{month_of(first)}: explained {pounds(sums[0])}, stated {pounds(sums[1])}.")
        anew = (before["closed_month"] or "") < month_of(first)
        if anew and position["payable_to_date_pence"] != self.stated_pence + statement["payable_pence"]:
            raise DoesNotAddUp(f"{month_of(first)}: the contract's position is not the sum of its statements.")
        return statement

    async def _explained(self, line: Json, now: datetime) -> int:
        """Pence payable by the claim's own explanation; an adjustment explains itself by its line."""
        if line["kind"] == "adjustment":
            return line["payable_pence"]
        explanation = await self.seats["prime-finance"].get(f"{CLAIMS}/claims/{line['claim_id']}/explain", now)
        return next(step["detail"]["payable_pence"] for step in explanation["steps"] if step["step"] == "cap")

    # --- the front door

    async def _receive(self, first: date) -> None:
        """A month's people: they come side by side, and are placed in order once it is known who has room."""
        month = month_of(first)
        await asyncio.gather(self._closures_are_heard(at(first)), *map(self._come, self.coming[month].values()))
        for life in self.placed[month]:
            await self._place(life)

    async def _closures_are_heard(self, now: datetime) -> None:
        closing, self.care.closing = self.care.closing, []
        await asyncio.gather(*(self.care.closure_is_heard(referral_id, now) for referral_id in closing))

    async def _come(self, lives: Sequence[Life]) -> None:
        """One person, and again when helped once and soon back."""
        for life in lives:
            self.paths[life.number] = path = Path(self.seats, Clock(at(life.referred_on)), life.person)
            await self._refer(path, life)
            path.clock.go_to(life.triaged_on)
            await self._triage(path, life)
            if life.helped_once:
                del self.paths[life.number]
                self.helped[life.number] = path

    async def _refer(self, path: Path, life: Life) -> None:
        seated = life.agency_id in SEATED_AGENCIES
        circumstances = life.circumstances
        await path.refer(
            f"referrer-system.{life.agency_id}" if seated else "hub-2",
            life.source,
            life.agency_id,
            circumstances.needs,
            homeless_at_referral=circumstances.homeless,
            housed_at_referral=circumstances.housed,
            domestic_abuse_risk=life.disclosure == "at referral",
            funding_stream="historic" if life.historic else "lcf",
            pathway=life.pathway,
        )

    async def _triage(self, path: Path, life: Life) -> None:
        circumstances = life.circumstances
        if life.helped_once:
            note = {"note": "Helped at once; nothing more was wanted."}
            await path.post(self.seats["hub-1"], f"{HUB}/referrals/{path.referral_id}/triage-support", note)
            return
        needs, specialism = circumstances.needs, circumstances.specialism
        await path.triage(life.hope, life.strength, needs, life.risk_level, specialism, life.intensity)

    async def _place(self, life: Life) -> None:
        path = self.paths.pop(life.number)
        path.clock.go_to(life.allocated_on)
        if meets(life, "merged"):
            await self._merge_and_part(path, life)
        try:
            await path.allocate()
        except SeatRefused as refused:
            if refused.status not in (409, 422):
                raise
            await path.allocate(
                ABOVE_CAPACITY[life.circumstances.specialism], "Agreed with the provider: above capacity."
            )
        await self.care.begin(path, life)

    async def _merge_and_part(self, path: Path, life: Life) -> None:
        """The hub takes two for one, and says that they are two after all: who was helped once, last of all."""
        came = Counter(one.person for one in self.lives)
        others = [number for number, other in self.helped.items() if came[other.person] == 1]
        if others:
            alias = {"alias_id": self.helped[max(others)].participant_id}
            for act, why in (("merge", ALIKE), ("unmerge", NOT_ONE)):
                where = f"{HUB}/participants/{path.participant_id}/{act}"
                await path.post(self.seats["hub-2"], where, alias | why)
