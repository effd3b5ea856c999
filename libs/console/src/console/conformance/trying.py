"""Runs an adapter again and again, each time interrupted in another way."""

import asyncio
import json
import os
import shutil
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress

import httpx

from .between import Between, standing_between
from .exchanges import Interruption
from .rules import AGAIN, CONFLICT, INTERRUPTED, MORE_FIELDS, REFUSED, AdapterRuns, RuleFinding, findings

RUNS: Mapping[str, tuple[Interruption, ...]] = {
    INTERRUPTED: (
        Interruption.TOKEN_REFUSED,
        Interruption.TOO_MANY,
        Interruption.EMPTY_PAGE,
        Interruption.BUSY,
        Interruption.ANSWER_LOST,
        Interruption.STALE,
    ),
    AGAIN: (),
    MORE_FIELDS: (),
    REFUSED: (Interruption.REFUSED,),
    CONFLICT: (Interruption.CONFLICT,),
}
"""The runs of an adapter, in this order, with what happens to it in each."""


async def try_adapter(
    command: Sequence[str], services: Mapping[str, str], issuer: str, seconds: float
) -> list[RuleFinding]:
    """Run an adapter's command as often as there are runs, and hold every rule against what passed.

    In the command `{issuer}`, `{claims}`, `{case-management}` and so on are put in; OUTCOMES_URLS and OUTCOMES_ISSUER
    say the same. A run that takes longer than `seconds` is ended.

    Raises:
        FileNotFoundError: there is no such command.
        httpx.HTTPError: no town answers there, and so nothing can be said of an adapter.
    """
    if shutil.which(command[0]) is None:
        raise FileNotFoundError(command[0])
    async with httpx.AsyncClient() as client:
        await client.get(f"{issuer}/.well-known/openid-configuration")
    endings: dict[str, int | None] = {}
    async with standing_between(services) as between:
        for run, interruptions in RUNS.items():
            between.begin(run, interruptions, more_fields=run == MORE_FIELDS)
            endings[run] = await _run(command, between, issuer, seconds)
    return findings(AdapterRuns(between.exchanges, endings))


async def _run(command: Sequence[str], between: Between, issuer: str, seconds: float) -> int | None:
    places = {"issuer": issuer, **between.addresses}
    variables = {"OUTCOMES_URLS": json.dumps(between.addresses), "OUTCOMES_ISSUER": issuer}
    process = await asyncio.create_subprocess_exec(
        *(_with_places(part, places) for part in command), env=os.environ | variables, start_new_session=True
    )
    try:
        return await asyncio.wait_for(process.wait(), seconds)
    except TimeoutError:
        return None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # it, and whatever it started
        await process.wait()


def _with_places(part: str, places: Mapping[str, str]) -> str:
    for name, address in places.items():
        part = part.replace(f"{{{name}}}", address)
    return part
