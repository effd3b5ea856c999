"""One person's way through the partnership: each act by whoever does it, through their own API, and told in order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from .clock import Clock
from .outcomes import CASE_NOTE, AchievedOutcome, Paper
from .papers import paper, photograph
from .people import Person
from .seats import Json, Seat, Seats, SentFile
from .waiting import until

HUB = "referral-hub/v1"
CASES = "case-management/v1"
CLAIMS = "claims/v1"

Mark = Literal["did", "no", "fixed", "money"]
"""How a step reads: something done, something refused or asked for, what put it right, money fixed."""


@dataclass(frozen=True, slots=True)
class PathLine:
    """One line of a path: on which day, who did what, and what came of it."""

    on: date
    who: str
    what: str
    mark: Mark = "did"


@dataclass(slots=True)
class Path:
    """A person, the clock of their story, and what the services have answered so far."""

    seats: Seats
    clock: Clock
    person: Person
    title: str = ""
    steps: list[PathLine] = field(default_factory=list[PathLine])
    referral_id: str = ""
    participant_id: str = ""
    allocation_id: str = ""
    provider_id: str = ""
    case_id: str = ""
    papers: dict[Paper, str] = field(default_factory=dict[Paper, str])
    """Documents and notes already in the case."""

    def tell(self, who: str, what: str, mark: Mark = "did") -> None:
        self.steps.append(PathLine(self.clock.today, who, what, mark))

    def seat_at_provider(self, role: str) -> Seat:
        return self.seats[f"{role}.{self.provider_id}"]

    async def post(self, seat: Seat, path: str, body: Json | None = None) -> Json:
        return await seat.post(path, self.clock.pass_on(), body)

    async def get(self, seat: Seat, path: str, **query: Any) -> Any:
        return await seat.get(path, self.clock.now, **query)

    # --- the hub

    async def refer(self, referrer: str, source: str, agency_id: str | None, needs: Iterable[str], **more: Any) -> Json:
        """Refer the person; the hub, and it alone, knows a returning participant again by name and date of birth."""
        body = {"source": source, "agency_id": agency_id, "person": self.person.as_given(), "needs": list(needs)}
        answer = await self.post(self.seats[referrer], f"{HUB}/referrals", body | {"consent_to_share": True} | more)
        self.referral_id = answer["id"]
        self.participant_id = answer["participant_id"] or await self._told_at_the_hub()
        return answer

    async def _told_at_the_hub(self) -> str:
        """An agency is not told who somebody is: the hub reads its referral."""
        referral = await self.get(self.seats["hub-1"], f"{HUB}/referrals/{self.referral_id}")
        return referral["participant_id"]

    async def triage(
        self, hope: str, strength: str, needs: Iterable[str], risk: str, specialism: str, intensity: str
    ) -> Json:
        """The standard assessment at the hub, aspirations first."""
        body = {
            "aspirations": [hope],
            "strengths": [strength],
            "needs": list(needs),
            "risk_level": risk,
            "specialism": specialism,
            "intensity": intensity,
        }
        return await self.post(self.seats["hub-1"], f"{HUB}/referrals/{self.referral_id}/triage", body)

    async def allocate(self, provider_id: str | None = None, reason: str | None = None) -> Json:
        """The hub's placement, as the rules recommend, or with another provider for a reason."""
        body = None if provider_id is None else {"provider_id": provider_id, "override_reason": reason}
        answer = await self.post(self.seats["hub-1"], f"{HUB}/referrals/{self.referral_id}/allocation", body)
        self.allocation_id, self.provider_id = answer["id"], answer["provider_id"]
        return answer

    # --- the provider

    async def find_case(self) -> str:
        """Wait until case management has heard of the placement."""

        async def look() -> str | None:
            seat = self.seat_at_provider("provider-system")
            cases = await seat.page(f"{CASES}/cases", self.clock.now, participant_id=self.participant_id)
            return next((case["id"] for case in cases if case["referral_id"] == self.referral_id), None)

        self.case_id = await until(f"a case for referral {self.referral_id} at {self.provider_id}", look)
        return self.case_id

    async def in_case(self, what: str, body: Json, role: str = "provider-system") -> Json:
        """Record something in the case."""
        return await self.post(self.seat_at_provider(role), f"{CASES}/cases/{self.case_id}/{what}", body)

    async def start(self, role: str = "provider-system") -> Json:
        return await self.in_case("start", {"started_on": self.clock.today}, role)

    async def agree_plan(self, kind: str, goal: str, role: str = "provider-system") -> Json:
        body = {"kind": kind, "goals": [{"goal": "Towards what matters", "own_words": goal}]}
        return await self.in_case("plans", body | {"agreed_on": self.clock.today}, role)

    async def assess(self, instrument: str, score: int, role: str = "provider-system") -> Json:
        body = {"instrument": instrument, "score": score, "assessed_on": self.clock.today}
        return await self.in_case("assessments", body, role)

    async def put_right(self, what: str, body: Json, role: str = "provider-system") -> Json:
        """Correct or take back what was written wrongly."""
        return await self.post(self.seat_at_provider(role), f"{CASES}/{what}", body)

    async def note(self, text: str, role: str = "provider-system", **more: Any) -> str:
        return (await self.in_case("notes", {"text": text, "channel": "in-person"} | more, role))["id"]

    async def upload(self, item: Paper, role: str = "provider-system", of: Person | None = None, **more: str) -> Json:
        """Send a document; its bytes are hashed and kept. `of` another person, it is in the wrong case."""
        file = paper(item.kind, f"Copy {item.copy}, file {(of or self.person).number}", item.dated_on)
        return await self._send_paper(item, SentFile(f"{item.kind}.pdf", file), role, more)

    async def upload_photograph(self, item: Paper, role: str = "provider-system") -> Json:
        """Send what a telephone made of a paper."""
        return await self._send_paper(item, SentFile("IMG_0412.HEIC", photograph(), "image/heic"), role, {})

    async def _send_paper(self, item: Paper, file: SentFile, role: str, more: Mapping[str, str]) -> Json:
        form = {"kind": item.kind, "dated_on": item.dated_on.isoformat()} | dict(more)
        seat = self.seat_at_provider(role)
        answer = await seat.upload(f"{CASES}/cases/{self.case_id}/documents", self.clock.pass_on(), file, form)
        self.papers[item] = answer["id"]
        return answer

    async def lay_on_desk(self, items: Iterable[Paper], role: str = "provider-system") -> list[str]:
        """The ids of items of evidence, sending those that are not in the case yet."""
        for item in items:
            if item not in self.papers and item.kind == CASE_NOTE:
                self.papers[item] = await self.note("Went through it together, item by item.", role)
            elif item not in self.papers:
                await self.upload(item, role)
        return [self.papers[item] for item in items]

    async def evidence(self, one: AchievedOutcome, items: Iterable[Paper], role: str = "provider-system") -> Json:
        """Record an outcome with its evidence: claims hears of it and raises a claim."""
        body = {"outcome": one.outcome, "slot": one.slot, "achieved_on": one.achieved_on, "facts": dict(one.facts)}
        return await self.in_case("outcomes", body | {"evidence": await self.lay_on_desk(items, role)}, role)

    async def correct(
        self,
        outcome_id: str,
        items: Iterable[Paper],
        facts: Mapping[str, Any] | None = None,
        role: str = "provider-system",
    ) -> Json:
        """A new revision of the same outcome: the same claim goes on."""
        body: Json = {"evidence": await self.lay_on_desk(items, role)}
        if facts is not None:
            body["facts"] = dict(facts)
        return await self.post(self.seat_at_provider(role), f"{CASES}/outcomes/{outcome_id}/revisions", body)

    # --- the claim

    async def find_claim(self, outcome_id: str, revision: int = 1) -> Json:
        """Wait until claims has heard of the outcome, at this revision or a later one."""
        prime = self.seats["prime-manager"]

        async def look() -> Json | None:
            claims = await prime.page(f"{CLAIMS}/claims", self.clock.now, participant_id=self.participant_id)
            mine = (claim for claim in claims if claim["outcome_id"] == outcome_id and claim["revision"] >= revision)
            return next(mine, None)

        claim = await until(f"a claim for outcome {outcome_id} at revision {revision}", look)
        return await self.get(prime, f"{CLAIMS}/claims/{claim['id']}")

    async def decide(self, who: str, claim_id: str, verb: str, body: Json | None = None) -> Json:
        """Prime or council acts on a claim: `approval`, `return`, `query`, `verification` …"""
        return await self.post(self.seats[who], f"{CLAIMS}/claims/{claim_id}/{verb}", body)


def failing(claim: Json) -> list[Json]:
    """The checks that stand against a claim, or that cannot be told."""
    return [check for check in claim["assessment"]["checks"] if check["verdict"] != "pass"]
