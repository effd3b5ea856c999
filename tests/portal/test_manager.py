"""A provider's manager by pages alone: joint work, money from the fund, a placement handed back."""

import pytest
from playwright.async_api import expect

from simulation.path import CASES, HUB
from tests.parts.browser import clean
from tests.portal.conftest import OpenAs, World
from tests.portal.test_caseworker import begun, placed, send, where

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("portal")]


@pytest.mark.parametrize("scripts", [True, False])
async def test_joint_work_is_agreed_and_ended_and_money_decided_on(
    open_as: OpenAs, world: World, scripts: bool
) -> None:
    path = await begun(world)
    await path.in_case(
        "fund-requests", {"amount_pence": 12_000, "category": "laptop", "outcome": "EDU_ENTRY"}, "caseworker"
    )
    other = "horton" if path.provider_id != "horton" else "connect"
    page = await open_as(f"provider-manager.{path.provider_id}", scripts=scripts)
    await expect(page.get_by_text("£120.00").first).to_be_visible()
    await page.get_by_role("link", name="Fund", exact=True).click()
    await clean(page)
    await page.get_by_role("link", name=path.person.family_name).click()
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("alert")).to_contain_text("What do you decide?")
    await clean(page)
    await page.get_by_label("Give the money").check()
    await page.get_by_role("button", name="Continue").click()
    await clean(page)
    await send(page, "Confirm and send", "Your decision is kept.")

    await page.goto(where(world, path))
    await page.get_by_role("link", name="Agree joint work").click()
    await clean(page)
    await page.get_by_label("With whom?").select_option(other)
    await send(page, "Agree joint work", "Joint work is agreed.")
    await clean(page)
    await page.get_by_role("link", name="End joint work").click()
    await page.get_by_role("button", name="Continue").click()
    await clean(page)
    await send(page, "Confirm and send", "Joint work has ended.")

    seat = path.seat_at_provider("provider-manager")
    case = await path.get(seat, f"{CASES}/cases/{path.case_id}")
    requests = await path.get(seat, f"{CASES}/fund-requests", case_id=path.case_id)
    assert [one["joint_provider_id"] for one in case["joint_work"] if one["ended_on"]] == [other]
    assert [one["state"] for one in requests["items"]] == ["approved"]


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_placement_is_handed_back(open_as: OpenAs, world: World, scripts: bool) -> None:
    path = await placed(world)
    page = await open_as(f"provider-manager.{path.provider_id}", scripts=scripts)
    await page.goto(where(world, path))
    await page.get_by_role("link", name="Hand the placement back").click()
    await clean(page)
    await page.get_by_label("No capacity").check()
    await page.get_by_label("What happened?").fill("No room until May.")
    await page.get_by_role("button", name="Continue").click()
    await clean(page)
    await send(page, "Confirm and send", "The placement is handed back.")
    referral = await path.get(world.seats["hub-1"], f"{HUB}/referrals/{path.referral_id}")
    assert referral["state"] != "allocated"
