"""Money by pages alone: a month is closed, its statement is read, and one claim is explained to the penny."""

import re
from datetime import date, datetime

import pytest
from playwright.async_api import expect

from common.clock import LONDON
from simulation.outcomes import achieved
from tests.journeys.test_the_thread import LIFE, approved, begun, placed
from tests.parts.browser import clean
from tests.portal.conftest import TODAY, OpenAs, World

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("portal")]

OCTOBER = date(2019, 10, 2)


async def test_a_month_is_closed_once_and_a_line_of_it_explained_to_the_penny(open_as: OpenAs, world: World) -> None:
    path = await begun(await placed(world.somebody()))
    claim = await approved(path, achieved("ACC_PREV", TODAY, LIFE))
    await path.decide("council-verifier-1", claim["id"], "verification")

    page = await open_as("prime-finance", scripts=False, on=OCTOBER)
    await page.get_by_role("link", name="Statements", exact=True).click()
    await expect(page.locator("main")).to_contain_text("Left under the cap")
    await clean(page)
    await page.get_by_role("link", name="Close a month").click()
    await page.get_by_role("button", name="Go on").click()
    await expect(page.get_by_role("alert")).to_contain_text("Which month?")
    await clean(page)
    await page.get_by_label("Which month?").select_option("September 2019")
    await page.get_by_role("button", name="Go on").click()
    await expect(page.locator("main")).to_contain_text("September 2019")
    await clean(page)
    await page.get_by_role("button", name="Confirm and send").click()
    await expect(page.get_by_role("alert")).to_contain_text("September 2019 is closed")
    await expect(page.locator("main")).to_contain_text("£750.00")
    await expect(page.get_by_role("cell", name="£750.00").first).to_have_class(re.compile("numeric"))
    await expect(page.get_by_role("columnheader", name="Payable")).to_have_class(re.compile("numeric"))
    assert await page.get_by_role("cell", name="ACC_PREV").count() == 0
    await clean(page)

    await page.goto(f"{world.portal}/statements/closing")
    await page.get_by_label("Which month?").select_option("September 2019")
    await page.get_by_role("button", name="Go on").click()
    await page.get_by_role("button", name="Confirm and send").click()
    await expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    await clean(page)

    council = await open_as("council-finance", on=OCTOBER)
    await council.get_by_role("link", name="Statements", exact=True).click()
    assert await council.get_by_role("link", name="Close a month").count() == 0
    await council.get_by_role("link", name="September 2019").click()
    await council.get_by_role("link", name=claim["number"]).click()
    await expect(council.get_by_role("heading", level=1)).to_contain_text(f"Why {claim['number']} pays what it pays")
    await expect(council.locator("main")).to_contain_text("£525.00")
    await expect(council.locator("main")).to_contain_text("£225.00")
    await clean(council)

    await world.seats["council-oversight"].post(
        "claims/v1/audit-grants",
        datetime(2019, 10, 2, 9, tzinfo=LONDON),
        {"auditor": "quarterly-audit", "quarter": "2019-Q3", "until_on": "2019-12-20"},
    )
    auditor = await open_as("auditor", on=OCTOBER)
    await auditor.goto(f"{world.portal}/claims/{claim['id']}")
    await clean(auditor)
    await auditor.get_by_role("link", name=f"Evidence of {claim['number']}").click()
    await clean(auditor)
    async with auditor.expect_download() as download:
        await auditor.get_by_role("table").get_by_role("link").first.click()
    assert (await (await download.value).path()).read_bytes().startswith(b"%PDF")
