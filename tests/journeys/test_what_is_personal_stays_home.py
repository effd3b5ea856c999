"""After a simulated month, no name, birthday, address or number of a person is anywhere but in the hub's own table.

Each place is searched by the same function that must also find a word known to be there: a search that finds nothing
because it looks at nothing fails. It has a town of its own, because it closes a month.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path as File
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer  # pyright: ignore[reportMissingTypeStubs]

from common.contracts import every_topic
from common.river import WITH_DATABASE
from common.town import Addresses
from common.web.signin import token_for_person
from embedded import town
from programme import load_folder
from simulation.clock import at
from simulation.lives import lives
from simulation.months import Months
from simulation.seats import SeatRefused, Seats, seated
from tests.journeys.collector import Collected, collecting
from tests.journeys.parts import all_is_heard, kbop_is_loaded
from tests.parts.eventually import eventually
from tests.parts.postgres import connect
from tests.parts.shared import ROOT

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("town"), pytest.mark.timeout(600)]

FIRST, LAST = date(2023, 3, 1), date(2023, 3, 31)
MARKED = {
    "given_name": "Peregrina",
    "family_name": "Quillfeather-Made-Up",
    "date_of_birth": "1987-11-23",
    "sex": "female",
    "address": "17 Nowhere Ginnel, Invented Bottoms, HD0 0ZZ",
    "phone": "01632 960 123",
    "email": "peregrina.quillfeather@example.org",
    "national_insurance": "AB123456C",
    "nhs_number": "999 000 0018",
}
"""Invented; the telephone and NHS numbers are of kinds that are never given to anybody."""
IDENTITY = """
select given_name || ' ' || family_name as name, date_of_birth, address, phone, email, national_insurance, nhs_number
from participant
"""
HOME = {"referral_hub": {"participant"}}
"""Where a person's identity lives, and nowhere else."""
TABLES = "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1"


@dataclass(slots=True)
class Searched:
    """How much of one place was looked at, and what was found that must not be there."""

    place: str
    pieces: int = 0
    size: int = 0
    found: list[str] = field(default_factory=list[str])
    known: bool = False

    def look(self, pieces: Iterable[str], needles: Iterable[str], known: str) -> "Searched":
        for piece in pieces:
            self.pieces += 1
            self.size += len(piece)
            self.known = self.known or known in piece
            self.found += [f"{self.place}: {piece[:200]}" for needle in needles if needle.lower() in piece.lower()]
        return self


@dataclass(frozen=True, slots=True)
class Month:
    """A month that was played, and every problem that was answered on the way."""

    needles: frozenset[str]
    problems: list[str]


@pytest.fixture(scope="module")
def collected() -> Generator[Collected]:
    with collecting() as kept:
        yield kept


@pytest.fixture(scope="module")
def addresses(quick_folders: Callable[[], File], collected: Collected) -> Generator[Addresses]:
    with pytest.MonkeyPatch.context() as told:
        told.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collected.url)
        with town.running(quick_folders()) as opened:
            yield opened


@pytest.fixture(scope="module")
async def seats(addresses: Addresses) -> AsyncGenerator[Seats]:
    async with seated(addresses.issuer, addresses.services) as taken:
        await kbop_is_loaded(addresses)
        yield taken


@pytest.fixture(scope="module")
async def month(addresses: Addresses, seats: Seats) -> Month:
    programme = load_folder(ROOT / "programmes" / "kbop")
    await Months(seats, lives(11, 20, FIRST, LAST, programme.referrals), lambda _: None).play(FIRST, 1)
    problems = await provoked(seats)
    await eventually(lambda: all_is_heard(addresses), within=120)
    connection = await connect(database(addresses, "referral_hub"))
    people = [dict(row) for row in await connection.fetch(IDENTITY)]
    await connection.close()
    return Month(frozenset(needles_of(people)), problems)


async def provoked(seats: Seats) -> list[str]:
    """Refer the marked person once rightly, and then wrongly in every way that might answer with what was sent."""
    hub, when = seats["hub-1"], at(LAST)
    good: dict[str, Any] = {
        "source": "self",
        "agency_id": None,
        "person": MARKED,
        "needs": ["homelessness"],
        "consent_to_share": True,
    }
    await hub.post("referral-hub/v1/referrals", when, good)
    wrong: list[dict[str, Any]] = [{"person": MARKED | {name: value + "\x00"}} for name, value in MARKED.items()]
    wrong += [{"person": MARKED | {"unknown": MARKED["address"]}}, {"source": MARKED["family_name"]}]
    wrong += [{"needs": [MARKED["address"]]}, {"agency_id": MARKED["nhs_number"]}]
    said: list[str] = []
    for change in wrong:
        try:
            await hub.post("referral-hub/v1/referrals", when, good | change)
        except SeatRefused as refused:
            said.append(str(refused.problem))
    assert len(said) == len(wrong)
    return said


def needles_of(people: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    yield "Quillfeather"
    yield "AB 12 34 56 C"
    for person in people:
        born: date = person["date_of_birth"]
        yield born.isoformat()
        yield born.strftime("%d/%m/%Y")
        yield from (value for name, value in person.items() if value and name != "date_of_birth")


def database(addresses: Addresses, service: str) -> str:
    return addresses.postgres.replace("/postgres?", f"/{service}?")


async def topics(addresses: Addresses) -> AsyncGenerator[str]:
    consumer: Any = AIOKafkaConsumer(
        *every_topic(),
        bootstrap_servers=addresses.kafka, auto_offset_reset="earliest", enable_auto_commit=False,
    )  # fmt: skip
    await consumer.start()
    try:
        while batch := await consumer.getmany(timeout_ms=3000):
            for record in (one for records in batch.values() for one in records):
                yield f"{record.key!r} {record.headers!r} {record.value!r}"
    finally:
        await consumer.stop()


async def feeds(addresses: Addresses) -> AsyncGenerator[str]:
    headers = {"Authorization": f"Bearer {await token_for_person(addresses.issuer, 'operator')}"}
    async with httpx.AsyncClient(headers=headers, timeout=30) as client:
        for url in (addresses.services[name] for name in WITH_DATABASE):
            after = 0
            while items := (page := (await client.get(f"{url}/v1/events", params={"after": after})).json())["items"]:
                after = page["next_after"]
                for item in items:
                    yield str(item)


async def metrics(addresses: Addresses) -> AsyncGenerator[str]:
    async with httpx.AsyncClient(timeout=30) as client:
        for url in (addresses.services[name] for name in WITH_DATABASE):
            yield (await client.get(f"{url}/metrics")).text


async def rows_away_from_home(addresses: Addresses) -> AsyncGenerator[str]:
    for service in (each.package for each in WITH_DATABASE.values()):
        connection = await connect(database(addresses, service))
        for table in [row[0] for row in await connection.fetch(TABLES)]:
            if table not in HOME.get(service, set()):
                for row in await connection.fetch(f"select t::text from {table} t"):  # noqa: S608 - our own names
                    yield f"{service}.{table}: {row[0]}"
        await connection.close()


def lines_in(logs: File) -> list[str]:
    return [line for log in logs.iterdir() for line in log.read_text(errors="replace").splitlines()]


@pytest.mark.row("S-144")
async def test_nothing_personal_is_anywhere_but_at_home(
    addresses: Addresses, month: Month, collected: Collected
) -> None:
    logs = lines_in(File(addresses.logs))
    await eventually(lambda: asyncio.sleep(0, len(collected.bodies)), within=30)
    places: list[tuple[str, Iterable[str], str]] = [
        ("topics", [one async for one in topics(addresses)], "participant_id"),
        ("feeds", [one async for one in feeds(addresses)], "participant_id"),
        ("logs", logs, "worker.started"),
        ("traces", [body.decode("utf-8", "replace") for body in collected.bodies], "/v1/referrals"),
        ("metrics", [one async for one in metrics(addresses)], "outcomes_unpublished"),
        ("problems", month.problems, "/problems/invalid"),
        ("databases", [one async for one in rows_away_from_home(addresses)], "case_management."),
    ]
    searched = [Searched(place).look(pieces, month.needles, known) for place, pieces, known in places]
    sys.stdout.write(f"{len(month.needles)} words about people searched for\n")
    for each in searched:
        sys.stdout.write(
            f"{each.place:<10} {each.pieces:>7} pieces {each.size:>10} characters {len(each.found)} found\n"
        )

    assert [each.place for each in searched if not each.known] == [], "looked at nothing"
    assert [replace(each, found=each.found[:3]) for each in searched if each.found] == []
