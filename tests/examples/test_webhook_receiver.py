"""The receiver a council can start from, as a process: paid once however often it is told, and forgeries never."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from claims.main import create_app_for
from common.contracts.claims import ClaimAdjusted, ClaimVerified
from common.ids import new_id
from tests.common.webhooks.parts import COUNCIL, Telling, telling
from tests.parts.api import front_door
from tests.parts.eventually import eventually
from tests.parts.ports import free_port
from tests.parts.postgres import Databases
from tests.reporting.story import an

EXAMPLE = Path("docs/examples/webhook_receiver.py")
CLIENT = {"PYTHONPATH": str(Path("clients/python/src").resolve())}
"""As if it were installed."""


@pytest.fixture
async def claims(databases: Databases) -> AsyncGenerator[Telling]:
    async with front_door(databases, "claims", create_app_for) as door, telling(door) as told:
        yield told


def paid(store: Path) -> list[int]:
    with closing(sqlite3.connect(store)) as kept:
        return [pence for (pence,) in kept.execute("select payable_pence from payment order by payable_pence")]


def started(port: int, store: Path, secrets: str) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, **CLIENT, "WEBHOOK_SECRETS": secrets}
    return subprocess.Popen([sys.executable, str(EXAMPLE), str(port), str(store)], env=environment)


async def test_it_pays_once_what_it_is_told_and_nothing_it_was_not(claims: Telling, tmp_path: Path) -> None:
    port, store = free_port(), tmp_path / "council.sqlite"
    webhook = await claims.subscribe(
        f"http://127.0.0.1:{port}/", COUNCIL, event_types=["ClaimVerified", "ClaimAdjusted"]
    )
    with started(port, store, f"whsec_{'A' * 44} {webhook['secret']}") as run:
        try:
            await eventually(lambda: answers(port))
            person = new_id()
            adjusted = an(ClaimAdjusted, person, payable_pence=20_000)
            await claims.announce(an(ClaimVerified, person, payable_pence=50_000), adjusted)

            await claims.tell(webhook)
            since = {"since": "2020-01-01T00:00:00Z"}
            again = await claims.door.post(f"/v1/webhooks/{webhook['id']}/redelivery", COUNCIL, since)
            await claims.tell(webhook)
            forged = {"webhook-id": "a", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
            async with httpx.AsyncClient() as forger:
                refused = await forger.post(f"http://127.0.0.1:{port}/", content=b"{}", headers=forged)
        finally:
            run.terminate()

    assert again.json()["messages"] == 2
    assert refused.status_code == 401
    assert paid(store) == [-20_000, 50_000]
    deliveries = await claims.deliveries(webhook, COUNCIL)
    assert [(one["state"], one["last_status"]) for one in deliveries] == [("delivered", 204)] * 2


async def answers(port: int) -> bool:
    async with httpx.AsyncClient() as client:
        try:
            return (await client.get(f"http://127.0.0.1:{port}/")).status_code == 501
        except httpx.TransportError:
            return False


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [((), "Say a port and a file to keep"), (("99999", "kept"), "Port 99999 cannot be listened on"),
     (("9", "nowhere/kept"), "nowhere/kept cannot be kept")],
)  # fmt: skip
def test_bad_arguments_are_answered_with_a_sentence(arguments: tuple[str, ...], sentence: str, tmp_path: Path) -> None:
    command = [sys.executable, str(EXAMPLE.resolve()), *arguments]
    environment = {**os.environ, **CLIENT, "WEBHOOK_SECRETS": "whsec_AAAA"}
    ended = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )

    assert (ended.returncode, ended.stderr[: len(sentence)]) == (1, sentence)
