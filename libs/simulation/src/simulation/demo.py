"""`make demo`: the town opens, three people walk through it, months pass, and everything stays open to be looked at.

`python -m simulation.demo --data .outcomes --participants 50 --seed 7`; `--up` opens the town without the walk,
`--exit` ends it afterwards. `PARTICIPANTS=50` and `DEMO_EXIT=1` say the same.
"""

import argparse
import asyncio
import json
import os
import shlex
import signal
import sys
import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from operator import itemgetter
from pathlib import Path

import httpx
from rich.console import Console
from rich.padding import Padding
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from common.clock import machine_now
from common.river import WITH_DATABASE
from common.town import DATA, PORT, Addresses
from common.web.signin import SignInRefused, token_for_person
from console.delivery import gone_effects, reconcile_every_edge
from console.doors import Doors, RequestRefused, opened
from console.loading import load
from console.simulating import simulate
from embedded import town
from embedded.bound import start
from embedded.people import Party, people, systems
from programme import Programme, ProgrammeUnreadable, load_folder
from rulebook.calendar import months_after

from .clock import at, month_of
from .journal import Journal
from .kept import MONTHS, Demo, PathRecord, StepRecord
from .lives import lives
from .months import DoesNotAddUp, Months
from .path import CASES, CLAIMS
from .path import Path as Walk
from .published import beside, by_year, figures
from .scaled import scaled
from .seats import Json, SeatRefused, Seats, seated
from .signing import accept_as_both
from .subscriber import receiving, subscribe, told_of_everything
from .tables import (
    Reconciled,
    adds_up,
    came_back_table,
    cap_table,
    claims_table,
    months_table,
    outcomes_table,
    path_table,
    pounds,
    published_table,
    queries_table,
    reconcile_table,
    statement_table,
    statements_table,
    tracker_table,
)
from .waiting import BEHIND_SECONDS, NeverCame, until
from .walk import MONTH as WALKED
from .walk import tracker, walk

FIRST_MONTH = date(2019, 9, 1)
SANDBOX = Path("programmes/kbop-sandbox")
WIDTH_WITHOUT_TERMINAL = 130
CAME_BACK = 8
"""Claims shown with why they came back."""


class DemoFailed(Exception):
    """What the demo must show is not so; the sentence says what."""


ENDS = (
    DemoFailed,
    DoesNotAddUp,
    town.TownFailed,
    NeverCame,
    SeatRefused,
    RequestRefused,
    SignInRefused,
    ProgrammeUnreadable,
)
"""What ends the demo with a sentence."""


def main() -> None:
    """The command line."""
    options = _arguments()
    town.end_when_told()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL)
    try:
        programme = load_folder(options.programme)
        demo = None if options.up else _begun(options)
        with town.running(options.data, options.port, simulation=True) as addresses, ExitStack() as beside:
            asyncio.run(_show(console, options, demo, programme, addresses, beside))
            if not options.exit:
                with _sandbox_played(console, options.data, addresses):
                    signal.pause()
    except KeyboardInterrupt:
        console.print("Ended. Everything is kept: start again and it is there.")
    except ENDS as why:
        sys.exit(f"The demo ended: {why}")
    except httpx.TransportError as why:
        sys.exit(f"The demo ended: a service did not answer ({why!r}); see the logs in {options.data / 'logs'}.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The partnership on one machine, with people walking through it.")
    parser.add_argument("--data", type=Path, default=DATA, help="where everything is kept")
    parser.add_argument("--port", type=int, default=PORT, help="the issuer's port; services follow; 0 for any free")
    parser.add_argument("--participants", type=_count, default=os.environ.get("PARTICIPANTS"), help="200 unless given")
    parser.add_argument("--months", type=_count, help="from September 2019; 55 unless given")
    parser.add_argument("--seed", type=int, help="the same seed, the same people; 7 unless given")
    parser.add_argument("--programme", type=Path, default=Path("programmes/kbop"))
    parser.add_argument("--up", action="store_true", help="open the town, walk nobody")
    parser.add_argument(
        "--exit", action="store_true", default=os.environ.get("DEMO_EXIT") == "1", help="end afterwards"
    )
    return parser.parse_args()


def _count(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text):
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no count: give a whole number from 1 on.")


async def _show(
    console: Console,
    options: argparse.Namespace,
    demo: Demo | None,
    programme: Programme,
    addresses: Addresses,
    beside: ExitStack,
) -> None:
    """Load the programme, walk unless it was walked before, and show what there is."""
    start = time.monotonic()
    data: Path = options.data
    if current := demo or Demo.begun_in(data):
        programme = scaled(programme, current.participants)
    journal = Journal(Demo.journal_in(data)) if demo else None
    async with (
        seated(addresses.issuer, addresses.services, journal=journal) as seats,
        opened(addresses.services, partial(token_for_person, addresses.issuer, "operator")) as doors,
    ):
        async for answer in load(doors, programme):
            console.print(f"[dim]{answer.service} has its part of {programme.programme_id}[/dim]")
        if versions := await accept_as_both(addresses.issuer, addresses.services):
            console.print(f"[dim]prime and council accept the rate cards {', '.join(sorted(versions))}[/dim]")
        if demo is not None:
            council = seats["council-system"]
            if demo.council is not None or not demo.place(data).exists():
                beside.enter_context(receiving(*await subscribe(demo, data, council), data))
            await _walk_once(console, data, demo, programme, seats)
            tallies = await _settled(doors)
            await _tables(console, demo, seats, programme)
            await _replay(console, addresses)
            if demo.council is not None:
                payments = await told_of_everything(data, council)
                console.print(
                    f"The council's system was told of {payments.messages:,} payments over HTTP, each signed:"
                    f" {pounds(payments.pence)}. Of those in the feed none is missing."
                )
            console.print(reconcile_table(tallies))
            console.print(f"{seats.desk.asked:,} requests, {time.monotonic() - start:.0f} s after the town had opened.")
            if not all(tally.sound for tally in tallies.values()):
                raise DemoFailed("events are missing or forked: see the table above.")
            if (effects := await gone_effects(doors)).gone:
                raise DemoFailed(f"of {len(effects.gone)} events what they did is gone: `outcomes reconcile --deep`.")
        case = await _open_case(seats, demo.looked_at) if demo and not options.exit else None
    if not options.exit:
        _invite(console, addresses)
        _invite_to_ask(console, addresses, options.data, programme, case)


def _begun(options: argparse.Namespace) -> Demo:
    """The demo of this folder, which is the one asked for, or a new one.

    Raises:
        DemoFailed: another was begun here.
    """
    values = {name: getattr(options, name) for name in ("seed", "participants", "months")}
    choices = {name: value for name, value in values.items() if value is not None}
    demo = Demo.begun_in(options.data) or Demo(**choices)
    for name, value in choices.items():
        if getattr(demo, name) != value:
            why = f"{options.data} keeps a demo with {name} {getattr(demo, name)}, not {value}"
            raise DemoFailed(f"{why}: choose another folder (`make demo DATA=…`), or remove this one.")
    return demo


async def _walk_once(console: Console, data: Path, demo: Demo, programme: Programme, seats: Seats) -> None:
    """Walk and simulate, unless it was done in this folder; go on with what was interrupted."""
    whose = f"{demo.participants} participants, seed {demo.seed}"
    if demo.finished:
        console.print(
            f"[bold]Walked before in this folder ({whose}): nothing is sent again, this is what is there.[/bold]"
        )
        return
    if demo.paths or demo.before:
        console.print(f"[bold]Going on with a demo that was interrupted ({whose}).[/bold]")
    demo.before = demo.before or await tracker(seats)
    demo.keep(data)
    with _progress(console) as progress:
        task = progress.add_task("", seats=seats)

        def say(line: str) -> None:
            progress.update(task, description=line)
            console.print(line)

        if not demo.paths:
            demo.paths = [_told(path) for path in await walk(seats, say)]
            demo.keep(data)
        last_day = months_after(FIRST_MONTH, demo.months - 1) - timedelta(days=1)
        people = lives(demo.seed, demo.participants, FIRST_MONTH, last_day, programme.referrals)
        say(f"{len(people)} simulated lives, {month_of(FIRST_MONTH)} to {month_of(demo.last_day)}")
        await Months(seats, people, say).play(FIRST_MONTH, demo.months)
    demo.finished = True
    demo.keep(data)


@contextmanager
def _sandbox_played(console: Console, data: Path, addresses: Addresses) -> Generator[None]:
    """Open the sandbox beside the programme, and play it for as long as the town stays open."""
    programme = load_folder(SANDBOX)
    asyncio.run(_sandbox_loaded(addresses, programme))
    secrets = {
        f"{name.upper().replace('-', '_')}_CLIENT_SECRET": system.secret
        for name, system in systems().items()
        if system.plays
    }
    places = {"ISSUER_URL": addresses.issuer, "SERVICES": json.dumps(addresses.services)}
    with (data / "logs" / "sandbox.log").open("ab") as log:
        command = [sys.executable, "-m", "simulation.sandbox"]
        with start(command, output=log.fileno(), environment=os.environ | secrets | places) as player:
            name = programme.programme_id
            console.print(f"[bold]The sandbox[/bold] {name} is open, and played: docs/integrators/sandbox.md")
            try:
                yield
            finally:
                player.terminate()


async def _sandbox_loaded(addresses: Addresses, programme: Programme) -> None:
    operator = partial(token_for_person, addresses.issuer, f"operator@{programme.programme_id}")
    async with opened(addresses.services, operator) as doors:
        async for _ in load(doors, programme):
            """Each service has its part."""
    await accept_as_both(addresses.issuer, addresses.services, programme.programme_id)


@contextmanager
def _progress(console: Console) -> Generator[Progress]:
    """A line that moves on a terminal, and nothing elsewhere: there, each step has its own line."""
    requests = TextColumn("[dim]{task.fields[seats].desk.asked:,} requests[/dim]")
    columns = (SpinnerColumn(), TextColumn("{task.description}"), requests, TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield progress


def _told(path: Walk) -> PathRecord:
    steps = [StepRecord(on=step.on, who=step.who, what=step.what, mark=step.mark) for step in path.steps]
    return PathRecord(title=path.title, name=path.person.name, provider_id=path.provider_id, steps=steps)


async def _settled(doors: Doors) -> Reconciled:
    """The comparison of every edge, once nothing is on its way any more."""

    async def look() -> Reconciled | None:
        tallies = await reconcile_every_edge(doors, machine_now())
        return None if any(tally.in_flight or tally.waiting for tally in tallies.values()) else tallies

    return await until("every event to be heard", look, BEHIND_SECONDS)


async def _tables(console: Console, demo: Demo, seats: Seats, programme: Programme) -> None:
    """The paths, the money, the tracker: read now, through the APIs."""
    for path in demo.paths:
        console.print(path_table(path))
    claims = await _claims(console, seats, demo.looked_at)
    await _statements(console, seats, demo.looked_at, programme)
    console.print(tracker_table(await tracker(seats), demo.before))
    console.print(tracker_table(await tracker(seats, month_of(demo.last_day))))
    for provider in programme.provider_list:
        console.print(tracker_table(await tracker(seats, month_of(demo.last_day), provider.provider_id)))
    titles = {rate.code: rate.title for card in programme.rate_cards for rate in card.rates}
    console.print(outcomes_table(claims, titles))
    console.print(months_table(await seats["council-oversight"].get("reporting/v1/programme/summary", demo.looked_at)))
    readings = await figures(seats, demo.participants, demo.looked_at)
    console.print(came_back_table(readings["years"]))
    if demo.months == MONTHS:
        console.print(published_table(beside(readings, programme), demo.participants))


async def _claims(console: Console, seats: Seats, now: datetime) -> list[Json]:
    """All claims; why some came back, and how many stand where, is shown."""
    prime = seats["prime-manager"]
    claims = await prime.page(f"{CLAIMS}/claims", now)
    came_back = sorted((claim for claim in claims if claim["revision"] > 1), key=_as_achieved)
    examples = [await prime.get(f"{CLAIMS}/claims/{claim['id']}", now) for claim in came_back[:CAME_BACK]]
    console.print(queries_table(examples, len(came_back) - len(examples)))
    console.print(claims_table(claims))
    return claims


def _as_achieved(claim: Json) -> tuple[str, str, str]:
    """An order that is the same for the same seed; numbers follow the order in which claims hears."""
    return claim["achieved_on"], claim["outcome"], claim["provider_id"]


async def _statements(console: Console, seats: Seats, now: datetime, programme: Programme) -> None:
    """The walk's statement line by line, then all of them, and whether every one adds up."""
    finance, sound = seats["prime-finance"], True
    statements = sorted(await finance.page(f"{CLAIMS}/statements", now), key=lambda one: one["month"])
    for statement in statements:
        lines = await finance.page(f"{CLAIMS}/statements/{statement['id']}/lines", now)
        sound = sound and adds_up(statement, lines)
        if statement["month"] == WALKED:
            console.print(statement_table(statement, lines))
    console.print(statements_table(statements, sound))
    position = await finance.get(f"{CLAIMS}/programme/position", now)
    ours = programme.money.cap_illustrative
    console.print(cap_table(by_year(statements), position["cap_pence"] or 0, illustrative=ours))
    if not sound:
        raise DemoFailed("the lines of a statement do not add up to it.")


async def _replay(console: Console, addresses: Addresses) -> None:
    """Every claim, judged and valued again under the version it keeps, comes out as it is."""
    async with opened(addresses.services, partial(token_for_person, addresses.issuer, "prime-manager")) as doors:
        replay = await simulate(doors)
    otherwise = len(replay.claims)
    console.print(f"{replay.replayed:,} claims replayed under the versions they keep; {otherwise} come out otherwise.")
    if replay.claims:
        raise DemoFailed("history does not reproduce itself: `outcomes rate-card simulate` names the claims.")


async def _open_case(seats: Seats, now: datetime) -> Json | None:
    """A case under way that all of its provider's caseworkers may read: the last that began, if there is one."""
    cases = await seats["prime-manager"].page(f"{CASES}/cases", now, state="started")
    return max((case for case in cases if not case["restricted"]), key=itemgetter("started_on", "id"), default=None)


def _invite(console: Console, addresses: Addresses) -> None:
    """Where everything is, and who can sign in."""
    console.print("\n[bold]The town is open, with its programme loaded; Ctrl-C ends it, and everything is kept.[/bold]")
    for service, address in addresses.services.items():
        what = (
            f"its API: {address}/docs" if service in WITH_DATABASE else "pages for a browser: sign in as anybody below"
        )
        console.print(f"  {service:<16} {address}   {what}")
    console.print(f"  {'issuer':<16} {addresses.issuer}   development only")
    console.print(f"  {'logs':<16} {addresses.logs}\n", soft_wrap=True)
    console.print("[bold]People[/bold] sign in by name, without a password, in development only:")
    console.print(Padding(_seats_in(people()), (0, 0, 0, 2)))
    asking = {name: party for name, party in systems().items() if "service" not in party.roles}
    console.print("[bold]Systems[/bold] by id, and the id followed by -secret:")
    console.print(Padding(_seats_in(asking), (0, 0, 0, 2)))


def _invite_to_ask(console: Console, addresses: Addresses, data: Path, programme: Programme, case: Json | None) -> None:
    """Lines to paste: a case that is open, other lists, and what else there is to know."""

    def tell(lines: Iterable[str]) -> None:
        for line in lines:
            console.print(f"  {line}", markup=False, soft_wrap=True)

    sign_in = f".venv/bin/outcomes --town {shlex.quote(str(data))} sign-in"
    if case is not None:
        whose = f"{case['provider_id']}'s, {case['specialism']}, started on {case['started_on']}"
        console.print(f"\n[bold]A case that is open[/bold], {case['id']}: {whose}. Read it, and add a note:")
        tell(_lines_about(case, f"{addresses.services['case-management']}/v1/cases/{case['id']}", sign_in))
    console.print("\n[bold]Ask for yourself[/bold]")
    tell(_lists(addresses, sign_in))
    console.print(
        f"\n{programme.about.name} runs from {programme.about.starts_on} to {programme.about.ends_on}, and without"
        " `Simulated-Now` a request is of today: send one from within, with a token of `sign-in --simulate`."
    )


def _seats_in(parties: Mapping[str, Party]) -> str:
    """Every seat; those that many organisations have, once, with how many and one of them."""
    kinds: dict[str, list[str]] = {}
    for name in parties:
        kinds.setdefault(name.partition(".")[0], []).append(name)
    return ", ".join(names[0] if len(names) == 1 else f"{names[0]} (one of {len(names)})" for names in kinds.values())


def _lines_about(case: Json, url: str, sign_in: str) -> Iterator[str]:
    person = f"caseworker.{case['provider_id']}"
    yield _curl(f"{sign_in} {person}", url)
    then = at(date.fromisoformat(case["started_on"]) + timedelta(days=1)).isoformat()
    headers = f"-H 'Simulated-Now: {then}' -H \"Idempotency-Key: $(date +%s)\" -H 'Content-Type: application/json'"
    note = """-d '{"text": "We met for tea.", "channel": "in-person"}'"""
    yield _curl(f"{sign_in} --simulate {person}", f"{url}/notes", f"{headers} {note} ")


def _lists(addresses: Addresses, sign_in: str) -> Iterator[str]:
    for person, service, path in (
        ("hub-1", "referral-hub", "/v1/waiting-list"),
        ("caseworker.pdap", "case-management", "/v1/cases"),
        ("council-verifier-1", "claims", "/v1/claims?state=submitted"),
        ("prime-finance", "claims", "/v1/statements"),
        ("council-oversight", "reporting", f"/v1/kpi-tracker?month={WALKED}"),
    ):
        yield _curl(f"{sign_in} {person}", f"{addresses.services[service]}{path}")
    system = systems()["provider-system.horton"]
    form = "-d grant_type=client_credentials"
    yield f"curl -s -u {system.id}:{system.secret} {form} {addresses.issuer}/token   # a provider's own system"


def _curl(sign_in: str, url: str, more: str = "") -> str:
    return f'curl -s -H "Authorization: Bearer $({sign_in})" {more}"{url}"'


if __name__ == "__main__":
    main()
