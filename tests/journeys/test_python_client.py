"""A program of a vendor, with our Python client and nothing else of ours, carries an outcome until it is explained."""

import asyncio
import json
import os
import sys
from pathlib import Path as Folder

import httpx
import pytest

from common.town import Addresses
from console.conformance.rules import RULES
from embedded.people import found, systems
from simulation.papers import paper
from simulation.path import CLAIMS
from simulation.seats import Json, Seats
from tests.journeys.parts import somebody_new
from tests.journeys.test_the_thread import SEPTEMBER, placed
from tests.journeys.vendor import CASES, HUB, Vendor
from tests.journeys.vendor import CLAIMS as CLAIMS_SERVICE
from tests.parts.eventually import eventually
from tests.parts.python_client import PYTHON, why_no_client
from tests.parts.sandbox import SANDBOX
from tests.parts.shared import ROOT

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("town")]

EXAMPLE = ROOT / "docs" / "examples" / "provider_client.py"
TRIAL = ROOT / "docs" / "examples" / "sandbox_client.py"
ADAPTER = ROOT / "docs" / "examples" / "adapter.py"
TRIES, ADAPTED = "community-links", "pdap"
"""Providers with whom nothing else is tried in the sandbox."""


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


async def ran(*command: str, secret: str) -> tuple[int, list[str], str]:
    """How a vendor's program ended, its lines, and what it complained of."""
    program = await asyncio.create_subprocess_exec(
        *command,
        env=os.environ | {"CLIENT_SECRET": secret, "COLUMNS": "400"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await program.communicate()
    assert program.returncode is not None
    return program.returncode, said.decode().splitlines(), complained.decode()


@pytest.mark.usefixtures("sandbox")
async def test_a_vendors_program_sees_the_sandbox_verify_one_claim_and_query_another(
    addresses: Addresses, tmp_path: Folder
) -> None:
    if reason := why_no_client():
        pytest.skip(reason)
    letters = [tmp_path / f"{name}.pdf" for name in ("first", "queried", "better")]
    for letter in letters:
        letter.write_bytes(paper("landlord-no-eviction", f"To the tenant, {letter}", SEPTEMBER))
    where = [addresses.issuer, *(addresses.services[name] for name in (HUB, CASES, CLAIMS_SERVICE))]
    whose = [f"provider-system.{TRIES}@{SANDBOX}", "trial", SEPTEMBER.isoformat(), *map(str, letters)]

    async def tried() -> list[str]:
        command = (str(PYTHON), "-I", str(TRIAL), *where, *whose)
        ended, said, complained = await ran(*command, secret=f"provider-system.{TRIES}-secret")
        assert ended == 0, f"{said} {complained}"
        return said

    said = await tried()
    assert said == ["verify: verified", "query: unreadable: Send a copy that can be read.", "query: verified"]
    assert await tried() == said, "started again, it asks for nobody else and does nothing twice"

    async with httpx.AsyncClient(timeout=60) as client:
        vendor = Vendor(addresses, client, TRIES)
        assert len(await vendor.items(CLAIMS_SERVICE, "claims")) == 2
        await vendor.reset()
    ended, _, complained = await ran(
        str(PYTHON), "-I", str(TRIAL), *where, *whose, secret=f"provider-system.{TRIES}-secret"
    )
    assert (ended, "ask under another name" in complained) == (1, True), complained


@pytest.mark.usefixtures("sandbox")
async def test_an_adapter_is_tried_in_a_sandbox(addresses: Addresses) -> None:
    if reason := why_no_client():
        pytest.skip(reason)
    async with httpx.AsyncClient(timeout=60) as client:
        vendor = Vendor(addresses, client, ADAPTED)
        await vendor.set_clock("2019-09-03T08:00:00Z")
        group = await vendor.group()
        [member] = await eventually(lambda: vendor.placed_of(group))
        participant = member["participant_id"]
        await eventually(lambda: vendor.items(CASES, f"cases?participant_id={participant}"))

        urls = json.dumps({CASES: addresses.services[CASES]})
        kit = (str(Folder(sys.executable).parent / "outcomes"), "--issuer", addresses.issuer, "--urls", urls)
        system = f"provider-system.{ADAPTED}"
        where = ("{issuer}", "{case-management}", f"{system}@{SANDBOX}", SEPTEMBER.isoformat())
        command = (*kit, "conformance", "--", str(PYTHON), "-I", str(ADAPTER), *where)
        ended, report, complained = await ran(*command, secret=f"{system}-secret")
        [case] = await vendor.items(CASES, f"cases?participant_id={participant}")
        notes = await vendor.items(CASES, f"cases/{case['id']}/notes")

    assert ended == 0, "\n".join(report) + complained
    assert report[-1] == f"{len(RULES)} of {len(RULES)} rules hold."
    assert (case["state"], len(notes)) == ("started", 1)
