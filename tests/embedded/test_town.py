"""The embedded town opens, heals itself, ends whole, and opens again on what it stored."""

import asyncio
from collections.abc import Callable, Generator
from pathlib import Path
from uuid import uuid4

import httpx
import psutil
import pytest
from outcomes_client import verify

from common.river import WITH_DATABASE
from common.town import Addresses
from embedded import town
from embedded.people import systems
from embedded.signin import token_for_person, token_for_system
from tests.common.webhooks.parts import receiving
from tests.parts.eventually import eventually

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("town")]


@pytest.fixture(scope="module")
def here(quick_folders: Callable[[], Path]) -> Generator[Addresses]:
    with town.running(quick_folders()) as addresses:
        yield addresses


def processes_of(addresses: Addresses) -> list[psutil.Process]:
    """The supervisor and all its children, the supervisor first."""
    supervisor = psutil.Process(addresses.supervisor_pid)
    return [supervisor, *supervisor.children(recursive=True)]


def the(module: str, addresses: Addresses) -> psutil.Process:
    return next(process for process in processes_of(addresses)[1:] if module in process.cmdline())


async def is_ready(url: str) -> bool:
    async with httpx.AsyncClient() as client:
        try:
            return (await client.get(f"{url}/health/ready", timeout=5)).is_success
        except httpx.TransportError:
            return False


async def test_every_service_answers_whom_the_issuer_signed_in(here: Addresses) -> None:
    operator = await token_for_person(here.issuer, "operator")
    worker = await token_for_system(here.issuer, "claims", systems()["claims"].secret)

    async with httpx.AsyncClient(timeout=30, params={"topic": "claims"}) as client:
        for url in (here.services[name] for name in WITH_DATABASE):
            for token, status in ((operator, 200), (worker, 200), ("forged", 401)):
                answer = await client.get(f"{url}/v1/streams", headers={"Authorization": f"Bearer {token}"})

                assert answer.status_code == status, answer.text


async def test_a_subscriber_on_the_same_machine_is_told_and_believes_it(here: Addresses) -> None:
    """From the request to the worker's own process and back, over the loopback that a town may send to."""
    council = await token_for_system(here.issuer, "council-system", systems()["council-system"].secret)
    headers = {"Authorization": f"Bearer {council}"}
    claims = here.services["claims"]
    async with receiving() as receiver, httpx.AsyncClient(timeout=30, base_url=claims, headers=headers) as client:
        webhook = (await client.post("/v1/webhooks", json={"url": receiver.url}, headers=a_key())).json()
        sent = (await client.post(f"/v1/webhooks/{webhook['id']}/test", headers=a_key())).json()
        async with asyncio.timeout(30):
            await receiver.has(1)
        await client.post(f"/v1/webhooks/{webhook['id']}/ending", headers=a_key())

    [message] = receiver.received
    assert message.id == sent["delivery_id"]
    assert verify(message.body, message.headers, [webhook["secret"]])["type"] == "webhook.test"


def a_key() -> dict[str, str]:
    return {"Idempotency-Key": uuid4().hex}


async def test_a_child_that_is_killed_is_started_again(here: Addresses) -> None:
    claims = the("claims.main", here)
    claims.kill()
    claims.wait()

    async def another_one() -> bool:
        return await is_ready(here.services["claims"])

    assert await eventually(another_one)
    assert the("claims.main", here).pid != claims.pid


async def test_two_towns_live_side_by_side_and_each_ends_whole_and_opens_again(
    here: Addresses, quick_folder: Path
) -> None:
    with pytest.raises(town.TownFailed), town.running(Path(here.logs).parent):
        pass
    assert Path(here.logs).with_name("town.json").exists()

    with town.running(quick_folder) as there:
        assert await is_ready(there.services["claims"])
        assert await is_ready(here.services["claims"])
        supervisor, *children = processes_of(there)
        supervisor.kill()
        _, left = psutil.wait_procs(children, timeout=30)
        assert left == []

    with town.running(quick_folder) as again:
        supervisor, *children = processes_of(again)
        the("embedded.broker", again).kill()
        _, left = psutil.wait_procs([supervisor, *children], timeout=30)
        assert left == []
        assert not (quick_folder / "town.json").exists()
