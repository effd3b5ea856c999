"""In a running town the audit is sealed by itself, and the command finds it sound."""

import pytest

from embedded.town import Addresses
from simulation.seats import Seats
from tests.journeys.parts import audits
from tests.parts.eventually import eventually

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("town"), pytest.mark.timeout(600)]


async def test_every_service_seals_its_audit_and_hands_out_checkpoints(addresses: Addresses, seats: Seats) -> None:
    found = await eventually(lambda: audits(addresses))

    assert [one for one in found if one.broken] == []
    assert [one.service for one in found if not one.entries] == []
