"""Shows the portal's main pages as they look: a town is filled with the demo's people, and each page is drawn once.

`make screenshots` writes `docs/portal/*.png` and the page that shows them. Everybody on them is made up.
"""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from embedded import town

FOLDER = Path(__file__).parent / "portal"
TODAY = date(2020, 2, 24)
"""A Monday shortly after the last month of the demo."""
DEMO = ["--seed", "7", "--participants", "40", "--months", "6", "--port", "0", "--exit"]
MOST_HEIGHT, COLOURS = 1500, 32
ROW = "main table tbody a"
"""What leads from a list to one of its rows."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A page to be drawn: who sees it, where it is, and which links lead on from there."""

    name: str
    person: str
    path: str
    caption: str
    links: Sequence[str] = ()


SHOTS = (
    Shot(
        "referrer-referrals",
        "referrer.kirklees-neighbourhood-housing",
        "/referrals",
        "An agency follows its referrals.",
    ),
    Shot("referrer-new", "referrer.kirklees-neighbourhood-housing", "/referrals-new", "Refer somebody."),
    Shot("hub-home", "hub-1", "/", "What waits for the hub, oldest first."),
    Shot("hub-inbox", "hub-1", "/hub/referrals", "Referrals in one state."),
    Shot(
        "hub-waiting-list",
        "hub-1",
        "/hub/waiting-list",
        "Who waits to be placed, with the day by which they should be.",
    ),
    Shot("hub-referral", "hub-1", "/hub/referrals?state=allocated", "One referral.", (ROW,)),
    Shot(
        "hub-placement",
        "hub-1",
        "/hub/referrals?state=allocated",
        "Why somebody was placed where they are.",
        (ROW, "main a[href^='/hub/placements/']"),
    ),
    Shot("caseworker-home", "caseworker.fusion-housing", "/", "What waits for a caseworker."),
    Shot("caseworker-cases", "caseworker.fusion-housing", "/cases?show=team", "The cases of a provider."),
    Shot(
        "caseworker-case",
        "caseworker.fusion-housing",
        "/cases?show=team",
        "A case: the golden thread on one page.",
        (ROW,),
    ),
    Shot("caseworker-sent-back", "caseworker.fusion-housing", "/sent-back", "Claims that wait for the provider."),
    Shot("manager-fund", "provider-manager.fusion-housing", "/team/fund-requests", "Requests for money from the fund."),
    Shot("prime-home", "prime-manager", "/", "What waits for the prime."),
    Shot("verifier-desk", "council-verifier-1", "/claims?state=verified", "The desk of the council's verifiers."),
    Shot("verifier-claim", "council-verifier-1", "/claims?state=verified", "A claim: evidence beside rules.", (ROW,)),
    Shot(
        "finance-statements", "prime-finance", "/statements", "Months that are closed, and what is left under the cap."
    ),
    Shot("finance-statement", "prime-finance", "/statements", "One month, line by line.", (ROW,)),
    Shot("oversight-programme", "council-oversight", "/programme", "The programme in figures."),
    Shot("oversight-tracker", "council-oversight", "/kpi-tracker", "Targets and actual figures, row by row."),
    Shot("oversight-waiting-times", "council-oversight", "/waiting-times", "How long people wait."),
)


async def draw(browser: Browser, portal: str) -> None:
    """Every page, each seen by whoever it is for; those of one person in one browser."""
    pages: dict[str, Page] = {}
    for shot in SHOTS:
        page = pages.get(shot.person) or await signed_in(browser, portal, shot.person)
        pages[shot.person] = page
        await page.goto(f"{portal}{shot.path}")
        for link in shot.links:
            await page.locator(link).first.click(timeout=5_000)
        keep(await page.screenshot(full_page=True), FOLDER / f"{shot.name}.png")


def keep(picture: bytes, path: Path) -> None:
    """The upper part of a page, in few colours: small enough to be kept."""
    whole = Image.open(BytesIO(picture))
    upper = whole.crop((0, 0, whole.width, min(whole.height, MOST_HEIGHT)))
    upper.convert("RGB").quantize(COLOURS).save(path, optimize=True)


async def signed_in(browser: Browser, portal: str, person: str) -> Page:
    """A browser of a person, on the day of the pictures."""
    page = await (await browser.new_context(viewport={"width": 1000, "height": 700})).new_page()
    await page.goto(portal)
    await page.locator(f'button[value="{person}@kbop"]').click()
    await page.goto(f"{portal}/clock")
    for part, value in (("day", TODAY.day), ("month", TODAY.month), ("year", TODAY.year)):
        await page.fill(f"#today-{part}", str(value))
    await page.locator("main form button").first.click()
    return page


def tell() -> None:
    """The page that shows the pictures."""
    lines = [f"## {shot.caption}\n\n{shot.person}, `{shot.path}`\n\n![]({shot.name}.png)\n" for shot in SHOTS]
    title = "# The portal as it looks\n\nMade by `make screenshots`, from a town of made-up people (illustrative).\n"
    (FOLDER / "README.md").write_text("\n".join([title, *lines]))


async def draw_town(folder: Path, chromium: str) -> None:
    """Open a filled town, and draw its pages."""
    with town.running(folder) as addresses:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            await draw(browser, addresses.services["portal"])
            await browser.close()


def main() -> None:
    """Fill a town, draw, and tell."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Pages are drawn by Chromium: make test-tools, or apt-get install chromium")
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "simulation.demo", "--data", folder, *DEMO]
        subprocess.run(command, check=True)  # noqa: S603 - ours
        asyncio.run(draw_town(Path(folder), chromium))
    tell()


if __name__ == "__main__":
    main()
