"""A vendor tries its system in the sandbox: everybody else is played, and each answer runs its course to the end."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import date

import httpx
import pytest
from outcomes_client import verify

from common.town import Addresses
from simulation.outcomes import Paper
from simulation.sandbox.player import Player, seated_player
from simulation.sandbox.settings import PlayerSettings
from simulation.seats import Json, seated
from tests.common.webhooks.parts import Received, receiving
from tests.journeys.parts import all_is_heard, is_loaded
from tests.journeys.vendor import CASES, CLAIMS, HUB, LETTER, Vendor, player_of
from tests.parts.eventually import Found, eventually
from tests.parts.sandbox import SANDBOX
from tests.parts.shared import ROOT

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("town"), pytest.mark.timeout(300)]

DAY = date(2019, 9, 3)
MORNING = "2019-09-03T08:00:00Z"


@pytest.fixture
async def player(addresses: Addresses, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Player]:
    await is_loaded(addresses, ROOT / "programmes" / SANDBOX)
    for name, value in player_of(addresses).items():
        monkeypatch.setenv(name, value)
    async with seated_player(PlayerSettings()) as seat:  # pyright: ignore[reportCallIssue] - from the environment
        yield seat


@asynccontextmanager
async def at(provider: str, addresses: Addresses) -> AsyncGenerator[Vendor]:
    async with httpx.AsyncClient(timeout=60) as client:
        yield Vendor(addresses, client, provider)


@pytest.fixture
async def horton(addresses: Addresses, player: Player) -> AsyncGenerator[Vendor]:
    """A vendor that begins again, on a day of September."""
    async with at("horton", addresses) as vendor:
        await vendor.reset()
        await vendor.set_clock(MORNING)
        yield vendor


async def played(player: Player, look: Callable[[], Awaitable[Found | None]]) -> Found:
    """What is there once the sandbox has played so far."""

    async def turn() -> Found | None:
        await player.take_turn()
        return await look()

    return await eventually(turn)


async def somebody(vendor: Vendor, player: Player, answer: str) -> str:
    """A made-up participant for whom the council answers so."""
    group = await vendor.group(answer=answer)

    async def look() -> list[Json]:
        return await vendor.placed_of(group)

    [member] = await played(player, look)
    return member["participant_id"]


async def claimed(vendor: Vendor, participant: str) -> Json:
    """An outcome of theirs, with the letter that shows it."""
    case = await vendor.case_of(participant)
    document = await vendor.letter(case, Paper(LETTER, DAY))
    outcome = {"outcome": "ACC_PREV", "achieved_on": DAY.isoformat(), "facts": {"ground": "eviction-threat"}}
    return await vendor.done("POST", CASES, f"cases/{case}/outcomes", outcome | {"evidence": [document]}) | {
        "case_id": case
    }


async def until(player: Player, vendor: Vendor, participant: str, **facts: object) -> Json:
    """The claim, once it is so."""

    async def look() -> Json | None:
        claim = await vendor.claim_of(participant)
        return claim if claim and all(claim[name] == value for name, value in facts.items()) else None

    return await played(player, look)


async def is_told(vendor: Vendor, participant: str, *types: str) -> None:
    """Of these, in this order, the vendor is told about a participant; its webhooks are told by the same rule."""

    async def look() -> bool:
        feed = await vendor.items(CLAIMS, "events?limit=1000")
        about = [one for one in feed if one["subject"] == f"participant/{participant}"]
        told = [one["type"] for one in about if one["topic"] == CLAIMS]
        return [one for one in told if one in types] == [*types]

    await eventually(look)


async def test_somebody_is_made_up_placed_and_their_claim_verified(horton: Vendor, player: Player) -> None:
    participant = await somebody(horton, player, "verify")
    await claimed(horton, participant)
    claim = await until(player, horton, participant, state="verified")

    assert (claim["approved_on"], claim["verified_on"]) == ("2019-09-03", "2019-09-03")
    await is_told(horton, participant, "ClaimRaised", "ClaimSubmitted", "ClaimVerified")


async def test_a_query_is_answered_with_a_better_copy_and_then_verified(horton: Vendor, player: Player) -> None:
    participant = await somebody(horton, player, "query")
    outcome = await claimed(horton, participant)
    queried = await until(player, horton, participant, state="queried")
    better = await horton.letter(outcome["case_id"], Paper(LETTER, DAY, copy=2))
    await horton.done("POST", CASES, f"outcomes/{outcome['id']}/revisions", {"evidence": [better]})
    verified = await until(player, horton, participant, state="verified")

    assert queried["number"] == verified["number"]
    await is_told(horton, participant, "ClaimSubmitted", "ClaimQueried", "ClaimSubmitted", "ClaimVerified")


async def test_a_refusal_stays(horton: Vendor, player: Player) -> None:
    participant = await somebody(horton, player, "refuse")
    await claimed(horton, participant)
    await until(player, horton, participant, state="refused")
    await player.take_turn()

    claim = await horton.claim_of(participant)
    assert claim is not None
    assert claim["state"] == "refused"
    await is_told(horton, participant, "ClaimSubmitted", "ClaimRefused")


async def test_a_slow_council_decides_once_the_vendors_clock_has_gone_on(horton: Vendor, player: Player) -> None:
    participant = await somebody(horton, player, "slow")
    await claimed(horton, participant)
    await until(player, horton, participant, state="submitted")
    await player.take_turn()
    waiting = await horton.claim_of(participant)
    await horton.set_clock("2019-09-17T08:00:00Z")
    verified = await until(player, horton, participant, state="verified")

    assert waiting is not None
    assert waiting["state"] == "submitted"
    assert verified["verified_on"] == "2019-09-17"


async def test_what_was_verified_is_taken_back(horton: Vendor, player: Player) -> None:
    participant = await somebody(horton, player, "take-back")
    await claimed(horton, participant)
    claim = await until(player, horton, participant, taken_back_on="2019-09-03")

    assert claim["state"] == "verified"
    await is_told(horton, participant, "ClaimVerified", "ClaimChallenged", "ClaimAdjusted")


async def test_past_what_one_participant_may_cost_an_outcome_is_verified_and_not_paid(
    horton: Vendor, player: Player, addresses: Addresses
) -> None:
    participant = await somebody(horton, player, "verify")
    case = (await claimed(horton, participant))["case_id"]
    await until(player, horton, participant, state="verified")
    note = await horton.done(
        "POST", CASES, f"cases/{case}/notes", {"text": "We made a budget.", "channel": "in-person"}
    )
    budget = await horton.letter(case, Paper("budget-plan", DAY))
    second = {"outcome": "FIN_RES", "achieved_on": DAY.isoformat(), "facts": {"route": "budget"}}
    await horton.done("POST", CASES, f"cases/{case}/outcomes", second | {"evidence": [note["id"], budget]})

    async def both() -> Json | None:
        claims = await horton.items(CLAIMS, f"claims?participant_id={participant}&state=verified")
        return next((one for one in claims if one["outcome"] == "FIN_RES"), None)

    claim = await played(player, both)
    async with seated(addresses.issuer, addresses.services, SANDBOX) as seats:
        worth = await seats["council-finance"].get(f"claims/v1/claims/{claim['id']}/value", None)
    assert (worth["payable_pence"], worth["above_cap_pence"]) == (25_000, 25_000)


async def test_a_reset_closes_what_is_open_and_withdraws_what_is_undecided(horton: Vendor, player: Player) -> None:
    participant = await somebody(horton, player, "query")
    case = (await claimed(horton, participant))["case_id"]
    await until(player, horton, participant, state="queried")
    receipts = await horton.reset()
    await until(player, horton, participant, state="withdrawn")

    async def closed() -> bool:
        return (await horton.done("GET", CASES, f"cases/{case}"))["state"] == "closed"

    assert await played(player, closed)
    assert [one["now"] for one in receipts] == ["2019-09-01T08:00:00Z"] * 3
    assert receipts[1]["ending"] >= 1


async def test_no_vendor_sees_another_vendors_people(horton: Vendor, player: Player, addresses: Addresses) -> None:
    participant = await somebody(horton, player, "verify")
    async with at("fusion-housing", addresses) as other:
        assert participant not in json.dumps(await other.items(HUB, "sandbox/members?limit=200"))
        assert await other.items(CASES, f"cases?participant_id={participant}") == []


async def test_a_subscriber_is_told_of_its_made_up_people_alone_and_told_again(
    horton: Vendor, player: Player, addresses: Addresses
) -> None:
    async with receiving() as receiver, at("fusion-housing", addresses) as other:
        webhooks = {service: await horton.subscribe(service, receiver.url) for service in (HUB, CLAIMS)}
        participant = await somebody(horton, player, "verify")
        await claimed(horton, participant)
        await until(player, horton, participant, state="verified")
        stranger = await somebody(other, player, "verify")

        async def told() -> list[Json] | None:
            messages = [genuine(each, webhooks) for each in receiver.received]
            mine = [each for each in messages if each["subject"] == f"participant/{participant}"]
            types = {each["type"] for each in mine}
            return mine if {"ParticipantAllocated", "ClaimSubmitted", "ClaimVerified"} <= types else None

        messages = await eventually(told)
        where = f"webhooks/{webhooks[CLAIMS]['id']}"
        deliveries = {each["type"]: each for each in await horton.items(CLAIMS, f"{where}/deliveries?limit=200")
                      if each["subject"] == f"participant/{participant}"}  # fmt: skip
        verification = deliveries["ClaimVerified"]
        span = {"since": deliveries["ClaimSubmitted"]["announced_at"], "until": verification["announced_at"]}
        before = len(receiver.received)
        receipt = await horton.done("POST", CLAIMS, f"{where}/redelivery", span)
        await receiver.has(before + receipt["messages"])
        again = [genuine(each, webhooks) for each in receiver.received[before:]]
        for service, webhook in webhooks.items():
            await horton.done("POST", service, f"webhooks/{webhook['id']}/ending")

    told_of = {each["type"]: each for each in messages}
    assert told_of["ParticipantAllocated"]["data"]["provider_id"] == "horton"
    assert told_of["ClaimVerified"]["timestamp"].startswith("2019-09-03")
    assert {each["programme_id"] for each in messages} == {SANDBOX}
    assert [each["id"] for each in again if each in messages] == [deliveries["ClaimSubmitted"]["id"]]
    assert verification["id"] not in {each["id"] for each in again}, "it was announced as the span ended"
    assert stranger not in b"".join(each.body for each in receiver.received).decode()


def genuine(message: Received, webhooks: Mapping[str, Json]) -> Json:
    """What a message says, signed by the service that sent it.

    Raises:
        NotGenuine: it is not.
    """
    return verify(message.body, message.headers, [webhook["secret"] for webhook in webhooks.values()])


async def test_a_player_killed_half_way_goes_on_and_does_nothing_twice(
    horton: Vendor, player: Player, addresses: Addresses
) -> None:
    group = await horton.group(participants=12)
    half_way = await _killed_once_somebody_is_placed(horton, group, addresses)

    async def all_placed() -> list[Json] | None:
        members = await horton.placed_of(group)
        return members if len(members) == 12 else None

    members = await played(player, all_placed)
    async with seated(addresses.issuer, addresses.services, SANDBOX) as seats:
        referrals = await seats["hub-1"].page("referral-hub/v1/referrals", None, provider="horton", state="allocated")
    of_group = [one for one in referrals if one["participant_id"] in {each["participant_id"] for each in members}]
    assert 1 <= half_way < 12
    assert len({one["participant_id"] for one in members}) == len(of_group) == 12
    tallies = await eventually(lambda: all_is_heard(addresses, SANDBOX))
    assert all(tally.missing == tally.forked == 0 for tally in tallies.values())


async def _killed_once_somebody_is_placed(vendor: Vendor, group: str, addresses: Addresses) -> int:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulation.sandbox"), env=os.environ | player_of(addresses)
    )

    async def some() -> int:
        return len(await vendor.placed_of(group))

    try:
        await eventually(some)
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()
    return await some()
