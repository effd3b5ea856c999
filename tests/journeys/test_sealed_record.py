"""In a running town the audit is sealed by itself, and the command finds it sound."""

import json
from pathlib import Path
from typing import Any

import pytest

from common.audit.keeping import CheckpointStore
from common.clock import machine_now
from common.contracts import ANNOUNCERS
from common.store import Place
from common.town import Addresses
from simulation.seats import Seats
from tests.journeys.parts import audits
from tests.parts.eventually import eventually

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("town"), pytest.mark.timeout(600)]


async def test_every_service_seals_its_audit_and_hands_out_checkpoints(addresses: Addresses, seats: Seats) -> None:
    found = await eventually(lambda: audits(addresses))

    assert [one for one in found if one.broken] == []
    assert [one.service for one in found if not one.entries] == []


@pytest.mark.parametrize(("topic", "service"), ANNOUNCERS.items())
async def test_the_public_is_told_what_is_kept(addresses: Addresses, seats: Seats, topic: str, service: str) -> None:
    store = CheckpointStore(Place(str(Path(addresses.logs).parent / "checkpoints")))

    async def told() -> list[dict[str, Any]]:
        asked = {"topic": f"public.{topic}", "limit": 1000}
        page = await seats["council-system"].get(f"{service}/v1/events", machine_now(), **asked)
        return [json.loads(item["body"]) for item in page["items"] if item["type"].endswith("AuditCheckpointed")]

    first = (await eventually(told))[0]
    kept = {one.size: one.root async for one in store.kept(service, "kbop")}

    assert (first["service"], kept[first["size"]]) == (service, first["root"])
