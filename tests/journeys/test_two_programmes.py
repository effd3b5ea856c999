"""One installation serves two programmes: each is healed, reconciled and sealed, and neither shows in the other."""

import shutil
from contextlib import AsyncExitStack
from pathlib import Path as Folder

import pytest

from common.town import Addresses
from embedded import town
from simulation.outcomes import Paper, achieved
from simulation.path import CLAIMS, Path
from simulation.seats import Seats, seated
from tests.journeys.parts import KBOP, all_is_heard, audits, is_loaded, refusal, somebody_new
from tests.journeys.test_the_thread import LIFE, SEPTEMBER, begun, interrupt_the_town, placed
from tests.parts.eventually import eventually

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("town"), pytest.mark.timeout(600)]

PROGRAMMES = ("kbop", "calder")


def folder_of(programme: str, among: Folder) -> Folder:
    """The reference programme's folder under another name."""
    folder = shutil.copytree(KBOP, among / programme)
    told = folder / "programme.toml"
    told.write_text(told.read_text().replace('programme_id = "kbop"', f'programme_id = "{programme}"'))
    return folder


async def seats_in_both(addresses: Addresses, stack: AsyncExitStack) -> list[Seats]:
    return [
        await stack.enter_async_context(seated(addresses.issuer, addresses.services, programme))
        for programme in PROGRAMMES
    ]


@pytest.mark.row("S-66")
@pytest.mark.row("S-100")
async def test_what_an_interruption_left_behind_is_made_good_in_both(quick_folder: Folder) -> None:
    """The interruption comes before anyone can have heard: only the feeds can tell of it now."""
    paths: list[Path] = []
    outcomes: list[str] = []
    with town.running(quick_folder / "town") as addresses:
        async with AsyncExitStack() as stack:
            for programme, seats in zip(PROGRAMMES, await seats_in_both(addresses, stack), strict=True):
                await is_loaded(addresses, folder_of(programme, quick_folder))
                paths.append(await begun(await placed(somebody_new(seats, SEPTEMBER))))
            for path in paths:
                proved = achieved("ACC_PREV", SEPTEMBER, LIFE)
                outcome = await path.evidence(proved, [Paper("tenancy-agreement", SEPTEMBER)])
                outcomes.append(outcome["id"])
        interrupt_the_town()

    with town.running(quick_folder / "town") as addresses:
        async with AsyncExitStack() as stack:
            claims: list[str] = []
            for path, seats, outcome in zip(paths, await seats_in_both(addresses, stack), outcomes, strict=True):
                path.seats = seats
                claims.append((await path.find_claim(outcome))["id"])
            for path, claim in zip(paths, reversed(claims), strict=True):
                elsewhere = f"{CLAIMS}/claims/{claim}"
                assert (await refusal(path.seats["prime-manager"], elsewhere, path.clock.now)).status == 404
        for programme in PROGRAMMES:
            edges = await eventually(lambda programme=programme: all_is_heard(addresses, programme))
            sealed = await eventually(lambda programme=programme: audits(addresses, programme))

            assert all(tally.sound and tally.parked == 0 for tally in edges.values()), (programme, edges)
            assert [one for one in sealed if one.broken or not one.entries] == []
