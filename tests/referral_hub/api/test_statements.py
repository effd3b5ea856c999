"""How many statements a request takes, and that what is read after a lock is as new as the lock (ADR 0033)."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

from common.database import Viewpoint, look_from
from common.transaction import Actor, Transaction, save
from referral_hub.operations.allocation.allocate_participant import allocate_participant
from referral_hub.operations.referrals.receive_information import receive_information
from tests.parts.api import SIMULATED_AT
from tests.parts.eventually import eventually
from tests.parts.postgres import Databases
from tests.parts.statements import statements
from tests.referral_hub.town import (
    HUB,
    KNH,
    Hub,
    a_person,
    a_referral,
    an_assessment,
    hub_with,
    of_provider,
    with_capacity,
)

MOST = 5
KNOWN_BEFORE = 8
"""Somebody known is held after their open referrals, and what these are is read once both are held."""
QUESTION = {"question_code": "risk", "note": "Is it safe to visit?"}


async def counted(answer: Awaitable[httpx.Response]) -> tuple[dict[str, Any], int]:
    with statements() as sent:
        done = Hub.done(await answer)
    return done, len(sent)


async def test_what_is_done_most_takes_few_round_trips(hub: Hub) -> None:
    """Opened, held, read and saved; who may place or answer is asked besides, and a placement holds the providers."""
    counts = dict[str, int]()
    person = a_person()

    async def post(name: str, path: str, who: str, body: Any = None) -> dict[str, Any]:
        done, counts[name] = await counted(hub.door.post(f"/v1/{path}", who, body))
        return done

    await hub.referred(KNH, agency_id=None)  # whether the programme is a sandbox is asked now and then
    own = await post("refer", "referrals", KNH, a_referral(agency_id=None))
    referral = await post("refer, for the hub", "referrals", HUB, a_referral(person=person, domestic_abuse_risk=True))
    path, own_path = f"referrals/{referral['id']}", f"referrals/{own['id']}"
    await post("ask", f"{own_path}/information-requests", HUB, QUESTION)
    await post("answer", f"{own_path}/information", KNH, {"answer": "It is."})
    facts = {"reason": "Misheard.", "facts": {"needs": ["homelessness", "mental-health"]}}
    await post("correct", f"{own_path}/corrections", HUB, facts)
    await post("decline", f"{own_path}/decline", HUB, {"reason": "out-of-area"})
    Hub.done(await hub.door.post(f"/v1/{own_path}/reopening", HUB, {"reason": "They live here."}))
    await post("help once", f"{own_path}/triage-support", HUB)
    await post("triage", f"{path}/triage", HUB, an_assessment())
    placed = await post("allocate", f"{path}/allocation", HUB)
    provider = of_provider(placed["provider_id"], "provider-manager")
    await post("hand back", f"allocations/{placed['id']}/decline", provider, {"reason": "no-capacity"})
    again = a_referral(person=person | {"phone": "07700 900123"})
    _, known_before = await counted(hub.door.post("/v1/referrals", HUB, again))

    assert {name: count for name, count in counts.items() if count > MOST} == {}
    assert known_before <= KNOWN_BEFORE


async def test_a_placement_reads_how_full_providers_are_once_they_are_held(databases: Databases) -> None:
    """Beside the lock, or before it, the place that was taken meanwhile would be free."""
    async with hub_with(databases, with_capacity(horton=2)) as hub:
        first, second = await hub.triaged(), await hub.triaged()
        async with _held_open(hub, "hub", "kbop-prime", "prime") as tx:
            await allocate_participant(tx, UUID(first["id"]), None, None)
            waiting = await _waiting(hub, hub.door.post(f"/v1/referrals/{second['id']}/allocation", HUB, {}))
        refused = await waiting

        assert refused.status_code == 409


async def test_an_answer_reads_what_is_asked_once_the_referral_is_held(hub: Hub) -> None:
    """Else the question that was answered meanwhile would be answered again."""
    referral = await hub.referred(KNH, agency_id=None)
    path = f"/v1/referrals/{referral['id']}"
    for code in ("risk", "address"):
        Hub.done(await hub.door.post(f"{path}/information-requests", HUB, QUESTION | {"question_code": code}))
    [question, _] = (await hub.read(path))["information_requests"]
    async with _held_open(hub, "referrer", "kirklees-neighbourhood-housing", "agency") as tx:
        await receive_information(tx, UUID(referral["id"]), "It is.", UUID(question["id"]))
        body = {"answer": "It is not.", "question_id": question["id"]}
        waiting = await _waiting(hub, hub.door.post(f"{path}/information", KNH, body))
    refused = await waiting

    assert refused.status_code == 404
    assert (await hub.read(path))["information_requests"][0]["answer"] == "It is."


@asynccontextmanager
async def _held_open(hub: Hub, role: str, organisation: str, kind: str) -> AsyncGenerator[Transaction]:
    """A transaction of somebody's that ends only once the test has gone on."""
    viewpoint = Viewpoint.AGENCY if kind == "agency" else Viewpoint.PARTNERSHIP
    async with hub.door.app.state.sessions.begin() as session:
        await look_from(session, "referral_hub", viewpoint, "kbop", organisation)
        actor = Actor("somebody", organisation, kind, frozenset({role}))
        tx = Transaction(session, actor, "kbop", SIMULATED_AT, "test")
        yield tx
        await save(tx)


async def _waiting(hub: Hub, answer: Awaitable[httpx.Response]) -> asyncio.Future[httpx.Response]:
    """A request that has come so far that it waits for a lock."""
    request = asyncio.ensure_future(answer)
    async with hub.door.worker() as session:
        await eventually(lambda: session.scalar(text("select 1 from pg_locks where not granted limit 1")))
    return request
