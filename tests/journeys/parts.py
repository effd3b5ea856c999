"""What journeys share: a loaded programme, a comparison of every edge, and a person on their way."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path as Folder
from uuid import uuid4

import pytest

from common.audit.keeping import CheckpointStore
from common.audit.signing import SigningKey
from common.clock import machine_now
from common.river import WITH_DATABASE
from common.store import Place
from common.town import Addresses
from common.web.signin import token_for_person
from console.addresses import Edge
from console.auditing import Finding, verify
from console.delivery import reconcile_every_edge
from console.doors import opened
from console.loading import load
from console.reconciling import EdgeTally
from programme import load_folder
from simulation.clock import Clock, at
from simulation.path import Path
from simulation.people import Person
from simulation.seats import Json, Seat, SeatRefused, Seats
from simulation.signing import accept_as_both
from tests.parts.shared import ROOT

Reconciled = Mapping[Edge, EdgeTally]


KBOP = ROOT / "programmes" / "kbop"


async def kbop_is_loaded(addresses: Addresses) -> None:
    await is_loaded(addresses, KBOP)


async def is_loaded(addresses: Addresses, folder: Folder) -> None:
    programme = load_folder(folder)
    operator = partial(token_for_person, addresses.issuer, f"operator@{programme.programme_id}")
    async with opened(addresses.services, operator) as doors:
        async for _ in load(doors, programme):
            pass
    await accept_as_both(addresses.issuer, addresses.services, programme.programme_id)


async def reconciled(addresses: Addresses, programme: str = "kbop") -> Reconciled:
    """Every edge, as an operator of the programme compares it."""
    operator = partial(token_for_person, addresses.issuer, f"operator@{programme}")
    async with opened(addresses.services, operator) as doors:
        return await reconcile_every_edge(doors, machine_now())


async def all_is_heard(addresses: Addresses, programme: str = "kbop") -> Reconciled | None:
    """The comparison of every edge, once nothing is on its way."""
    found = await reconciled(addresses, programme)
    return None if any(tally.in_flight or tally.waiting for tally in found.values()) else found


async def audits(addresses: Addresses, programme: str = "kbop") -> list[Finding] | None:
    """What an auditor of the programme finds in every service's audit, once each has a checkpoint kept elsewhere."""
    store = CheckpointStore(Place(str(Folder(addresses.logs).parent / "checkpoints")))
    auditor = partial(token_for_person, addresses.issuer, f"auditor@{programme}")
    async with opened(addresses.services, auditor) as doors:
        keys = {service: SigningKey.for_development(service).public for service in WITH_DATABASE}
        found = [await verify(doors, service, key, store) for service, key in keys.items()]
    return found if all(one.checkpoints for one in found) else None


def somebody_new(seats: Seats, on: date) -> Path:
    """A person nobody has met, on the morning of a day."""
    return Path(seats, Clock(at(on)), Person("Robin", f"Made-Up {uuid4().hex}", date(1990, 1, 31), "male"))


async def refusal(seat: Seat, path: str, at: datetime, body: Json | None = None) -> SeatRefused:
    """What a service says to someone it must refuse; a read without a body, a write with one."""
    with pytest.raises(SeatRefused) as refused:
        await (seat.get(path, at) if body is None else seat.post(path, at, body))
    return refused.value
