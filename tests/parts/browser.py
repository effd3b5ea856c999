"""A real browser: Debian's Chromium, driven by Playwright, and axe, which looks for what keeps people out."""

import shutil
from collections.abc import AsyncGenerator
from functools import cache
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.parts.npm import installed_in, why_no_packages
from tests.parts.shared import ROOT

LOOK = ROOT / "deploy" / "look"
AXE = installed_in(LOOK) / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async tags => (await axe.run(document, {runOnly: tags}))
    .violations.map(one => `${one.id}: ${one.help}: ${one.nodes.map(node => node.target.join(" ")).join(", ")}`)"""
NARROW = {"width": 320, "height": 640}


def why_no_browser() -> str | None:
    """What this machine lacks to show pages, in a sentence, or nothing."""
    if shutil.which("chromium") is None:
        return "Pages are tested in Chromium: make test-tools, or apt-get install chromium"
    return why_no_packages(LOOK)


@cache
def axe_source() -> str:
    """The checker, as it is run in a page."""
    return AXE.read_text()


@pytest.fixture(scope="session")
async def browser() -> AsyncGenerator[Browser]:
    """The run's browser; each test opens contexts of its own in it."""
    if reason := why_no_browser():
        pytest.skip(reason)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield chromium
        await chromium.close()


async def axe(page: Page) -> list[str]:
    """What axe finds wrong with a page, WCAG 2.2 AA and good practice, as it is shown now; also where scripts are off.

    A page without JavaScript is copied as it stands into one with it, where only axe runs.
    """
    browser = page.context.browser
    assert browser is not None
    looking = await browser.new_context(bypass_csp=True, viewport=page.viewport_size)
    try:
        copy = await looking.new_page()
        await copy.route("**/*", lambda route: _as_it_stands(route, page))
        await copy.goto(page.url)
        await copy.evaluate(axe_source())
        return await copy.evaluate(RUN_AXE, TAGS)
    finally:
        await looking.close()


async def clean(page: Page) -> None:
    """Nothing keeps anybody out of this page."""
    violations = await axe(page)
    assert violations == [], f"{page.url}: {violations}"


async def _as_it_stands(route: Any, page: Page) -> None:
    if route.request.is_navigation_request():
        await route.fulfill(body=await page.content(), content_type="text/html; charset=utf-8")
    else:
        await route.continue_()
