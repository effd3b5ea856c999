"""The external audit by pages: a quarter is granted and the grant ended, a record's trail and the chains are read."""

from datetime import date

import pytest
from playwright.async_api import expect

from tests.parts.browser import clean
from tests.portal.conftest import OpenAs, World
from tests.portal.test_away import NOBODY, browser_at
from tests.portal.test_caseworker import answer_day, send

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("portal")]

OCTOBER = date(2019, 10, 2)


async def test_a_quarter_is_granted_looked_into_and_ended(open_as: OpenAs, world: World) -> None:
    council = await open_as("council-oversight", scripts=False, on=OCTOBER)
    await council.get_by_role("link", name="Audit grants").click()
    await clean(council)
    await council.get_by_role("link", name="Grant a quarter").click()
    await council.get_by_label("Which organisation?").fill("quarterly-audit")
    await council.get_by_label("Which quarter?").select_option("2019-Q3")
    await council.get_by_role("button", name="Continue").click()
    await expect(council.get_by_role("alert")).to_contain_text("Until which day?")
    await clean(council)
    await answer_day(council, "until_on", date(2019, 12, 20))
    await council.get_by_role("button", name="Continue").click()
    await send(council, "Confirm and send", "2019-Q3 is granted.")
    await clean(council)

    auditor = await open_as("auditor", on=OCTOBER)
    await expect(auditor.locator("main")).to_contain_text("Quarter 2019-Q3")
    await clean(auditor)
    await auditor.get_by_role("searchbox").fill(world.referred.participant_id)
    await auditor.get_by_role("search").get_by_role("button").click()
    await expect(auditor.get_by_role("heading", level=1)).to_have_text("Who saw this record")
    await expect(auditor.get_by_role("table", name="Referrals, the waiting list")).to_be_visible()
    assert world.referred.person.family_name not in await auditor.content()
    await clean(auditor)
    await auditor.goto(f"{world.portal}/participants/{world.referred.participant_id}/audit/referral-hub")
    await clean(auditor)
    await auditor.goto(f"{world.portal}/audit")
    await expect(auditor.locator("main")).to_contain_text("Entries bound")
    await clean(auditor)
    await auditor.get_by_role("link", name="Signed checkpoints: Claims").click()
    await clean(auditor)

    await council.get_by_role("link", name="End the grant of 2019-Q3").click()
    await clean(council)
    await council.get_by_label("Why does it end?").fill("The audit is done.")
    await council.get_by_role("button", name="Continue").click()
    await send(council, "Confirm and send", "The grant of 2019-Q3 has ended.")
    await auditor.goto(world.portal)
    await expect(auditor.locator("main")).to_contain_text("Nothing is granted to you.")


async def test_the_prime_sees_a_trail_but_no_chain_and_where_a_service_is_away_the_rest(world: World) -> None:
    async with browser_at(world, "prime-manager", claims=NOBODY) as (_, browser):
        trail = await browser.get(f"/participants/{world.referred.participant_id}/audit")
        chain = await browser.get("/audit")
        none = await browser.get("/participants/not-an-id/audit")

    assert trail.status_code == 200
    assert "This cannot be shown now: Claims and statements." in trail.text
    assert "Organisation" in trail.text
    assert (chain.status_code, none.status_code) == (403, 404)
