"""Through the one door: TLS, one host name, each service under its name and the portal at the root."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest
import uvicorn
from starlette.types import ASGIApp

from claims.main import create_app_for as create_claims
from common.river import SERVICES
from common.web.failing import failures
from portal.main import create_app_for as create_portal
from portal.settings import PortalSettings
from referral_hub.main import create_app_for as create_hub
from tests.parts.api import FrontDoor, front_door, someone
from tests.parts.caddy import FILE, Door, door_before, why_no_caddy
from tests.parts.eventually import eventually
from tests.parts.ports import free_port
from tests.parts.postgres import Databases
from tests.parts.tokens import ISSUER, JWKS_URL

HOST = "https://outcomes.example"
SYSTEM = someone("provider-system", organisation="horton", kind="provider")
PORTAL = PortalSettings(
    environment="test",
    issuer_url=ISSUER,
    jwks_url=JWKS_URL,
    public_url=HOST,
    services={name: "http://127.0.0.1:9" for name in SERVICES if name != "portal"},
)


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncGenerator[int]:
    """An app on a port of this machine."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, lifespan="off", log_level="warning"))
    task = asyncio.create_task(server.serve())
    await eventually(lambda: asyncio.sleep(0, server.started))
    try:
        yield port
    finally:
        server.should_exit = True
        await task


@dataclass(frozen=True, slots=True)
class House:
    """The hub, claims and the portal behind the door, and a client from outside."""

    door: Door
    outside: httpx.AsyncClient
    hub: FrontDoor
    claims: FrontDoor


@pytest.fixture(scope="module")
async def house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[House]:
    if reason := why_no_caddy():
        pytest.skip(reason)
    portal, folder = create_portal(PORTAL), tmp_path_factory.mktemp("door")
    async with (
        front_door(databases, "referral_hub", create_hub, public_url=f"{HOST}/referral-hub") as hub,
        front_door(databases, "claims", create_claims, public_url=f"{HOST}/claims") as claims,
        portal.router.lifespan_context(portal),
        served(hub.app) as hub_port,
        served(claims.app) as claims_port,
        served(portal) as portal_port,
    ):
        nobody = "127.0.0.1:9"
        ports = {"referral-hub": hub_port, "claims": claims_port, "portal": portal_port}
        servers = {f"{name}:8000": f"127.0.0.1:{port}" for name, port in ports.items()}
        others = {f"{name}:8000": nobody for name in SERVICES if f"{name}:8000" not in servers}
        with door_before(servers | others, folder) as door:
            trusted = ssl.create_default_context(cafile=str(door.authority))
            async with httpx.AsyncClient(base_url=door.https, verify=trusted) as outside:
                yield House(door, outside, hub, claims)


def as_system(key: str = "") -> dict[str, str]:
    return {"Authorization": f"Bearer {SYSTEM}"} | ({"Idempotency-Key": key} if key else {})


async def test_whoever_comes_in_the_clear_is_sent_to_tls_and_told_to_stay(house: House) -> None:
    async with httpx.AsyncClient() as client:
        sent_on = await client.get(f"{house.door.http}/claims/docs")
    answer = await house.outside.get("/referral-hub/openapi.json")

    assert sent_on.status_code == 308
    assert sent_on.headers["location"].startswith("https://localhost")
    assert answer.headers["strict-transport-security"].startswith("max-age=")


async def test_a_service_is_under_its_name_and_says_so_in_what_it_tells(house: House) -> None:
    document = (await house.outside.get("/referral-hub/openapi.json")).json()
    page = (await house.outside.get("/referral-hub/docs")).text
    script = await house.outside.get("/referral-hub/static-offline-docs/swagger-ui-bundle.js")
    asked = {"url": "http://127.0.0.1:9/", "event_types": ["ParticipantAllocated"]}
    made = await house.outside.post("/referral-hub/v1/webhooks", json=asked, headers=as_system("through-the-door"))

    assert made.status_code == 201, made.text
    read = await house.outside.get(made.headers["location"], headers=as_system())
    assert document["servers"][0]["url"] == "/referral-hub"
    assert "'/referral-hub/openapi.json'" in page
    assert script.status_code == 200
    assert made.headers["location"].startswith("/referral-hub/v1/webhooks/")
    assert (read.status_code, read.json()["id"]) == (200, made.json()["id"])


async def test_the_portal_is_at_the_root_and_people_are_sent_to_sign_in(house: House) -> None:
    home = await house.outside.get("/")

    assert home.status_code in (302, 303)
    assert home.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("path", ["/metrics", "/health/ready", "/referral-hub/metrics", "/referral-hub/health/ready"])
async def test_what_is_for_the_house_is_not_there_from_outside(house: House, path: str) -> None:
    assert (await house.outside.get(path)).status_code == 404


async def test_a_problem_opens_its_page_though_its_path_names_no_service(house: House) -> None:
    at_the_hub, at_claims = failures(house.hub.app), failures(house.claims.app)
    of_both = next(kind for kind in at_the_hub if kind in at_claims)
    of_the_hub = next(kind for kind in at_the_hub if kind not in at_claims)

    for kind in (of_both, of_the_hub):
        page = await house.outside.get(kind.uri())
        assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (200, "text/html")


async def test_a_service_that_is_away_is_away_and_the_others_go_on(house: House) -> None:
    assert (await house.outside.get("/reporting/v1/kpi-tracker")).status_code == 502
    assert (await house.outside.get("/referral-hub/v1/providers", headers=as_system())).status_code in (200, 403)


def test_the_door_leads_to_every_service_there_is() -> None:
    text = FILE.read_text()

    for name, service in SERVICES.items():
        assert f"reverse_proxy {name}:8000" in text
        assert (f"handle_path /{name}/*" in text) is bool(service.database)
