"""In a running town the audit is sealed by itself, and the command finds it sound."""

from pathlib import Path

import pytest

from common.audit.keeping import CheckpointStore
from common.audit.signing import SigningKey
from common.store import Place
from common.web.signin import token_for_person
from console.auditing import Finding, verify
from console.doors import opened
from embedded.town import Addresses
from simulation.seats import Seats
from tests.parts.eventually import eventually

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("town"), pytest.mark.timeout(600)]


async def test_every_service_seals_its_audit_and_hands_out_checkpoints(addresses: Addresses, seats: Seats) -> None:
    store = CheckpointStore(Place(str(Path(addresses.logs).parent / "checkpoints")))
    token = await token_for_person(addresses.issuer, "auditor")

    async def look() -> list[Finding] | None:
        async with opened(addresses.services, token) as doors:
            keys = {service: SigningKey.for_development(service).public for service in addresses.services}
            found = [await verify(doors, service, key, store) for service, key in keys.items()]
        return found if all(one.checkpoints for one in found) else None

    found = await eventually(look)

    assert [one for one in found if one.broken] == []
    assert [one.service for one in found if not one.entries] == []
