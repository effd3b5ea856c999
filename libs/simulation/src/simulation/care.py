"""What providers, the prime and the council do for one life: stories, told as far as something must be waited for."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Literal

from rulebook.calendar import months_after

from .clock import Clock, at
from .hearing import Hearing, case_of, claim_of
from .lives import Life
from .outcomes import DOMESTIC_ABUSE, AchievedOutcome, Paper
from .path import CASES, CLAIMS, HUB, Path, failing
from .seats import SeatRefused, Seats
from .waiting import BEHIND_SECONDS, until

LATER_SCORES = {"WB_2": 1, "WB_3": 2}
JOINT_PROVIDERS = ("community-links", "fusion-housing", "horton")
FUND_USES = ("debt-relief", "laptop", "landlord-bond", "doorbell-camera", "counselling", "driving-licence")
ILLEGIBLE = "unreadable"
UNDONE = {"code": "mistake", "reason": "The claim above it on the list was meant."}
CHALLENGED = {"code": "audit-failed", "reason": "The sample could not find the letter."}
LET_STAND = {"decision": "let-stand", "code": "immaterial", "reason": "The letter is there, under another date."}
MISREAD = {"reason": "The form was misread."}
MEANT_ANOTHER = {"reason": "The case above it on the list was meant."}

Mistake = Literal[
    "score misread",
    "score twice",
    "verified",
    "challenged",
    "closed for another reason",
    "closed",
    "merged",
    "worker leaves",
]
EVERY = 40
"""So many lives each mistake is met once in, and a hand-over twice: illustrative."""
MISTAKES: Mapping[int, Mistake] = {
    3: "verified",
    5: "worker leaves",
    9: "score misread",
    11: "closed for another reason",
    15: "challenged",
    19: "score twice",
    23: "closed",
    25: "worker leaves",
    31: "merged",
}
"""By what is left of a life's number over `EVERY`."""


def meets(life: Life, mistake: Mistake) -> bool:
    """Whether something is written, decided or joined wrongly in a life, and put right; or another worker comes."""
    return MISTAKES.get(life.number % EVERY) == mistake


@dataclass(frozen=True, slots=True)
class Awaits:
    """What a story waits for: a day, and then perhaps its turn."""

    day: date
    in_turn: bool = False
    """When everyone else has done what they do this month: who is first there decides who is paid below a cap."""


Story = AsyncGenerator[Awaits]
Place = tuple[int, str, str]
"""Whose story it is, and of which outcome and slot: an order that is always the same."""


@dataclass(slots=True)
class Going:
    """A story under way, and what it waits for."""

    story: Story
    awaits: Awaits


@dataclass(slots=True)
class Care:
    """The stories under way."""

    seats: Seats
    hearing: Hearing
    going: dict[Place, Going] = field(default_factory=dict[Place, Going])
    closing: list[str] = field(default_factory=list[str])
    """Referrals whose cases closed, until the hub has heard of it: who has room decides the next placements."""

    async def begin(self, path: Path, life: Life) -> None:
        """Begin the story of somebody who is placed."""
        await self.add((life.number, "", ""), self._care(path, life))

    async def add(self, place: Place, story: Story) -> None:
        self.going[place] = Going(story, await anext(story))

    async def go_on(self, until: date) -> None:
        """Everyone's story goes on, side by side, to the end of a day; but not what is done in turn."""

        async def tell(place: Place, one: Going) -> None:
            while one.awaits.day <= until and not one.awaits.in_turn and await self._next(place, one):
                pass

        await asyncio.gather(*(tell(place, one) for place, one in tuple(self.going.items())))

    async def take_turns(self, until: date) -> None:
        """What is done in turn, one after the other: by day, then by place."""
        turns = [(one.awaits.day, place) for place, one in self.going.items() if one.awaits.in_turn]
        for day, place in sorted(turns):
            if day <= until:
                await self._next(place, self.going[place])

    async def _next(self, place: Place, one: Going) -> bool:
        """The story's next part; whether it goes on."""
        if (awaits := await anext(one.story, None)) is None:
            del self.going[place]
            return False
        one.awaits = awaits
        return True

    # --- the provider

    async def _care(self, path: Path, life: Life) -> Story:
        yield Awaits(life.started_on)
        path.case_id = await self.hearing.of(case_of(path.referral_id))
        path.clock.go_to(life.started_on)
        await path.start()
        if life.dash:
            await path.assess("dash", life.dash[0])
        await path.note("First contact. We talked about what matters and what comes first.")
        yield Awaits(life.plan_on)
        path.clock.go_to(life.plan_on)
        await path.agree_plan(life.circumstances.plan, life.hope)
        await self._score(path, life)
        if meets(life, "worker leaves"):
            over = {"cases": [{"case_id": path.case_id, "worker": f"worker-{life.number}"}]}
            await path.put_right("hand-overs", over | {"handed_over_on": path.clock.today})
        if life.joint_on:
            others = [one for one in JOINT_PROVIDERS if one != path.provider_id]
            body = {"joint_provider_id": others[life.number % len(others)], "from_on": path.clock.today}
            await path.in_case("joint-work", body, "provider-manager")
        if life.fund:
            await self._helped_by_fund(path, life, life.fund[1])
        acts = [(one.achieved_on, partial(self._achieve, path, life, one)) for one in life.outcomes]
        if life.discloses_on:
            acts.append((life.discloses_on, partial(self._disclose, path, life)))
        for day, act in sorted(acts, key=lambda act: act[0]):
            yield Awaits(day)
            path.clock.go_to(day)
            await act()
        if life.closes_on:
            yield Awaits(life.closes_on)
            path.clock.go_to(life.closes_on)
            await self._close(path, life)
        if life.drops_in_on:
            yield Awaits(life.drops_in_on)
            path.clock.go_to(life.drops_in_on)
            await self.closure_is_heard(path.referral_id, path.clock.now)
            await path.post(self.seats["hub-2"], f"{HUB}/drop-ins", {"participant_id": path.participant_id})

    async def _score(self, path: Path, life: Life) -> None:
        """The first score; of some, at first a wrong one, and of some, twice."""
        instrument, score = life.circumstances.instrument, life.scores[0]
        slip = meets(life, "score misread")
        first = await path.assess(instrument, score + slip)
        if slip:
            await path.put_right(f"assessments/{first['id']}/corrections", MISREAD | {"score": score})
        if meets(life, "score twice"):
            again = await path.assess(instrument, score)
            await path.put_right(f"assessments/{again['id']}/withdrawal", MISREAD)

    async def _disclose(self, path: Path, life: Life) -> None:
        """Told of in the midst of support: the record is need-to-know from now on, and the plan is agreed anew."""
        await path.in_case("restriction", {"reason": DOMESTIC_ABUSE}, "provider-manager")
        await path.agree_plan(life.circumstances.plan, life.hope)

    async def _close(self, path: Path, life: Life) -> None:
        """At their own wish; of some, for another reason than was said, and of some by mistake at first."""
        await self._closed(path)
        case, prime = f"{CASES}/cases/{path.case_id}", self.seats["prime-manager"]
        if meets(life, "closed for another reason"):
            correction = {"closure_reason": "moved", "reason": "They have moved to Leeds."}
            await path.post(prime, f"{case}/closure/corrections", correction)
        if meets(life, "closed"):
            await path.post(prime, f"{case}/reopening", MEANT_ANOTHER)
            await self._closed(path)
        self.closing.append(path.referral_id)

    async def _closed(self, path: Path) -> None:
        wish = {"reason": "participant-request", "by_participant": True}
        request = await path.in_case("closure-requests", wish)
        decision = f"{CASES}/closure-requests/{request['id']}/decision"
        await path.post(self.seats["prime-manager"], decision, {"decision": "confirmed"})

    async def closure_is_heard(self, referral_id: str, now: datetime) -> None:
        """Wait until the hub knows that the case after a referral closed."""

        async def look() -> bool:
            referral = await self.seats["hub-1"].get(f"{HUB}/referrals/{referral_id}", now)
            return referral["state"] == "closed"

        word, journal = f"closed/{referral_id}", self.hearing.journal
        if journal.answer(word) is None:
            await until(f"the hub to hear that referral {referral_id} closed", look, BEHIND_SECONDS)
            journal.keep(word, True)

    async def _helped_by_fund(self, path: Path, life: Life, pence: int) -> None:
        """The provider's system asks; its manager decides, or the board if it is large; what is spent is refused."""
        need = {"category": FUND_USES[life.number % len(FUND_USES)], "outcome": "ACC_PREV", "amount_pence": pence}
        request = await path.in_case("fund-requests", need)
        board = request["level"] == "board"
        who = self.seats["prime-finance"] if board else path.seat_at_provider("provider-manager")
        decision = f"{CASES}/fund-requests/{request['id']}/decision"
        try:
            await path.post(who, decision, {"decision": "approved"})
        except SeatRefused as refused:
            if refused.status != 422:
                raise
            reason = "; ".join(one["sentence"] for one in refused.refusals)
            await path.post(who, decision, {"decision": "refused", "reason": reason})

    async def _achieve(self, path: Path, life: Life, one: AchievedOutcome) -> None:
        if one.outcome in LATER_SCORES:
            await path.assess(life.circumstances.instrument, life.scores[LATER_SCORES[one.outcome]])
        if one.outcome == "DA_RISK" and life.dash is not None:
            await path.assess("dash", life.dash[1])
        outcome = await path.evidence(one, one.sent_first or one.evidence)
        await self.add((life.number, one.outcome, one.slot), self._claim(path, life, one, outcome["id"]))

    # --- the claim

    async def _claim(self, path: Path, life: Life, one: AchievedOutcome, outcome_id: str) -> Story:
        """Through the prime's hands and the council's; what falls short comes back with what would satisfy."""
        pace = life.number + len(one.outcome)
        desk = replace(path, clock=Clock(at(one.achieved_on)))
        desk.clock.go_to(_next_month(one.achieved_on) + timedelta(days=pace % 5))
        yield Awaits(desk.clock.today)
        claim_id = await self.hearing.of(claim_of(outcome_id))
        if one.sent_first:
            await self._return(desk, claim_id)
            yield self._in(desk, 1 + pace % 3)
            correction = await desk.correct(outcome_id, one.evidence)
            yield self._next_month(desk)
            await self.hearing.of(claim_of(outcome_id, correction["revision"]))
        await desk.decide("prime-manager", claim_id, "approval")
        if one.queried_for:
            yield self._in(desk, 2 + pace % 5)
            await self._query(desk, claim_id, one.queried_for)
            yield self._in(desk, 2 + pace % 3)
            correction = await desk.correct(outcome_id, _with_better_copy(one))
            yield self._next_month(desk)
            await self.hearing.of(claim_of(outcome_id, correction["revision"]))
            await desk.decide("prime-manager", claim_id, "approval")
        yield replace(self._in(desk, 2 + pace % 5), in_turn=True)
        verifier, other = f"council-verifier-{1 + pace % 2}", f"council-verifier-{2 - pace % 2}"
        await desk.decide(verifier, claim_id, "verification")
        if meets(life, "verified"):
            await desk.decide(other, claim_id, "undoing", UNDONE)
            await desk.decide(verifier, claim_id, "verification")
        if meets(life, "challenged"):
            await desk.decide("prime-finance", claim_id, "challenge", CHALLENGED)
            await desk.decide(other, claim_id, "basis-decision", LET_STAND)

    def _in(self, desk: Path, days: int) -> Awaits:
        desk.clock.go_to(desk.clock.today + timedelta(days=days))
        return Awaits(desk.clock.today)

    def _next_month(self, desk: Path) -> Awaits:
        desk.clock.go_to(_next_month(desk.clock.today))
        return Awaits(desk.clock.today)

    async def _return(self, desk: Path, claim_id: str) -> None:
        """The prime asks for whatever the rules miss, item by item."""
        claim = await self.seats["prime-manager"].look(f"{CLAIMS}/claims/{claim_id}", desk.clock.now)
        requests = [{"code": check["code"], "remedy": check["remedy"]} for check in failing(claim)]
        await desk.decide("prime-manager", claim_id, "return", {"requests": requests})

    async def _query(self, desk: Path, claim_id: str, item: Paper) -> None:
        request = {"code": ILLEGIBLE, "item_id": desk.papers[item], "remedy": "Send a copy that can be read."}
        await desk.decide("council-verifier-1", claim_id, "query", {"requests": [request]})


def _next_month(day: date) -> date:
    """When claims of a month are decided: once all that was announced in it has been heard."""
    return months_after(day.replace(day=1), 1)


def _with_better_copy(one: AchievedOutcome) -> tuple[Paper, ...]:
    worse = one.queried_for
    return tuple(
        Paper(paper.kind, paper.dated_on, paper.copy + 10) if paper == worse else paper for paper in one.evidence
    )
