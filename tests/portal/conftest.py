"""One town for all tests of the portal, with KBOP loaded and some people on their way, and signed-in browsers.

Every test of this folder stands in one group, so that one worker opens one town for all of them:

    pytestmark = [pytest.mark.town, pytest.mark.xdist_group("portal")]

    @pytest.mark.parametrize("scripts", [True, False])
    async def test_the_hub_sees_who_was_referred(open_as: OpenAs, world: World, scripts: bool) -> None:
        page = await open_as("hub-1", scripts=scripts)          # signed in, on the home page, in the world's days
        await page.goto(f"{world.portal}/hub/referrals")
        assert await axe(page) == []
"""

from collections.abc import AsyncGenerator, Callable, Generator
from dataclasses import dataclass
from datetime import date
from pathlib import Path as Folder
from typing import Any, Protocol

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from common.town import Addresses
from embedded import town
from simulation.path import Path
from simulation.seats import Seats, seated
from tests.journeys.parts import kbop_is_loaded, somebody_new
from tests.parts.browser import why_no_browser

TODAY = date(2019, 9, 3)
"""The day that the world's people were referred on; pages are a day later."""


class OpenAs(Protocol):
    """Opens a browser signed in as a seeded person."""

    async def __call__(self, person: str, *, scripts: bool = True, width: int = 1280, on: date = TODAY) -> Page: ...


@dataclass
class World:
    """The town, and who is on their way in it. A journey that changes somebody makes somebody new of its own."""

    addresses: Addresses
    seats: Seats
    referred: Path
    """Received by the hub, and nothing more."""

    @property
    def portal(self) -> str:
        """Where the pages are."""
        return self.addresses.services["portal"]

    def somebody(self) -> Path:
        """A person nobody has met."""
        return somebody_new(self.seats, TODAY)


@pytest.fixture(scope="session")
def addresses(quick_folders: Callable[[], Folder]) -> Generator[Addresses]:
    if reason := why_no_browser():
        pytest.skip(reason)
    with town.running(quick_folders()) as here:
        yield here


@pytest.fixture(scope="session")
async def world(addresses: Addresses) -> AsyncGenerator[World]:
    async with seated(addresses.issuer, addresses.services) as seats:
        await kbop_is_loaded(addresses)
        referred = somebody_new(seats, TODAY)
        await referred.refer("hub-1", "self", None, ["homelessness"], housed_at_referral=True)
        yield World(addresses, seats, referred)


@pytest.fixture
async def open_as(browser: Browser, world: World) -> AsyncGenerator[OpenAs]:
    """Browsers of one test; what any of them complains of, such as a stylesheet that may not be, fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    async def opened(person: str, *, scripts: bool = True, width: int = 1280, on: date = TODAY) -> Page:
        size: Any = {"width": width, "height": 900}
        context = await browser.new_context(java_script_enabled=scripts, viewport=size)
        contexts.append(context)
        page = await context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if is_of_the_page(said) else None)
        await page.goto(world.portal)
        await sign_in(page, person)
        await page.wait_for_url(f"{world.portal}/**")
        await page.goto(f"{world.portal}/clock")
        for part, value in (("day", on.day), ("month", on.month), ("year", on.year)):
            await page.fill(f"#today-{part}", str(value))
        await page.get_by_role("button", name="Go to this day").click()
        return page

    yield opened
    for context in contexts:
        await context.close()
    assert complaints == []


def is_of_the_page(said: Any) -> bool:
    """A failed request is what a test may want; anything else a page's own fault."""
    return said.type == "error" and "Failed to load resource" not in said.text


async def sign_in(page: Page, person: str) -> None:
    """At the development issuer's page, as one of its people."""
    await page.locator(f'button[value="{person}@kbop"]').click()


__all__ = ["OpenAs", "World", "addresses", "open_as", "sign_in", "world"]
