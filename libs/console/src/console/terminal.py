"""What every command of the console shares: where the town is, who asks, and how a failure ends."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import httpx
import typer
from rich.console import Console

from common.audit.keeping import KeepingFailed
from common.audit.signing import UnusableKey
from common.web.signin import SignInRefused, token_for_person
from programme import Programme, ProgrammeUnreadable, check_folder, load_folder

from . import auditing
from .addresses import Here
from .doors import Doors, RequestRefused, opened

out = Console(width=None if sys.stdout.isatty() else 250)  # into a file or a pipe, subjects are not folded
err = Console(stderr=True)

T = TypeVar("T")
As = Annotated[str, typer.Option("--as", help="The seeded person to sign in as, unless OUTCOMES_TOKEN holds a token.")]


@asynccontextmanager
async def signed_in(here: Here, person: str) -> AsyncGenerator[Doors]:
    token = os.environ.get("OUTCOMES_TOKEN", "").strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        end("OUTCOMES_TOKEN holds no token: put in what `outcomes sign-in` prints, or unset it.")

    async def sign_in() -> str:
        return token or await token_for_person(here.issuer, person)

    async with opened(here.urls, sign_in) as doors:
        yield doors


def done(work: Coroutine[Any, Any, T]) -> T:
    """Do it; what goes wrong is one sentence and exit code 1, never a traceback."""
    try:
        return asyncio.run(work)
    except (RequestRefused, SignInRefused, KeepingFailed, UnusableKey, auditing.ForgedCheckpoint) as error:
        end(str(error))
    except httpx.HTTPError as error:
        whom = error.request.url.netloc.decode() if isinstance(error, httpx.RequestError) else ""
        town = "Open the town (`make up`), or say where another is: `outcomes --town FOLDER …`."
        end(f"No answer from {whom}: {type(error).__name__}. {town}")


def end(sentence: str) -> NoReturn:
    err.print(sentence, style="red", highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(1)


def sound(folder: Path) -> Programme:
    if problems := check_folder(folder):
        end(f"{len(problems)} to put right first: outcomes programme check {folder}")
    try:
        return load_folder(folder)
    except ProgrammeUnreadable as error:
        end(str(error))
