"""Whether all of it works is said to everybody, in plain words and as it is; and nobody can hammer services by it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from claims.main import create_app_for as create_claims
from common.river import WITH_DATABASE
from portal import status
from portal.main import create_app_for
from portal.settings import PortalSettings
from referral_hub.main import create_app_for as create_hub
from tests.house.test_door import served
from tests.parts.api import FrontDoor, front_door
from tests.parts.browser import axe
from tests.parts.postgres import Databases
from tests.portal.conftest import OpenAs, World

NOBODY = "http://127.0.0.1:9"


@dataclass
class Counted:
    """An app that counts how often it is asked how it is."""

    app: ASGIApp
    asked: int = field(default=0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += scope.get("path") == "/health/ready"
        await self.app(scope, receive, send)


@dataclass(frozen=True, slots=True)
class Partnership:
    """The hub and claims, which answer, before a portal; the two others are down."""

    portal: FastAPI
    browser: httpx.AsyncClient
    claims: FrontDoor
    counted: Counted


@asynccontextmanager
async def partnership(databases: Databases) -> AsyncGenerator[Partnership]:
    async with (
        front_door(databases, "referral_hub", create_hub) as hub,
        front_door(databases, "claims", create_claims) as claims,
    ):
        counted = Counted(hub.app)
        async with served(counted) as hub_port, served(claims.app) as claims_port:
            up = {"referral-hub": f"http://127.0.0.1:{hub_port}", "claims": f"http://127.0.0.1:{claims_port}"}
            portal = create_app_for(
                PortalSettings(
                    environment="test",
                    issuer_url=NOBODY,
                    jwks_url=f"{up['claims']}/health/live",
                    public_url="http://portal",
                    services=dict.fromkeys(WITH_DATABASE, NOBODY) | up,
                )
            )
            transport = httpx.ASGITransport(portal)
            async with (
                portal.router.lifespan_context(portal),
                httpx.AsyncClient(transport=transport, base_url="http://portal") as browser,
            ):
                yield Partnership(portal, browser, claims, counted)


async def test_who_is_down_is_said_and_how_far_the_others_are(databases: Databases) -> None:
    async with partnership(databases) as here:
        await here.claims.meddle(
            "insert into inbox (topic, subject, programme_id, state, heard_sequence, last_sequence)"
            " values ('cases', 'participant/a', 'kbop', 'parked', 5, 2)"
        )
        page = (await here.browser.get("/status")).text
        told: status.PartnershipStatus = await here.portal.state.status.now()

    assert {one.service: (one.works, one.stopped) for one in told.standings} == {
        "referral-hub": (True, 0), "case-management": (False, 0), "claims": (True, 1), "reporting": (False, 0),
    }  # fmt: skip
    assert {(one.announcer, one.hearer): one.behind for one in told.passages} == {
        ("case-management", "referral-hub"): 0,
        ("referral-hub", "case-management"): None,
        ("case-management", "claims"): 3,
        ("referral-hub", "claims"): 0,
        **{(announcer, "reporting"): None for announcer in ("referral-hub", "case-management", "claims")},
    }
    assert "No. Part of it does not work, or is late." in page
    assert page.count("It does not answer.") == 2
    assert "3 changes are on their way" in page
    assert "One history has stopped, and an operator must look at it." in page
    assert "participant" not in page.partition("<main")[2].partition("</main>")[0]


async def test_many_who_look_ask_the_services_once_and_some_seconds_later_again(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with partnership(databases) as here:
        pages = await asyncio.gather(*(here.browser.get("/status") for _ in range(50)))
        asked_by_many = here.counted.asked
        monkeypatch.setattr(status, "FRESH_SECONDS", 0)
        await here.browser.get("/status")

    assert {page.status_code for page in pages} == {200}
    assert (asked_by_many, here.counted.asked) == (1, 2)


@pytest.mark.town
@pytest.mark.xdist_group("portal")
async def test_a_town_that_is_well_says_so_before_anybody_signs_in(open_as: OpenAs, world: World) -> None:
    page = await open_as("hub-1")
    await page.context.clear_cookies()
    await page.goto(f"{world.portal}/status")

    assert await page.locator("tbody").first.locator("tr").count() == 1 + len(WITH_DATABASE)
    assert await page.get_by_text("Works", exact=True).count() >= 1
    assert await page.get_by_text("Does not work", exact=True).count() == 0
    assert await axe(page) == []
