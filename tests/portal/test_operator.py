"""Delivery by pages alone: a stream that stands still is tried again, skipped or heard again; figures side by side."""

import pytest
from playwright.async_api import expect

from tests.journeys.test_what_is_personal_stays_home import database
from tests.parts.browser import clean
from tests.parts.eventually import eventually
from tests.parts.postgres import connect
from tests.portal.conftest import OpenAs, World
from tests.portal.test_away import NOBODY, browser_at
from tests.portal.test_caseworker import send

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("portal")]

PARK = """
update inbox set state = 'parked', attempts = 5, error_code = 'unreadable-body', last_sequence = 1, last_event = $2,
                 hash = null, hash_sequence = null
where topic = 'referrals' and subject = $1 and state = 'open' and last_sequence > 1
"""
FIRST = "select event_id from outbox where topic = 'referrals' and subject = $1 and sequence = 1"
STANDS = "select state, last_sequence, skipped from inbox where topic = 'referrals' and subject = $1"


@pytest.mark.parametrize(
    ("scripts", "act", "notice", "skipped"),
    [
        (True, "Try again", "The stream is tried again.", 0),
        (False, "Leave out", "The event is left out.", 1),
        (False, "Hear it again", "The stream is heard again", 0),
    ],
)
async def test_a_stream_that_stands_still_goes_on(
    open_as: OpenAs, world: World, scripts: bool, act: str, notice: str, skipped: int
) -> None:
    path = world.somebody()
    await path.refer("hub-1", "self", None, ["homelessness"], housed_at_referral=True)
    await path.triage("A door I can lock.", "Keeps appointments", ["homelessness"], "low", "generic", "low")
    subject = f"participant/{path.participant_id}"
    hub = await connect(database(world.addresses, "referral_hub"))
    first = await hub.fetchval(FIRST, subject)
    await hub.close()
    reporting = await connect(database(world.addresses, "reporting"))

    async def stands_still() -> bool | None:
        return await reporting.execute(PARK, subject, first) == "UPDATE 1" or None

    async def goes_on() -> bool | None:
        [row] = await reporting.fetch(STANDS, subject)
        return (row["state"] == "open" and row["last_sequence"] > 1 and row["skipped"] == skipped) or None

    await eventually(stands_still)
    page = await open_as("operator", scripts=scripts)
    await expect(page.locator("main")).to_contain_text("Streams that stand still (1)")
    await clean(page)
    await page.get_by_role("link", name="Delivery", exact=True).click()
    await clean(page)
    await page.get_by_role("link", name=subject).click()
    await expect(page.locator("main")).to_contain_text("number 2")
    await clean(page)
    await page.get_by_label(act).check()
    await page.get_by_role("button", name="Continue").click()
    await clean(page)
    if skipped:
        await page.get_by_role("button", name="Confirm and send").click()
        await expect(page.get_by_role("alert")).to_contain_text("give a code for the reason")
        await clean(page)
        await page.get_by_label("Why is the event left out?").fill("known-bug")
        await page.get_by_role("button", name="Continue").click()
    await send(page, "Confirm and send", notice)
    await eventually(goes_on)
    await reporting.close()
    await page.goto(f"{world.portal}/delivery/streams/reporting/referrals/{subject}")
    await expect(page.get_by_role("heading", name="Page not found")).to_be_visible()


async def test_figures_and_checks_are_side_by_side(open_as: OpenAs, world: World) -> None:
    page = await open_as("operator")
    await page.get_by_role("link", name="Announced and heard").click()
    await expect(page.get_by_role("table")).to_contain_text("reporting heard")
    await clean(page)
    await page.get_by_role("link", name="Checks", exact=True).click()
    await expect(page.locator("main")).to_contain_text("Everything on this page fits.")
    await clean(page)
    await page.get_by_label("What to look at").select_option("Whether what events did is still there")
    await page.get_by_role("button", name="Show").click()
    await expect(page.locator("main")).to_contain_text("Looked at what")
    await clean(page)


async def test_a_service_that_is_away_is_said_and_the_rest_still_shown(world: World) -> None:
    async with browser_at(world, "operator", claims=NOBODY) as (_, browser):
        home = await browser.get("/")
        delivery = await browser.get("/delivery")
        claims = await browser.get("/delivery/figures?topic=claims")
        cases = await browser.get("/delivery/figures?topic=cases")
        audit = await browser.get("/audit")
    async with browser_at(world, "prime-manager") as (_, browser):
        stranger = await browser.get("/delivery")

    assert "claims does not answer" in home.text
    for page in (delivery, claims, cases, audit):
        assert "This cannot be shown now: Claims and statements." in page.text
    assert "Nothing stands still." in delivery.text
    assert "reporting heard" in claims.text
    assert "case-management announced" in cases.text
    assert stranger.status_code == 403
