"""A program of a vendor, with our Python client and nothing else of ours, carries an outcome until it is explained."""

import asyncio
import os
from pathlib import Path as Folder

import pytest

from common.town import Addresses
from embedded.people import found, systems
from simulation.papers import paper
from simulation.path import CLAIMS
from simulation.seats import Json, Seats
from tests.journeys.parts import somebody_new
from tests.journeys.test_the_thread import SEPTEMBER, placed
from tests.parts.eventually import eventually
from tests.parts.python_client import PYTHON, why_no_client
from tests.parts.shared import ROOT

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("town")]

EXAMPLE = ROOT / "docs" / "examples" / "provider_client.py"


async def test_a_providers_program_carries_an_outcome_from_the_allocation_to_explain(
    seats: Seats, addresses: Addresses, tmp_path: Folder
) -> None:
    if reason := why_no_client():
        pytest.skip(reason)
    path = await placed(somebody_new(seats, SEPTEMBER))
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(paper("landlord-no-eviction", "To the tenant", SEPTEMBER))
    name = f"provider-system.{path.provider_id}"
    system = found(systems(), name)
    assert system is not None

    async def carried() -> list[str]:
        services = addresses.services
        program = await asyncio.create_subprocess_exec(
            *(str(PYTHON), "-I", str(EXAMPLE), addresses.issuer, services["case-management"], services["claims"]),
            *(name, path.participant_id, str(letter), SEPTEMBER.isoformat(), "--now", path.clock.now.isoformat()),
            env=os.environ | {"CLIENT_SECRET": system.secret},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, complained = await program.communicate()
        assert program.returncode == 0, (said + complained).decode()
        return said.decode().splitlines()

    async def claim() -> Json | None:
        listed = await seats["prime-manager"].page(
            f"{CLAIMS}/claims", path.clock.now, participant_id=path.participant_id
        )
        return listed[0] if listed else None

    going = asyncio.create_task(carried())
    raised = await eventually(claim)
    await path.decide("prime-manager", raised["id"], "approval")
    await path.decide("council-verifier-1", raised["id"], "verification")
    said = await going

    told = [line.split(" ")[0] for line in said]
    assert told[:6] == ["started", "refused", "remedy", "recorded", "claimed", "explained"], said
    assert said[5] == "explained verified"
    assert len(said) > 8
    again = await carried()
    assert again[3:] == said[3:]
