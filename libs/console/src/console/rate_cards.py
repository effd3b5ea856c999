"""`outcomes rate-card`: what is proposed, what it would change, and the word of prime and council on it."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.progress import Progress

from . import changing, simulating
from .addresses import Here
from .fitting import FittingTable
from .simulating import SimulationResult
from .terminal import As, done, end, err, out, signed_in, sound

rate_card_app = typer.Typer(help="What outcomes pay: propose, simulate, accept.", no_args_is_help=True)

MONEY = ("value_before_pence", "value_after_pence", "payable_before_pence", "payable_after_pence")
Change = Annotated[UUID, typer.Argument(help="The change's id, from `outcomes rate-card list`.")]
Reason = Annotated[str, typer.Option(help="Why, in a sentence.")]
AsPrime = Annotated[str, typer.Option("--as", help="prime-manager or council-oversight, unless OUTCOMES_TOKEN is set.")]


@rate_card_app.command("list")
def list_changes(
    context: typer.Context,
    state: Annotated[str | None, typer.Option(help="draft, proposed, accepted, rejected or withdrawn.")] = None,
    as_: As = "operator",
) -> None:
    """List versions on their way, the newest first, with who has accepted them."""

    async def collect() -> list[dict[str, Any]]:
        async with signed_in(context.obj, as_) as doors:
            return [each async for each in changing.changes(doors, state)]

    table = FittingTable("id", "version", "state", "in force from", "prime", "council", "why")
    changes = done(collect())
    for each in changes:
        sides = (_accepted(each[side]) for side in ("prime", "council"))
        why = each["reason"] or each["rationale"] or ""
        table.add_row(
            each["id"], f"{each['card']}/{each['version']}", each["state"], each["in_force_from"], *sides, why
        )
    out.print(table if changes else "None.")


@rate_card_app.command("show")
def show(context: typer.Context, change_id: Change, as_: As = "prime-manager") -> None:
    """Show every key path at which a version differs from the one in force before it."""

    async def ask() -> dict[str, Any]:
        async with signed_in(context.obj, as_) as doors:
            return await changing.change(doors, change_id)

    change = done(ask())
    base = change["compared_with"]
    out.print(
        f"{change['card']}/{change['version']} is {change['state']}, in force from {change['in_force_from']};"
        f" compared with {base or 'nothing: it is the first of its card'}."
        f" {change['keeping_theirs']} claims raised already keep their version.",
        highlight=False,
        soft_wrap=True,
    )
    table = FittingTable("where", "old", "new")
    for each in change["differences"]:
        table.add_row(each["where"], _short(each["old"]), _short(each["new"]))
    if change["differences"]:
        out.print(table)


@rate_card_app.command("accept")
def accept(
    context: typer.Context,
    change_ids: Annotated[list[UUID] | None, typer.Argument(help="Ids, from `outcomes rate-card list`.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Whatever waits for your side.")] = False,
    as_: AsPrime = "prime-manager",
) -> None:
    """Accept versions for the prime, or for the council; once both have, a version is in force from its day."""
    if bool(change_ids) == everything:
        raise typer.BadParameter("Name the changes to accept, or say --all.")

    async def take() -> list[dict[str, Any]]:
        async with signed_in(context.obj, as_) as doors:
            if everything:
                return await changing.accept_all(doors)
            return [await changing.take_step(doors, each, "acceptance") for each in change_ids or ()]

    changes = done(take())
    for each in changes:
        _tell(each)
    if not changes:
        out.print("Nothing waits for you.")


@rate_card_app.command("reject")
def reject(context: typer.Context, change_id: Change, reason: Reason, as_: AsPrime = "prime-manager") -> None:
    """Say no to a proposed version, for the prime or for the council."""
    _end_it(context.obj, change_id, "rejection", reason, as_)


@rate_card_app.command("withdraw")
def withdraw(context: typer.Context, change_id: Change, reason: Reason, as_: As = "operator") -> None:
    """Take back what your organisation drafted or proposed."""
    _end_it(context.obj, change_id, "withdrawal", reason, as_)


@rate_card_app.command("simulate")
def simulate(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(help="A programme's folder with the draft.", exists=True, file_okay=False)
    ] = None,
    card: Annotated[str | None, typer.Option(help="The card in the folder, such as generic.")] = None,
    version: Annotated[str | None, typer.Option(help="Its version, such as 2023-01.")] = None,
    change_id: Annotated[UUID | None, typer.Option("--change", help="A draft or proposal that claims keeps.")] = None,
    from_: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Achieved from.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Achieved until.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    as_: AsPrime = "prime-manager",
) -> None:
    """Replay past claims under a draft, and list every claim and pound that would change.

    Without a draft each claim is replayed under the version it keeps: then nothing may change, and the command ends
    with 1 if anything does.
    """
    draft = None if folder is None else _draft_in(folder, card, version)
    days = {name: f"{day:%Y-%m-%d}" for name, day in (("achieved_from", from_), ("achieved_until", until)) if day}

    async def ask() -> SimulationResult:
        async with signed_in(context.obj, as_) as doors:
            document = draft if change_id is None else (await changing.change(doors, change_id))["document"]
            with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
                task = progress.add_task("claims replayed", total=None)

                def tell(so_far: int, of: int) -> None:
                    progress.update(task, completed=so_far, total=of)

                return await simulating.simulate(doors, document, days, tell)

    replay = done(ask())
    if as_json:
        typer.echo(json.dumps(replay.told(), indent=2))
    else:
        _tell_simulated(replay)
    if folder is None and change_id is None and replay.claims:
        end("History did not reproduce itself: claims above were judged or valued otherwise than their versions say.")


def _draft_in(folder: Path, card: str | None, version: str | None) -> dict[str, Any]:
    cards = sound(folder).rate_cards
    versions = [each for each in cards if card in (None, each.card) and version in (None, each.version)]
    if len(versions) != 1:
        names = ", ".join(f"{each.card}/{each.version}" for each in cards)
        raise typer.BadParameter(f"Name one version with --card and --version: {names}.")
    return versions[0].model_dump(mode="json")


def _end_it(here: Here, change_id: UUID, step: str, reason: str, person: str) -> None:
    async def take() -> dict[str, Any]:
        async with signed_in(here, person) as doors:
            return await changing.take_step(doors, change_id, step, {"reason": reason})

    _tell(done(take()))


def _tell(change: Mapping[str, Any]) -> None:
    out.print(f"{change['card']}/{change['version']} is {change['state']}.", highlight=False)


def _tell_simulated(replay: SimulationResult) -> None:
    table = FittingTable("claim", "outcome", "provider", "cohort", "state", "rules", "value", "payable")
    for each in replay.claims:
        before, after = each["before"], each["after"]
        money = (_both(before[name], after[name]) for name in ("value_pence", "payable_pence"))
        verdict = _both(_verdict(before), _verdict(after))
        place = (each["provider_id"], f"year {each['cohort']}", each["state"])
        table.add_row(each["claim_number"], f"{each['outcome']} ({each['slot']})", *place, verdict, *money)
    if replay.claims:
        out.print(table)
    for name, title in (("provider_id", "provider"), ("cohort", "cohort")):
        sums = FittingTable(title, "claims", "changed", "value", "payable", "difference")
        for key, one in replay.by(name).items():
            sums.add_row(str(key) if name == "provider_id" else f"year {key}", *_row(one))
        sums.add_row("total", *_row(replay.total()), style="bold")
        out.print(sums)
    out.print(f"{replay.replayed} claims replayed, {len(replay.claims)} would change.", highlight=False)
    if replay.unknown:
        out.print(f"{replay.unknown} were judged before their basis was kept, and are counted as they stand.")


def _row(sums: Mapping[str, int]) -> tuple[str, ...]:
    value, payable = _both(*(sums[name] for name in MONEY[:2])), _both(*(sums[name] for name in MONEY[2:]))
    difference = sums["payable_after_pence"] - sums["payable_before_pence"]
    return str(sums["claims"]), str(sums["changed"]), value, payable, _pounds(difference)


def _both(before: int | str | None, after: int | str | None) -> str:
    was, now = (_pounds(each) if isinstance(each, int) else each or "" for each in (before, after))
    return was if was == now else f"{was} → {now}"


def _verdict(standing: Mapping[str, Any]) -> str:
    return ", ".join(standing["against"]) or "pass"


def _pounds(pence: int) -> str:
    return f"{'-' if pence < 0 else ''}£{abs(pence) // 100:,}.{abs(pence) % 100:02d}"


def _accepted(side: Mapping[str, Any] | None) -> str:
    return "" if side is None else f"{side['by']}, {side['on']}"


def _short(value: Any) -> str:
    text = "" if value is None else json.dumps(value) if isinstance(value, dict | list) else str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
