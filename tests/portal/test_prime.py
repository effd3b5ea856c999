"""The prime by pages alone: whether a case closes, what the board pays for, and the month that is reported."""

from datetime import date

import pytest
from playwright.async_api import expect

from simulation.path import CASES
from tests.parts.browser import clean
from tests.portal.conftest import OpenAs, World
from tests.portal.test_caseworker import begun, send

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("portal")]

OCTOBER, NOVEMBER = date(2019, 10, 2), date(2019, 11, 2)


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_case_closes_at_the_participants_wish_and_by_no_other_decision(
    open_as: OpenAs, world: World, scripts: bool
) -> None:
    path = await begun(world)
    await path.note("Rang twice.", "caseworker", attempt=True, channel="phone", tailored_how="By text, as they asked.")
    await path.in_case("closure-requests", {"reason": "disengaged", "by_participant": True}, "caseworker")
    page = await open_as("prime-manager", scripts=scripts)
    await page.get_by_role("link", name=path.person.family_name).first.click()
    await expect(page.locator("main")).to_contain_text("By text, as they asked.")
    await clean(page)
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("alert")).to_contain_text("What do you decide?")
    await clean(page)
    await page.get_by_label("Keep it open").check()
    await page.get_by_label("Why?").fill("Two goals are open.")
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("button", name="Confirm and send").click()
    await expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    await clean(page)
    await page.get_by_label("Close the case").check()
    await page.get_by_role("button", name="Continue").click()
    await clean(page)
    await send(page, "Confirm and send", "Your decision is kept.")
    case = await path.get(path.seat_at_provider("caseworker"), f"{CASES}/cases/{path.case_id}")
    assert case["state"] == "closed"

    answer = await page.goto(f"{world.portal}/cases/{path.case_id}/closure-decision")
    assert answer is not None
    assert answer.status == 404


@pytest.mark.parametrize("scripts", [True, False])
async def test_the_board_decides_above_the_amount_and_on_innovations(
    open_as: OpenAs, world: World, scripts: bool
) -> None:
    path = await begun(world)
    dear = {"amount_pence": 90_000 + scripts, "category": "laptop", "outcome": "EDU_ENTRY"}
    await path.in_case("fund-requests", dear, "caseworker")
    purpose = f"A group for letters, {path.person.family_name}"
    change = {"amount_pence": 150_000, "purpose": purpose, "outcome": "EDU_ENTRY"}
    await path.post(path.seat_at_provider("provider-manager"), f"{CASES}/innovations", change)

    manager = await open_as(f"provider-manager.{path.provider_id}", scripts=scripts)
    await manager.goto(f"{world.portal}/team/fund-requests")
    await manager.get_by_role("link", name=path.person.family_name).click()
    assert await manager.get_by_role("button", name="Continue").count() == 0
    await clean(manager)

    board = await open_as("prime-finance", scripts=scripts)
    await expect(board.locator("main")).to_contain_text("Requests for money")
    await clean(board)
    await board.get_by_role("link", name=f"£900.0{int(scripts)}").click()
    await board.get_by_label("Give the money").check()
    await board.get_by_role("button", name="Continue").click()
    await send(board, "Confirm and send", "Your decision is kept.")
    await clean(board)

    await board.get_by_role("link", name="Innovations", exact=True).click()
    await clean(board)
    await board.get_by_role("row", name=purpose).get_by_role("link").click()
    await clean(board)
    await board.get_by_label("Do not give it").check()
    await board.get_by_role("button", name="Continue").click()
    await board.get_by_role("button", name="Confirm and send").click()
    await expect(board.get_by_role("alert")).to_contain_text("There is a problem")
    await clean(board)
    await board.get_by_label("Why?").fill("Ask again in April.")
    await board.get_by_role("button", name="Continue").click()
    await send(board, "Confirm and send", "Your decision is kept.")
    await board.goto(f"{world.portal}/innovations?state=refused")
    await board.get_by_role("row", name=purpose).get_by_role("link").click()
    await expect(board.locator("main")).to_contain_text("Ask again in April.")
    await clean(board)


async def test_a_providers_month_is_submitted_with_its_posts_and_corrected(open_as: OpenAs, world: World) -> None:
    page = await open_as("provider-manager.fusion-housing", scripts=False, on=OCTOBER)
    await page.get_by_role("link", name="September 2019, Fusion housing").click()
    await clean(page)
    await page.get_by_label("How many full-time posts").fill("4.5")
    await page.get_by_label("How many of them were filled?").fill("many")
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("alert")).to_contain_text("Write a number, such as 4.5")
    await clean(page)
    await page.get_by_label("How many of them were filled?").fill("4")
    await page.get_by_role("button", name="Continue").click()
    await expect(page.locator("main")).to_contain_text("4.5")
    await clean(page)
    await send(page, "Confirm and send", "September 2019 is submitted.")
    await expect(page.locator("main")).to_contain_text("4.0 of 4.5")
    await page.get_by_role("link", name="Correct the month").click()
    await clean(page)
    await page.get_by_label("Why is it corrected?").fill("One post was filled after all.")
    await page.get_by_role("button", name="Continue").click()
    await send(page, "Confirm and send", "September 2019 is corrected.")
    await expect(page.get_by_role("table", name="Its versions")).to_contain_text("One post was filled after all.")
    await clean(page)
    await page.get_by_role("link", name="1", exact=True).click()
    await expect(page.locator("main")).to_contain_text("4.0 of 4.5")


async def test_the_prime_submits_the_partnerships_month_once(open_as: OpenAs, world: World) -> None:
    page = await open_as("prime-manager", on=NOVEMBER)
    await page.get_by_role("link", name="October 2019, The partnership").click()
    assert await page.get_by_label("How many full-time posts").count() == 0
    await page.get_by_role("button", name="Continue").click()
    await send(page, "Confirm and send", "October 2019 is submitted.")
    assert await page.get_by_role("button", name="Accept the report").count() == 0
    await page.goto(f"{world.portal}/monthly-reports-new?month=2019-10")
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("button", name="Confirm and send").click()
    await expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    await clean(page)
