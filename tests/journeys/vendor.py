"""A vendor's system in a sandbox: it signs in as itself, and asks for what vendors may ask for."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

import httpx

from common.town import Addresses
from simulation.outcomes import Paper
from simulation.papers import paper
from simulation.seats import Json
from tests.parts.eventually import eventually
from tests.parts.sandbox import SANDBOX

HUB, CASES, CLAIMS = "referral-hub", "case-management", "claims"
LETTER, PLAN = "landlord-no-eviction", {"goal": "Keep my home", "own_words": "A door I can lock."}


def player_of(addresses: Addresses) -> dict[str, str]:
    """What a player of this town is told."""
    return {
        "ISSUER_URL": addresses.issuer,
        "SERVICES": json.dumps(addresses.services),
        "SANDBOX_PRIME_CLIENT_SECRET": "sandbox-prime-secret",
        "SANDBOX_COUNCIL_CLIENT_SECRET": "sandbox-council-secret",
        "PAUSE_SECONDS": "0.1",
    }


@dataclass(slots=True)
class Vendor:
    """One provider's system. It sends no time: the sandbox has its clock."""

    addresses: Addresses
    client: httpx.AsyncClient
    provider: str
    day: str = "2019-09-03"
    run: str = field(default_factory=lambda: uuid4().hex)
    """Whatever this one sends is its own: another of the same provider asks anew."""

    async def ask(self, method: str, service: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        name = f"provider-system.{self.provider}"
        form = {"grant_type": "client_credentials"}
        where = f"{self.addresses.issuer}/token"
        signed_in = await self.client.post(where, data=form, auth=(f"{name}@{SANDBOX}", f"{name}-secret"))
        key = (
            {}
            if method == "GET"
            else {"Idempotency-Key": str(uuid5(NAMESPACE_URL, f"{self.run} {path} {body} {more}"))}
        )
        headers = {"Authorization": f"Bearer {signed_in.json()['access_token']}"} | key
        url = f"{self.addresses.services[service]}/v1/{path}"
        return await self.client.request(method, url, json=body, headers=headers, **more)

    async def done(self, method: str, service: str, path: str, body: Any = None, **more: Any) -> Any:
        answer = await self.ask(method, service, path, body, **more)
        assert answer.is_success, f"{method} {service}/{path}: {answer.text}"
        return answer.json()

    async def items(self, service: str, path: str) -> list[Json]:
        return (await self.done("GET", service, path))["items"]

    async def set_clock(self, to: str) -> None:
        for service in (HUB, CASES, CLAIMS):
            await self.done("PUT", service, "sandbox/clock", {"now": to})

    async def reset(self) -> list[Json]:
        self.run = uuid4().hex
        return [await self.done("POST", service, "sandbox/reset") for service in (HUB, CASES, CLAIMS)]

    async def group(self, participants: int = 1, answer: str = "verify", own_id: str | None = None) -> str:
        body = {"participants": participants, "answer": answer} | ({"id": own_id} if own_id else {})
        return (await self.done("POST", HUB, "sandbox/groups", body))["id"]

    async def subscribe(self, service: str, url: str) -> Json:
        """A webhook of its own, with its secret."""
        return await self.done("POST", service, "webhooks", {"url": url})

    async def placed_of(self, group: str) -> list[Json]:
        return await self.items(HUB, f"sandbox/members?state=placed&limit=200&group_id={group}")

    async def case_of(self, participant: str) -> str:
        """The case of a made-up participant, started, with a plan."""

        async def look() -> str | None:
            cases = await self.items(CASES, f"cases?participant_id={participant}")
            return cases[0]["id"] if cases else None

        case = await eventually(look)
        await self.done("POST", CASES, f"cases/{case}/start", {"started_on": self.day})
        plan = {"kind": "support", "agreed_on": self.day, "goals": [PLAN]}
        await self.done("POST", CASES, f"cases/{case}/plans", plan)
        return case

    async def letter(self, case: str, item: Paper) -> str:
        content = paper(item.kind, f"Copy {item.copy} for {case}", item.dated_on)
        sent = {"files": {"file": ("letter.pdf", content, "application/pdf")}}
        form = {"kind": item.kind, "dated_on": item.dated_on.isoformat()}
        return (await self.done("POST", CASES, f"cases/{case}/documents", data=form, **sent))["id"]

    async def claim_of(self, participant: str) -> Json | None:
        claims = await self.items(CLAIMS, f"claims?participant_id={participant}")
        return claims[0] if claims else None
