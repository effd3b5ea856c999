"""How the programme does, by pages alone: the council, an investor, the prime, and the months they accept."""

from datetime import date, datetime

import pytest
from playwright.async_api import Page, expect

from common.clock import LONDON
from tests.parts.browser import clean
from tests.portal.conftest import OpenAs, World
from tests.portal.test_caseworker import begun, send

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("portal")]

SEPTEMBER = "2019-09"
OCTOBER = date(2019, 10, 2)


async def submitted(world: World, person: str) -> None:
    """Their report of September 2019."""
    at = datetime(2019, 10, 2, 9, tzinfo=LONDON)
    await world.seats[person].post("reporting/v1/monthly-reports", at, {"month": SEPTEMBER})


async def file_of(page: Page, link: str) -> str:
    """What is saved by a link: its name and how it begins."""
    async with page.expect_download() as download:
        await page.get_by_role("link", name=link).click()
    file = await download.value
    return f"{file.suggested_filename} {(await file.path()).read_bytes()[:3]!r}"


async def test_the_council_sees_the_programme_its_waits_and_what_was_kept(open_as: OpenAs, world: World) -> None:
    await begun(world)
    page = await open_as("council-oversight", scripts=False, on=OCTOBER)
    await page.get_by_role("link", name="Programme", exact=True).click()
    await expect(page.get_by_role("heading", name="The programme in figures")).to_be_visible()
    await expect(page.locator("main")).to_contain_text("September 2019")
    await expect(page.get_by_role("img", name="Referrals month by month")).to_be_visible()
    await clean(page)

    await page.get_by_role("link", name="How much was kept").click()
    await page.get_by_role("button", name="Show").click()
    await expect(page.get_by_role("alert")).to_contain_text("Which outcomes are reaching it?")
    await clean(page)
    await page.get_by_role("group", name="Which outcomes are reaching it?").get_by_role("checkbox").first.check()
    await page.get_by_role("group", name="Which outcomes are keeping it?").get_by_role("checkbox").last.check()
    await page.get_by_role("button", name="Show").click()
    await expect(page.locator("main")).to_contain_text("Share that was kept")
    await clean(page)

    await page.get_by_role("link", name="Waiting times").click()
    await expect(page.get_by_role("img", name="From referral to placement: median days").first).to_be_visible()
    await clean(page)


@pytest.mark.parametrize("scripts", [True, False])
async def test_whoever_invests_sees_the_tracker_of_a_month_and_no_more(
    open_as: OpenAs, world: World, scripts: bool
) -> None:
    page = await open_as("investor", scripts=scripts, on=OCTOBER)
    await clean(page)
    await page.get_by_role("link", name="KPI tracker").click()
    await expect(page.get_by_role("heading", name="KPI tracker of October 2019")).to_be_visible()
    assert await page.get_by_label("Whose").count() == 0
    await page.get_by_label("Month").select_option("September 2019")
    await page.get_by_role("button", name="Show").click()
    await expect(page.get_by_role("heading", name="KPI tracker of September 2019")).to_be_visible()
    assert "£" not in await page.locator("main").inner_text()
    await clean(page)
    assert (await file_of(page, "as CSV")).startswith("kpi-tracker-kbop-2019-09.csv b'KPI")
    assert (await file_of(page, "as a workbook")).startswith("kpi-tracker-kbop-2019-09.xlsx b'PK")

    for path in ("/programme", "/programme/sustainment", "/waiting-times", "/monthly-reports"):
        answer = await page.goto(f"{world.portal}{path}")
        assert answer is not None
        assert answer.status == 403, path


@pytest.mark.parametrize(
    ("scripts", "who", "of"), [(False, "council-oversight", "prime-manager"), (True, "prime-manager", "pdap")]
)
async def test_a_month_is_read_and_accepted_by_whom_it_is_for(
    open_as: OpenAs, world: World, scripts: bool, who: str, of: str
) -> None:
    whose = "Pdap" if of == "pdap" else "The partnership"
    await submitted(world, of if of == "prime-manager" else f"provider-manager.{of}")
    page = await open_as(who, scripts=scripts, on=OCTOBER)
    await expect(page.locator("main")).to_contain_text("to accept (1)")
    await clean(page)
    await page.get_by_role("link", name=f"September 2019, {whose}").click()
    await expect(page.locator("main")).to_contain_text("Submitted")
    await clean(page)
    await send(page, "Accept the report", "The report of September 2019 is accepted.")
    await clean(page)
    await page.get_by_role("link", name="Accepted", exact=True).click()
    await page.get_by_role("link", name=f"September 2019, {whose}").click()
    assert await page.get_by_role("button", name="Accept the report").count() == 0
    await clean(page)


async def test_a_provider_sees_its_own_months_and_no_others(open_as: OpenAs, world: World) -> None:
    page = await open_as("provider-manager.horton", width=320, on=OCTOBER)
    await page.goto(f"{world.portal}/kpi-tracker?month={SEPTEMBER}")
    await expect(page.locator("main")).to_contain_text("Horton")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await clean(page)
    await page.goto(f"{world.portal}/monthly-reports?state=accepted")
    await expect(page.locator("main")).to_contain_text("There are none.")
    await clean(page)
    for path in (f"/monthly-reports/{SEPTEMBER}/of/pdap", "/kpi-tracker?provider=pdap"):
        answer = await page.goto(f"{world.portal}{path}")
        assert answer is not None
        assert answer.status == 404, path
