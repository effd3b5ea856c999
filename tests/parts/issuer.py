"""One development issuer a run, and the headers of whoever it seats."""

import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from embedded import issuer as development_issuer
from embedded.people import found, systems
from embedded.signin import token_for_person, token_for_system
from tests.parts.shared import run_folder, shared

Headers = dict[str, str]
SignedIn = Callable[[str], Awaitable[Headers]]
GOOD_FOR_SECONDS = 300


@contextmanager
def kept_issuer(folder: Path) -> Generator[str]:
    with development_issuer.running(folder, simulation=True) as url:
        yield url


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of the run's development issuer, which grants `simulate`."""
    return shared(kept_issuer, run_folder(tmp_path_factory) / "issuer")


@pytest.fixture(scope="session")
def signed_in(issuer: str) -> SignedIn:
    """The headers of a seeded person or system, who may simulate: `await signed_in("caseworker.horton")`."""
    kept: dict[str, tuple[float, Headers]] = {}

    async def headers(name: str) -> Headers:
        signed_in_at, known = kept.get(name, (float("-inf"), {}))
        if time.monotonic() - signed_in_at < GOOD_FOR_SECONDS:
            return known
        token = await _token(issuer, name)
        kept[name] = (time.monotonic(), {"Authorization": f"Bearer {token}"})
        return kept[name][1]

    return headers


async def _token(issuer: str, name: str) -> str:
    if system := found(systems(), name):
        return await token_for_system(issuer, name, system.secret, simulate=True)
    return await token_for_person(issuer, name, simulate=True)
