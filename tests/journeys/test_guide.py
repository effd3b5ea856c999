"""The guide for integrators, followed to the letter by somebody with a town and a shell."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator

import pytest

from common.town import Addresses
from tests.journeys.parts import is_loaded
from tests.journeys.vendor import player_of
from tests.parts.guide import fits, walk
from tests.parts.python_client import PYTHON, why_no_client
from tests.parts.sandbox import SANDBOX
from tests.parts.shared import ROOT

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("town")]


@pytest.fixture
async def sandbox(addresses: Addresses) -> AsyncGenerator[None]:
    """The sandbox, loaded and played by a process of its own, as `make up` has it."""
    await is_loaded(addresses, ROOT / "programmes" / SANDBOX)
    player = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulation.sandbox"), env=os.environ | player_of(addresses)
    )
    try:
        yield
    finally:
        player.kill()
        await player.wait()


@pytest.mark.usefixtures("seats", "sandbox")
def test_every_line_of_the_guide_does_what_its_page_says(addresses: Addresses) -> None:
    at = addresses.services
    if reason := why_no_client():
        pytest.skip(reason)
    here = {
        "CLIENT_PYTHON": str(PYTHON),
        "HUB": at["referral-hub"],
        "CASES": at["case-management"],
        "CLAIMS": at["claims"],
    }
    told = [(block, printed) for block, printed in walk({"ISSUER": addresses.issuer} | here) if block.prints]

    assert len(told) > 10
    for block, printed in told:
        assert fits(printed, block.prints or ""), f"{block.page} says\n{block.prints}\nand it printed\n{printed}"
