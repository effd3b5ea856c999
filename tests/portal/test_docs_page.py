"""The API's own page, `/docs`, in a browser: "Authorize" signs in at the issuer, and what is tried is answered."""

from collections.abc import AsyncGenerator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, Route

from tests.portal.conftest import World, sign_in

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("portal")]


@pytest.fixture
async def page(browser: Browser, world: World) -> AsyncGenerator[Page]:
    """A page of claims in a browser that reaches this machine alone; what it asked elsewhere fails the test."""
    strangers: list[str] = []

    async def stay_here(route: Route) -> None:
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            await route.continue_()
        else:
            strangers.append(route.request.url)
            await route.abort()

    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    await context.route("http*://**", stay_here)
    page = await context.new_page()
    page.set_default_timeout(90_000)  # it draws a large document
    await page.goto(f"{world.addresses.services['claims']}/docs")
    yield page
    await context.close()
    assert strangers == []


async def test_who_presses_authorize_signs_in_and_is_answered(page: Page) -> None:
    assert await status_of(page, "show_position") == "401"

    await page.locator(".auth-wrapper button.authorize").first.click()
    people = page.locator(".auth-container").filter(has_text="authorization code with PKCE")
    await people.get_by_text("select all").click()
    async with page.expect_popup() as popup:
        await people.get_by_role("button", name="Apply given OAuth2 credentials").click()
    await sign_in(await popup.value, "prime-finance")
    await people.get_by_role("button", name="Remove authorization").wait_for()
    await page.locator(".close-modal").click()

    assert await status_of(page, "show_position") == "200"


async def status_of(page: Page, operation: str) -> str:
    """What the page shows that an operation without arguments was answered."""
    block = page.locator(f".opblock[id$='{operation}']")
    if await block.get_by_role("button", name="Execute").count() == 0:
        await block.locator(".opblock-summary-control").click()
        await block.get_by_role("button", name="Try it out").click()
    async with page.expect_response(lambda answer: "/v1/" in answer.url) as answer:
        await block.get_by_role("button", name="Execute").click()
    status = str((await answer.value).status)
    await block.locator(".live-responses-table .response-col_status").get_by_text(status, exact=True).first.wait_for()
    return status
