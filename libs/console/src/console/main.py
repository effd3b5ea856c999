"""The `outcomes` command: what an operator, developer or evaluator does from a terminal, over the public APIs only."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import SecretStr

from common.audit.keeping import CheckpointStore
from common.audit.signing import SigningKey, UnusableKey
from common.store import FAILURES, Place
from common.web.signin import token_for_person
from programme import check_folder

from . import addresses, auditing, delivery, loading
from .addresses import Here
from .conformance.command import conformance
from .fitting import FittingTable
from .rate_cards import rate_card_app
from .reconciling import Standing
from .terminal import As, done, end, out, signed_in, sound

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False)
programme_app = typer.Typer(help="Check and load a programme's folder.", no_args_is_help=True)
events_app = typer.Typer(help="What became of events.", no_args_is_help=True)
app.add_typer(programme_app, name="programme")
app.add_typer(events_app, name="events")
audit_app = typer.Typer(help="Who did and saw what, and whether anybody changed it.", no_args_is_help=True)
app.add_typer(audit_app, name="audit")
app.add_typer(rate_card_app, name="rate-card")
app.command("conformance")(conformance)

MOST_NAMED = 20
"""Streams of one edge, or documents, that are named: enough to begin with."""

Folder = Annotated[
    Path, typer.Argument(help="A programme's folder, such as programmes/kbop.", exists=True, file_okay=False)
]
Service = Annotated[str, typer.Option("--service", help="The hearer, such as reporting.")]
Topic = Annotated[str, typer.Option("--topic", help="The topic it is heard on, such as cases.")]
Subject = Annotated[str, typer.Option("--subject", help="The stream, such as participant/0197….")]


class State(StrEnum):
    OPEN = "open"
    RETRYING = "retrying"
    PARKED = "parked"
    FORKED = "forked"


@app.callback()
def where(
    context: typer.Context,
    town: Annotated[
        Path | None,
        typer.Option(envvar="OUTCOMES_TOWN", help="An open town's data folder, which says where all is."),
    ] = None,
    issuer: Annotated[
        str | None, typer.Option(envvar="OUTCOMES_ISSUER", help="The issuer's address; a town's services follow it.")
    ] = None,
    urls: Annotated[
        str | None, typer.Option(envvar="OUTCOMES_URLS", help='Services elsewhere: {"claims": "https://…"}.')
    ] = None,
) -> None:
    try:
        context.obj = addresses.find_town(town, issuer, urls)
    except addresses.UnreadableAddresses as error:
        hint = "--town, --issuer or --urls (OUTCOMES_TOWN, OUTCOMES_ISSUER, OUTCOMES_URLS)"
        raise typer.BadParameter(str(error), param_hint=hint) from error


@app.command("sign-in")
def sign_in(
    context: typer.Context,
    person: Annotated[str, typer.Argument(help="Such as hub-1, caseworker.horton, operator.")],
    simulate: Annotated[bool, typer.Option(help="Ask for the scope that may set the time.")] = False,
) -> None:
    """Print a token for a seeded person, good for ten minutes.

    For example: curl -H "Authorization: Bearer $(outcomes sign-in hub-1)" http://127.0.0.1:8101/v1/waiting-list
    """
    here: Here = context.obj
    typer.echo(done(token_for_person(here.issuer, person, simulate=simulate)))


@programme_app.command("check")
def check(folder: Folder) -> None:
    """Say everything that is wrong with a programme's folder, where, and what would put it right."""
    problems = check_folder(folder)
    for problem in problems:
        out.print(
            f"[bold]{problem.file}[/bold] {problem.key_path}\n  {problem.problem}\n  [green]{problem.remedy}[/green]"
        )
    if problems:
        end(f"{len(problems)} to put right in {folder}.")
    out.print(f"{folder} is sound.", markup=False, soft_wrap=True)


@programme_app.command("load")
def load(
    context: typer.Context,
    folder: Folder,
    as_: As = "operator",
    again: Annotated[bool, typer.Option(help="Send what was sent before, to go back to it.")] = False,
) -> None:
    """Hand each part of a programme to the service that owns it. Loading the same folder twice changes nothing.

    New versions of rate cards are proposed: they are in force once prime and council have accepted them
    (`outcomes rate-card accept`).
    """
    programme = sound(folder)

    async def hand_over() -> None:
        async with signed_in(context.obj, as_) as doors:
            async for receipt in loading.load(doors, programme, uuid.uuid4().hex if again else ""):
                before = ", as it did when it was sent this before" if receipt.replayed else ""
                out.print(f"{receipt.service} says{before}:", receipt.answer, soft_wrap=True)

    done(hand_over())


@app.command("reconcile")
def reconcile(
    context: typer.Context,
    as_: As = "operator",
    verbose: Annotated[bool, typer.Option(help="Name the streams that are parked, missing or forked.")] = False,
    deep: Annotated[bool, typer.Option(help="Look also whether what each event did is still there.")] = False,
) -> None:
    """Compare what was announced with what was heard, edge by edge. Ends with 1 when anything is missing or forked.

    With --deep also where an effect is gone: hours for tens of millions of events, and nobody waits for it meanwhile.
    """

    async def compare() -> dict[addresses.Edge, Any]:
        async with signed_in(context.obj, as_) as doors:
            return await delivery.reconcile_every_edge(doors, datetime.now(UTC))

    tallies = done(compare())
    numbers = ("streams", "published", "applied", "in_flight", "waiting", "parked", "skipped", "missing", "forked")
    table = FittingTable("edge", *(name.replace("_", " ") for name in numbers))
    for edge, tally in tallies.items():
        figures = (str(getattr(tally, name)) for name in numbers)
        table.add_row(f"{edge.topic} → {edge.hearer}", *figures, style=None if tally.sound else "red")
    out.print(table)
    if verbose:
        _name_the_troubled(context.obj, as_, [edge for edge, tally in tallies.items() if tally.troubled])
    effects_gone = _name_gone_effects(context.obj, as_) if deep else 0
    if not all(tally.sound for tally in tallies.values()):
        end("Events are missing or forked.")
    if effects_gone:
        end("Effects are gone: docs/runbooks/gone-effects.md.")


@events_app.command("list")
def list_events(
    context: typer.Context,
    state: Annotated[State | None, typer.Option(help="Only streams in this state.")] = None,
    as_: As = "operator",
) -> None:
    """List the streams each service hears, with how far it is and why it stopped."""

    async def collect() -> list[tuple[str, dict[str, Any]]]:
        async with signed_in(context.obj, as_) as doors:
            return [stream async for stream in delivery.heard_streams(doors, state)]

    table = FittingTable("hearer", "topic", "stream", "state", "applied to", "heard of", "tries", "why")
    streams = done(collect())
    for hearer, row in streams:
        place = (str(row[name]) for name in ("last_sequence", "heard_sequence", "attempts"))
        table.add_row(hearer, row["topic"], row["subject"], row["state"], *place, row["error_code"] or "")
    out.print(table if streams else "None.")


@events_app.command("retry")
def retry(context: typer.Context, service: Service, topic: Topic, subject: Subject, as_: As = "operator") -> None:
    """Try a parked stream again from the event it stopped at, or a forked one, once its cause is mended."""
    _check_edge(service, topic)

    async def ask() -> dict[str, Any]:
        async with signed_in(context.obj, as_) as doors:
            return await delivery.retry_stream(doors, service, topic, subject)

    _tell_stream(done(ask()))


@events_app.command("skip")
def skip(
    context: typer.Context,
    service: Service,
    topic: Topic,
    subject: Subject,
    sequence: Annotated[int, typer.Option(help="The event to leave out: the one after those applied.")],
    reason: Annotated[str, typer.Option(help="Why, as a code: known-bug, agreed-with-council …")],
    as_: As = "operator",
) -> None:
    """Leave out exactly the next event of a parked stream, for good. It is counted as skipped, never as applied."""
    _check_edge(service, topic)

    async def ask() -> dict[str, Any]:
        async with signed_in(context.obj, as_) as doors:
            return await delivery.skip_event(doors, service, topic, subject, sequence, reason)

    _tell_stream(done(ask()))


@events_app.command("verify")
def verify(context: typer.Context, as_: As = "operator") -> None:
    """Check that every announced event is as it was announced. Ends with 1 where one was altered, deleted or moved."""

    async def look() -> tuple[int, list[tuple[str, dict[str, Any]]]]:
        async with signed_in(context.obj, as_) as doors:
            with out.status("Checking events …") as status:
                return await delivery.fallen_streams(doors, lambda so_far: status.update(f"{so_far} events checked …"))

    events, fallen = done(look())
    for announcer, one in fallen:
        place = f"{announcer} on {one['topic']}: {one['subject']}, event {one['sequence']}"
        out.print(f"{place}: {one['fault']}", highlight=False, markup=False, soft_wrap=True)
    out.print(f"{events} events checked, {len(fallen)} streams not as they were announced.")
    if fallen:
        end("The record is not what it was: docs/runbooks/record-altered.md.")


@events_app.command("hear-again")
def hear_again(
    context: typer.Context,
    service: Service,
    topic: Topic,
    subject: Annotated[
        str | None, typer.Option("--subject", help="One stream, from its start; else all that is missing.")
    ] = None,
    as_: As = "operator",
) -> None:
    """Hear a stream, or all that a service lacks of a topic, again from its announcer. Nothing happens twice."""
    _check_edge(service, topic)

    async def ask() -> dict[str, Any] | None:
        async with signed_in(context.obj, as_) as doors:
            if subject is not None:
                return await delivery.hear_again(doors, service, topic, subject)
            await delivery.hear_missing(doors, service, topic)
            return None

    stream = done(ask())
    if stream is not None:
        _tell_stream(stream)
    else:
        out.print(f"{service} walks all of {topic} again, and hears what it lacks.")


@audit_app.command("verify")
def verify_audit(
    context: typer.Context,
    checkpoints: Annotated[
        str, typer.Option(envvar="OUTCOMES_CHECKPOINTS", help="Where checkpoints are kept: a folder, or s3://….")
    ],
    keys: Annotated[
        str | None,
        typer.Option(envvar="OUTCOMES_AUDIT_KEYS", help='Public keys as JSON: {"claims": "…"}; else development\'s.'),
    ] = None,
    as_: As = "auditor",
) -> None:
    """Recompute every service's audit and hold it against checkpoints kept elsewhere. Ends with 1 at a broken one."""
    try:
        public_keys = addresses.public_keys(keys)
    except addresses.UnreadableAddresses as error:
        raise typer.BadParameter(str(error), param_hint="--keys / OUTCOMES_AUDIT_KEYS") from error

    place = Place(checkpoints)
    if place.folder is not None and not place.folder.is_dir():
        end(f"There is no folder {checkpoints}: name the one that checkpoints are kept in, or s3://….")
    try:
        store = CheckpointStore(place)
    except FAILURES as error:
        end(f"Checkpoints cannot be read from {checkpoints} ({type(error).__name__}): name a folder, or s3://….")

    async def look() -> list[auditing.Finding]:
        async with signed_in(context.obj, as_) as doors:
            return [await auditing.verify(doors, service, public_keys[service], store) for service in doors.clients]

    table = FittingTable("service", "entries", "checkpoints met", "not sealed yet", "broken at", "how it shows")
    findings = done(look())
    for one in findings:
        place = ("", "sound") if one.broken is None else (str(one.broken.number or "beside"), one.broken.why)
        counts = (str(one.entries), str(one.checkpoints), str(one.unsealed))
        table.add_row(one.service, *counts, *place, style=None if one.broken is None else "red")
    out.print(table)
    if any(one.broken for one in findings):
        end("The audit is not what it was: docs/runbooks/audit.md.")


@audit_app.command("documents")
def audit_documents(context: typer.Context, as_: As = "operator") -> None:
    """Check that every document is in the store as it was kept. Ends with 1 where one is altered or missing."""

    async def look() -> auditing.Documents:
        async with signed_in(context.obj, as_) as doors:
            with out.status("Checking documents …") as status:
                return await auditing.documents(doors, lambda so_far: status.update(f"{so_far} documents checked …"))

    documents = done(look())
    for document_id, what in documents.astray[:MOST_NAMED]:
        out.print(f"{document_id} is {what}.", style="red", highlight=False)
    out.print(f"{documents.checked} documents checked, {len(documents.astray)} not as they were kept.")
    if documents.astray:
        end("Documents are not what they were: docs/runbooks/documents.md.")


@audit_app.command("who-saw")
def who_saw(
    context: typer.Context,
    participant_id: Annotated[uuid.UUID, typer.Argument(help="The participant's id.")],
    as_: As = "auditor",
) -> None:
    """List who read or changed a participant's record, in which service, when. The question is itself audited."""

    async def collect() -> list[tuple[str, dict[str, Any]]]:
        async with signed_in(context.obj, as_) as doors:
            return [sight async for sight in auditing.sights(doors, participant_id)]

    table = FittingTable("when (UTC)", "service", "who", "of", "did")
    sights = sorted(done(collect()), key=lambda sight: sight[1]["recorded_at"], reverse=True)
    for service, sight in sights:
        table.add_row(sight["recorded_at"], service, sight["actor"], sight["organisation"], sight["action"])
    out.print(table if sights else "Nobody.")


@audit_app.command("public-key")
def public_key(
    secret: Annotated[Path, typer.Argument(help="The file with a service's signing key.", dir_okay=False)],
) -> None:
    """Print the public half of a signing key, to be kept where the service's administrators cannot change it."""
    try:
        out.print(SigningKey.of(SecretStr(secret.read_text())).public, highlight=False)
    except OSError as error:
        end(f"{secret} cannot be read ({error.strerror}): name the file with a service's signing key.")
    except UnicodeDecodeError:
        end(f"{secret} is no signing key: those are text, 64 hexadecimal digits.")
    except UnusableKey as error:
        end(str(error))


def _check_edge(service: str, topic: str) -> None:
    if topic not in addresses.HEARERS.get(service, ()):
        edges = ", ".join(f"{edge.topic} by {edge.hearer}" for edge in addresses.edges())
        raise typer.BadParameter(f"{service} does not hear {topic}. Heard are: {edges}.")


def _tell_stream(stream: dict[str, Any]) -> None:
    out.print(
        f"{stream['topic']} {stream['subject']} is {stream['state']}, applied or skipped to {stream['last_sequence']}.",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )


def _name_gone_effects(here: Here, person: str) -> int:
    """Of how many events something is gone."""

    async def look() -> delivery.EffectsOfAll:
        async with signed_in(here, person) as doors:
            with out.status("Looking for effects …") as status:
                return await delivery.gone_effects(doors, lambda so_far: status.update(f"{so_far} events looked at …"))

    effects = done(look())
    for hearer, one in effects.gone:
        place = f"{one['topic']} → {hearer}: {one['subject']}, {one['type']} {one['event_id']}"
        out.print(f"{place}: gone {', '.join(one['rows'])}", highlight=False, markup=False, soft_wrap=True)
    before = f", {effects.unknown} from before this was kept" if effects.unknown else ""
    out.print(f"{effects.looked_at} events looked at{before}: of {len(effects.gone)} something is gone.")
    return len(effects.gone)


def _name_the_troubled(here: Here, person: str, edges: Sequence[addresses.Edge]) -> None:
    async def collect() -> dict[addresses.Edge, list[tuple[str, Standing]]]:
        async with signed_in(here, person) as doors:
            return {edge: await delivery.troubled_streams(doors, edge, datetime.now(UTC)) for edge in edges}

    for edge, streams in done(collect()).items():
        lines = [f"{edge.topic} → {edge.hearer}: {subject} is {case}" for subject, case in streams[:MOST_NAMED]]
        more = [f"and {len(streams) - MOST_NAMED} more"] if len(streams) > MOST_NAMED else []
        for line in [*lines, *more]:
            out.print(line, highlight=False, markup=False, soft_wrap=True)
