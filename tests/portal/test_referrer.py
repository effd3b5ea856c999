"""An agency refers by pages alone: its answers are checked, sent once, and followed; nobody else's are seen."""

import pytest
from playwright.async_api import expect

from simulation.path import HUB
from tests.parts.browser import NARROW, axe
from tests.portal.conftest import OpenAs, World

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("portal")]


@pytest.mark.parametrize("scripts", [True, False])
async def test_an_agency_refers_somebody_checks_the_answers_and_follows(
    open_as: OpenAs, world: World, scripts: bool
) -> None:
    person = world.somebody().person
    page = await open_as("referrer.hm-prisons", scripts=scripts, width=NARROW["width"])
    await page.get_by_role("link", name="Refer somebody").click()
    assert await axe(page) == []
    await page.get_by_role("button", name="Continue").click()
    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text("What kind of referrer are you?")
    await expect(alert).to_contain_text("Do they agree that the provider may read your notes?")
    assert await axe(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"] if scripts else True

    await page.get_by_label("Given name").fill("Robin")
    await page.get_by_label("Family name").fill(person.family_name)
    for part, value in (("Day", "31"), ("Month", "January"), ("Year", "1990")):
        await page.locator("#date_of_birth").get_by_label(part).fill(value)
    await page.get_by_label("What kind of referrer are you?").select_option("custody")
    await page.get_by_label("Homelessness").check()
    await page.get_by_role("group", name="Do they agree").get_by_label("Yes").check()
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    await expect(page.get_by_text("31 January 1990")).to_be_visible()
    assert person.family_name not in page.url
    assert await axe(page) == []
    await page.get_by_role("button", name="Confirm and send").click()
    await expect(page.get_by_text("The referral is sent.")).to_be_visible()
    assert await axe(page) == []

    referral_id = page.url.rpartition("/")[2]
    kept = await world.referred.get(world.seats["hub-1"], f"{HUB}/referrals/{referral_id}")
    assert (kept["agency_id"], kept["needs"], kept["source"]) == ("hm-prisons", ["homelessness"], "custody")
    assert kept["name"] == f"Robin {person.family_name}"

    await page.get_by_role("link", name="Our referrals").first.click()
    await expect(page.get_by_role("link").filter(has_text="September 2019").first).to_be_visible()
    assert await axe(page) == []


async def test_a_form_sent_twice_is_one_referral(open_as: OpenAs, world: World) -> None:
    """By a double click, or by a browser that sends it again after going back."""
    person = world.somebody().person
    page = await open_as("hub-1")
    await page.goto(f"{world.portal}/referrals-new")
    await page.get_by_label("Family name").fill(person.family_name)
    await page.get_by_label("What kind of referrer are you?").select_option("self")
    await page.get_by_label("Homelessness").check()
    await page.get_by_role("group", name="Do they agree").get_by_label("No").check()
    await page.get_by_label("I believe they are old enough").check()
    await page.get_by_role("button", name="Continue").click()
    form = page.locator("form", has=page.get_by_role("button", name="Confirm and send"))
    fields = await form.evaluate("form => Object.fromEntries(new FormData(form))")
    headers = {"Origin": world.portal}
    answers = [
        await page.request.post(page.url, form=fields | {"step": "send"}, headers=headers, max_redirects=0)
        for _ in range(2)
    ]
    places = {answer.headers["location"] for answer in answers}

    assert [answer.status for answer in answers] == [303, 303]
    assert len(places) == 1
    other = await page.request.post(
        page.url, form=fields | {"step": "send", "notes": "Another."}, headers=headers, max_redirects=0
    )
    assert other.status == 422
    assert "This form was sent before, with other answers." in await other.text()


async def test_what_another_agency_sent_is_not_there(open_as: OpenAs, world: World) -> None:
    path = world.somebody()
    await path.refer("referrer.hm-prisons", "custody", None, ["homelessness"])
    page = await open_as("referrer.kirklees-neighbourhood-housing")
    answer = await page.goto(f"{world.portal}/referrals/{path.referral_id}")

    assert answer is not None
    assert answer.status == 404
    await expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    assert await axe(page) == []
