"""The council's payment system: told of what is to be paid over HTTP, by the receiver of `docs/webhooks.md`."""

import os
import socket
import sqlite3
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from embedded.bound import start

from .kept import Demo, Subscription
from .path import CLAIMS
from .seats import Json, Seat
from .waiting import BEHIND_SECONDS, until

RECEIVER = Path("docs/examples/webhook_receiver.py")
CLIENT = Path("clients/python/src")
PAYMENTS = ["ClaimVerified", "VerificationUndone", "ClaimAdjusted"]
"""What adds to a payment, or takes away again."""


@dataclass(frozen=True, slots=True)
class Payments:
    """What the council's system was told to pay, as it kept it."""

    messages: int
    pence: int


async def subscribe(demo: Demo, data: Path, council: Seat) -> tuple[Subscription, int]:
    """Have the council told at a free port of this machine; what waits is sent there at once."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
    webhook = {"url": f"http://127.0.0.1:{port}/", "event_types": PAYMENTS}
    if demo.council is None:
        receipt = await council.post(f"{CLAIMS}/webhooks", demo.looked_at, webhook)
        demo.council = Subscription(id=receipt["id"], secret=receipt["secret"])
        demo.keep(data)
    else:
        await council.put(f"{CLAIMS}/webhooks/{demo.council.id}", demo.looked_at, webhook)
    return demo.council, port


@contextmanager
def receiving(subscription: Subscription, port: int, data: Path) -> Generator[None]:
    """The council's receiver, listening for as long as this lasts."""
    environment = os.environ | {"PYTHONPATH": str(CLIENT), "WEBHOOK_SECRETS": subscription.secret}
    command = [sys.executable, str(RECEIVER), str(port), str(_store(data))]
    with (
        (data / "logs" / "council.log").open("ab") as log,
        start(command, output=log.fileno(), environment=environment) as receiver,
    ):
        try:
            yield
        finally:
            receiver.terminate()


async def told_of_everything(data: Path, council: Seat) -> Payments:
    """What the council's system keeps, as soon as it has each payment that the feed has.

    Raises:
        NeverCame: one of them is missing.
    """
    events = await _announced(council)

    async def look() -> Payments | None:
        payments = _kept(data)
        return Payments(len(payments), sum(payments.values())) if events <= payments.keys() else None

    return await until("the council's system to be told of every payment", look, BEHIND_SECONDS)


async def _announced(council: Seat) -> set[str]:
    ids, cursor = set[str](), None
    while True:
        page: Json = await council.get(f"{CLAIMS}/events", None, type=PAYMENTS, cursor=cursor, limit=500)
        ids |= {entry["event_id"] for entry in page["items"]}
        if page["next"] == cursor or not page["items"]:
            return ids
        cursor = page["next"]


def _kept(data: Path) -> dict[str, int]:
    with closing(sqlite3.connect(_store(data))) as store:
        return dict(store.execute("select event_id, payable_pence from payment"))


def _store(data: Path) -> Path:
    return data / "council.sqlite"
